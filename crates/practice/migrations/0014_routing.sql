-- What was moved from one side of a case to another: sealed on the side that it left, which keeps its earlier revision.
CREATE TABLE moves (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  case_id BYTEA NOT NULL,
  moved_at BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, case_id) REFERENCES cases (practice_id, id)
);
CREATE INDEX moves_by_case ON moves (practice_id, case_id, moved_at);

-- Who was in the room, on the side that the session was about; `id` is the session's.
CREATE TABLE attendances (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, id) REFERENCES sessions (practice_id, id)
);

-- What a participant lets be shown when everybody looks at one page, on their own side; `id` is the participant's.
CREATE TABLE shown_together (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, id) REFERENCES participants (practice_id, id)
);
