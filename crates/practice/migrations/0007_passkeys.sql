-- Passkeys: which account each signs in, its public key and its counter, as a row of authority. `unique_key` is a keyed hash of
-- the credential's id; one that was taken away has none.
CREATE TABLE passkeys (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  body TEXT NOT NULL,
  unique_key BYTEA,
  mac BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id)
);
CREATE UNIQUE INDEX passkeys_by_key ON passkeys (practice_id, unique_key);
