-- R11: since when joint sessions and joint homework of a relational case may take place. Nothing while they wait, which
-- every case does in the beginning, and again when the clinician says so.
ALTER TABLE cases ADD COLUMN joint_from BIGINT;

-- Of each participant: when answers last came in, up to when who cares for them read those, and when the questions about
-- safety were asked once more and wait. It is so of everybody, whatever was answered.
CREATE TABLE screenings (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  participant_id BYTEA NOT NULL,
  asked_at BIGINT,
  answered_at BIGINT,
  read_at BIGINT,
  PRIMARY KEY (practice_id, participant_id),
  FOREIGN KEY (practice_id, participant_id) REFERENCES participants (practice_id, id)
);
-- A statement that asks for this must hold the same word for word.
CREATE INDEX screenings_unread ON screenings (practice_id, participant_id) WHERE read_at IS NULL OR read_at < answered_at;

-- What the clinician decided for one participant after asking them alone, on that participant's own side.
CREATE TABLE safety_decisions (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  participant_id BYTEA NOT NULL,
  decided_at BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, participant_id) REFERENCES participants (practice_id, id)
);
CREATE INDEX safety_decisions_by_participant ON safety_decisions (practice_id, participant_id, decided_at);
