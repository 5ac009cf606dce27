-- Releases: what may leave the practice, asked for by the clinician or by the client. Of whose own side, if of one, and whether
-- of the joint side too. What exactly, to whom, for what and until when is sealed: on that own side, else on the joint one.
CREATE TABLE releases (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  case_id BYTEA NOT NULL,
  participant_id BYTEA,
  joint BIGINT NOT NULL CHECK (joint IN (0, 1)),
  asked_at BIGINT NOT NULL,
  asked_by BYTEA NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('asked', 'open', 'closed')),
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, case_id) REFERENCES cases (practice_id, id),
  FOREIGN KEY (practice_id, participant_id) REFERENCES participants (practice_id, id)
);
CREATE INDEX releases_by_case ON releases (practice_id, case_id, asked_at);

-- What one person is asked to sign of a release, on that person's own side with the exact text. `open` is not signed and not
-- said to be refused: whoever looks here learns no refusal. It outlives the release's own row, which may go with another's side.
CREATE TABLE release_signatures (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  release_id BYTEA NOT NULL,
  participant_id BYTEA NOT NULL,
  part TEXT NOT NULL CHECK (part IN ('own', 'joint')),
  state TEXT NOT NULL CHECK (state IN ('open', 'in_force', 'ended')),
  asked_at BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, participant_id) REFERENCES participants (practice_id, id)
);
CREATE UNIQUE INDEX release_signatures_once ON release_signatures (practice_id, release_id, participant_id, part);
CREATE INDEX release_signatures_by_participant ON release_signatures (practice_id, participant_id, asked_at);

-- Copies of a record that are made in the background: for its own person, for a release, for what a court ordered. `done` of
-- `total` steps are told on a page; after `until_at` the file is gone and the row stays.
CREATE TABLE copies (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  basis TEXT NOT NULL CHECK (basis IN ('own', 'release', 'order')),
  basis_id BYTEA NOT NULL,
  case_id BYTEA NOT NULL,
  asked_at BIGINT NOT NULL,
  asked_by BYTEA NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'making', 'ready', 'stopped', 'gone')),
  done BIGINT NOT NULL,
  total BIGINT NOT NULL,
  until_at BIGINT,
  handed_at BIGINT,
  handed_by BYTEA,
  has_own BIGINT NOT NULL,
  has_joint BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, case_id) REFERENCES cases (practice_id, id)
);
CREATE INDEX copies_by_basis ON copies (practice_id, basis_id, asked_at);
CREATE INDEX copies_that_end ON copies (practice_id, until_at) WHERE state = 'ready';
CREATE TABLE copy_pieces (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  copy_id BYTEA NOT NULL,
  file BIGINT NOT NULL,
  number BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, copy_id) REFERENCES copies (practice_id, id)
);
CREATE UNIQUE INDEX copy_pieces_once ON copy_pieces (practice_id, copy_id, file, number);

-- Demands of the law: subpoenas and court orders, each with its log, in a compartment of its own for the owner and the clinician.
CREATE TABLE demands (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  case_id BYTEA NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('subpoena', 'order')),
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  recorded_at BIGINT NOT NULL,
  recorded_by BYTEA NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, case_id) REFERENCES cases (practice_id, id)
);
CREATE INDEX demands_by_case ON demands (practice_id, case_id, recorded_at);
