-- What a person wrote for themselves: age files made in the browser, sealed once more. The server cannot read them.
-- Whose identity, in the compartment of the person's identity: public keys, and the slots that wrap the rest.
CREATE TABLE own_words (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  person_id BYTEA NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id)
);
CREATE UNIQUE INDEX own_words_by_person ON own_words (practice_id, person_id);

-- A clinician's own notes of a session, in the compartment of the side that the session is about: one an author.
CREATE TABLE process_notes (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  session_id BYTEA NOT NULL,
  case_id BYTEA NOT NULL,
  author_id BYTEA NOT NULL,
  written_at BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, case_id) REFERENCES cases (practice_id, id),
  FOREIGN KEY (practice_id, session_id) REFERENCES sessions (practice_id, id)
);
CREATE UNIQUE INDEX process_notes_by_session ON process_notes (practice_id, session_id, author_id);

-- A client's private journal, in the compartment of their own side of the case.
CREATE TABLE journal (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  participant_id BYTEA NOT NULL,
  written_at BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, participant_id) REFERENCES participants (practice_id, id)
);
CREATE INDEX journal_by_participant ON journal (practice_id, participant_id, written_at);
