-- Where signed heads of the log left to, and when one last did; a fault is the newest try's.
CREATE TABLE heads_left (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  way TEXT NOT NULL CHECK (way IN ('folder', 'mail')),
  place TEXT NOT NULL,
  size BIGINT NOT NULL,
  left_at BIGINT,
  tried_at BIGINT NOT NULL,
  fault TEXT NOT NULL,
  PRIMARY KEY (practice_id, way)
);

-- What the log tells of ways to unlock is asked for without reading the whole log.
CREATE INDEX receipts_of_slots ON receipts (practice_id, action) WHERE action IN ('slot_add', 'slot_rehearsal');

-- What a client asks about one receipt, and the answer. Each has a compartment of its own, for the client, the owner and
-- who cares for them.
CREATE TABLE receipt_questions (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  person_id BYTEA NOT NULL,
  receipt_id BYTEA NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('asked', 'answered')),
  asked_at BIGINT NOT NULL,
  answered_at BIGINT,
  answered_by BYTEA,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, person_id) REFERENCES people (practice_id, id)
);
CREATE INDEX receipt_questions_by_person ON receipt_questions (practice_id, person_id, asked_at);
CREATE INDEX receipt_questions_asked ON receipt_questions (practice_id, asked_at) WHERE state = 'asked';

-- Emergency access outside a grant (break glass): by whom, to whose record in which case, until when. Why is sealed in a
-- compartment of its own, for the owner and the case's clinicians.
CREATE TABLE emergencies (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  by_id BYTEA NOT NULL,
  person_id BYTEA NOT NULL,
  case_id BYTEA NOT NULL,
  begun_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  reviewed_at BIGINT,
  reviewed_by BYTEA,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, case_id) REFERENCES cases (practice_id, id),
  FOREIGN KEY (practice_id, person_id) REFERENCES people (practice_id, id)
);
CREATE INDEX emergencies_by_case ON emergencies (practice_id, case_id, begun_at);
CREATE INDEX emergencies_by_person ON emergencies (practice_id, person_id, begun_at);
CREATE INDEX emergencies_unreviewed ON emergencies (practice_id, begun_at) WHERE reviewed_at IS NULL;
