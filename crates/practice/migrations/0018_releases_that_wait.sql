-- What waits for a clinician is found by what is not over, not by looking at every case of theirs: the frame of each page counts it.
CREATE INDEX releases_not_closed ON releases (practice_id, case_id) WHERE state <> 'closed';
