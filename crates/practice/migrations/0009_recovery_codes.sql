-- Recovery codes: of which account they are and a keyed hash of each that is left, as a row of authority. One row an account; the next
-- ten are its next revision.
CREATE TABLE recovery_codes (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  body TEXT NOT NULL,
  unique_key BYTEA,
  mac BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id)
);
CREATE UNIQUE INDEX recovery_codes_by_key ON recovery_codes (practice_id, unique_key);
