-- Succession: the public half of the executor's identity, and what each clinician decided about it, as rows of authority.
CREATE TABLE succession_recipients (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  body TEXT NOT NULL,
  unique_key BYTEA,
  mac BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id)
);
CREATE TABLE succession_decisions (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  body TEXT NOT NULL,
  unique_key BYTEA,
  mac BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id)
);

-- For whom beside its author a process note is encrypted, as the author's browser says: the digest of the executor's recipient.
ALTER TABLE process_notes ADD COLUMN executor BYTEA;
CREATE INDEX process_notes_by_author ON process_notes (practice_id, author_id);

-- Process notes that were taken out for the executor: whose, when, how many. Why is sealed in the office.
CREATE TABLE succession_exports (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  clinician_id BYTEA NOT NULL,
  taken_at BIGINT NOT NULL,
  notes BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, clinician_id) REFERENCES people (practice_id, id)
);
CREATE INDEX succession_exports_by_clinician ON succession_exports (practice_id, clinician_id, taken_at);
