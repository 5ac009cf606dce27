-- Homework by who it is for, and cases by their supervisor, so that neither reads what all others have.
CREATE INDEX assignment_participants_by_participant ON assignment_participants (practice_id, participant_id, assignment_id);
CREATE INDEX cases_by_supervisor ON cases (practice_id, supervisor_id);
