-- One text for both databases: BIGINT, TEXT and BYTEA only (BYTEA keeps bytes as they are in SQLite, too).
-- Structure stands in columns, everything confidential in `sealed`.

CREATE TABLE practices (
  id BYTEA NOT NULL PRIMARY KEY,
  office_id BYTEA NOT NULL,
  published TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- Authority: who may do what. Each row carries a MAC; the keyring keeps the digest of the whole set.
CREATE TABLE accounts (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  body TEXT NOT NULL,
  unique_key BYTEA,
  mac BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id)
);
CREATE UNIQUE INDEX accounts_by_key ON accounts (practice_id, unique_key);

CREATE TABLE roles (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  body TEXT NOT NULL,
  unique_key BYTEA,
  mac BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id)
);
CREATE UNIQUE INDEX roles_by_key ON roles (practice_id, unique_key);

CREATE TABLE access_grants (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  body TEXT NOT NULL,
  unique_key BYTEA,
  mac BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id)
);
CREATE UNIQUE INDEX access_grants_by_key ON access_grants (practice_id, unique_key);

CREATE TABLE credentials (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  body TEXT NOT NULL,
  unique_key BYTEA,
  mac BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id)
);
CREATE UNIQUE INDEX credentials_by_key ON credentials (practice_id, unique_key);

CREATE TABLE invitations (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  body TEXT NOT NULL,
  unique_key BYTEA,
  mac BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id)
);
CREATE UNIQUE INDEX invitations_by_key ON invitations (practice_id, unique_key);

-- What signs an account in (password hash, secret of the one-time codes), sealed in its person's identity compartment.
-- `number` counts a person's accounts, ended ones too: two that are made at the same moment are one.
CREATE TABLE sign_in_secrets (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  person_id BYTEA NOT NULL,
  number BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id)
);
CREATE UNIQUE INDEX sign_in_secrets_by_person ON sign_in_secrets (practice_id, person_id, number);

-- `token_hash` needs the keys; `token_digest` is of the token's random half alone, so that somebody can sign out while the
-- server is locked, and nobody by an id. `generation` is the account's when it began.
CREATE TABLE sign_ins (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  token_hash BYTEA NOT NULL,
  token_digest BYTEA NOT NULL,
  account_id BYTEA NOT NULL,
  generation BIGINT NOT NULL,
  begun_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  idle_until BIGINT NOT NULL,
  absolute_until BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (practice_id, id)
);
CREATE UNIQUE INDEX sign_ins_by_token ON sign_ins (practice_id, token_hash);
CREATE INDEX sign_ins_by_account ON sign_ins (practice_id, account_id);

CREATE TABLE one_time_steps (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  account_id BYTEA NOT NULL,
  step BIGINT NOT NULL,
  PRIMARY KEY (practice_id, account_id, step)
);

-- Who asked for a way back in: the blind index of a sign-in name, known or not, until the program has looked.
CREATE TABLE ways_back (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  name_key BYTEA NOT NULL,
  asked_at BIGINT NOT NULL,
  PRIMARY KEY (practice_id, name_key)
);

-- Receipts: append only. `seq` is given by the sequencer after the commit; `mac` is of the leaf, so that a receipt put in by
-- SQL counts for nothing while it waits.
CREATE TABLE receipts (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  seq BIGINT,
  at BIGINT NOT NULL,
  actor BYTEA,
  sign_in BYTEA,
  role TEXT NOT NULL,
  action TEXT NOT NULL,
  purpose TEXT NOT NULL,
  outcome TEXT NOT NULL,
  compartments BYTEA NOT NULL,
  rows_written BYTEA NOT NULL,
  leaf BYTEA NOT NULL,
  mac BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id)
);
CREATE UNIQUE INDEX receipts_by_seq ON receipts (practice_id, seq);
CREATE INDEX receipts_waiting ON receipts (practice_id, id) WHERE seq IS NULL;
CREATE TABLE receipt_compartments (
  practice_id BYTEA NOT NULL,
  compartment_id BYTEA NOT NULL,
  receipt_id BYTEA NOT NULL,
  PRIMARY KEY (practice_id, compartment_id, receipt_id)
);
CREATE TABLE receipt_log (
  practice_id BYTEA NOT NULL PRIMARY KEY,
  size BIGINT NOT NULL,
  frontier BYTEA NOT NULL
);
CREATE TABLE checkpoints (
  practice_id BYTEA NOT NULL,
  size BIGINT NOT NULL,
  at BIGINT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (practice_id, size)
);

-- Earlier revisions of sealed rows, exactly as they were sealed.
CREATE TABLE revisions (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  tbl TEXT NOT NULL,
  row_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, tbl, row_id, revision)
);

-- Published (T0): what the practice shows to anybody by an explicit act.
CREATE TABLE staff (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  slug TEXT NOT NULL,
  published TEXT NOT NULL,
  PRIMARY KEY (practice_id, id)
);
CREATE UNIQUE INDEX staff_by_slug ON staff (practice_id, slug);
CREATE TABLE rooms (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (practice_id, id)
);
CREATE TABLE working_hours (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  clinician_id BYTEA NOT NULL,
  weekday BIGINT NOT NULL CHECK (weekday BETWEEN 1 AND 7),
  begins TEXT NOT NULL,
  ends TEXT NOT NULL,
  zone TEXT NOT NULL,
  place TEXT NOT NULL CHECK (place IN ('premises', 'video', 'both')),
  use_for TEXT NOT NULL CHECK (use_for IN ('sessions', 'consultations', 'both')),
  PRIMARY KEY (practice_id, id)
);

CREATE TABLE people (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  compartment_id BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id)
);

CREATE TABLE cases (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('individual', 'relational')),
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  clinician_id BYTEA NOT NULL,
  supervisor_id BYTEA,
  joint_id BYTEA,
  opened_at BIGINT NOT NULL,
  closed_at BIGINT,
  PRIMARY KEY (practice_id, id)
);
CREATE INDEX cases_by_clinician ON cases (practice_id, clinician_id);
CREATE TABLE participants (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  case_id BYTEA NOT NULL,
  person_id BYTEA NOT NULL,
  own_id BYTEA NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, case_id) REFERENCES cases (practice_id, id),
  FOREIGN KEY (practice_id, person_id) REFERENCES people (practice_id, id)
);
CREATE UNIQUE INDEX participants_by_case ON participants (practice_id, case_id, person_id);
CREATE INDEX participants_by_person ON participants (practice_id, person_id);
-- The names by which the participants of a case are known in it, sealed in its chart; `id` is the case's.
CREATE TABLE case_names (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, id) REFERENCES cases (practice_id, id)
);

CREATE TABLE sessions (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('consultation', 'individual', 'relational')),
  clinician_id BYTEA NOT NULL,
  case_id BYTEA,
  room_id BYTEA,
  place TEXT NOT NULL CHECK (place IN ('premises', 'video')),
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL CHECK (ends_at > starts_at),
  state TEXT NOT NULL CHECK (state IN ('booked', 'held', 'cancelled', 'not_held')),
  revision BIGINT NOT NULL,
  PRIMARY KEY (practice_id, id)
);
CREATE INDEX sessions_by_clinician ON sessions (practice_id, clinician_id, starts_at);
CREATE INDEX sessions_by_case ON sessions (practice_id, case_id, starts_at);
CREATE TABLE session_people (
  practice_id BYTEA NOT NULL,
  session_id BYTEA NOT NULL,
  person_id BYTEA NOT NULL,
  PRIMARY KEY (practice_id, session_id, person_id),
  FOREIGN KEY (practice_id, session_id) REFERENCES sessions (practice_id, id)
);
CREATE INDEX session_people_by_person ON session_people (practice_id, person_id, session_id);
-- R7: what a booking takes (a clinician, a room, a person), from when to when.
CREATE TABLE bookings (
  practice_id BYTEA NOT NULL,
  session_id BYTEA NOT NULL,
  taken_id BYTEA NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL CHECK (ends_at > starts_at),
  PRIMARY KEY (practice_id, session_id, taken_id),
  FOREIGN KEY (practice_id, session_id) REFERENCES sessions (practice_id, id)
);
CREATE INDEX bookings_by_taken ON bookings (practice_id, taken_id, starts_at);

CREATE TABLE enquiries (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  person_id BYTEA NOT NULL,
  session_id BYTEA NOT NULL,
  clinician_id BYTEA NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'accepted', 'declined')),
  asked_at BIGINT NOT NULL,
  decided_at BIGINT,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, person_id) REFERENCES people (practice_id, id)
);
CREATE INDEX enquiries_waiting ON enquiries (practice_id, asked_at) WHERE state = 'waiting';

CREATE TABLE consents (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  participant_id BYTEA NOT NULL,
  document TEXT NOT NULL,
  version BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('in_force', 'withdrawn')),
  given_at BIGINT NOT NULL,
  withdrawn_at BIGINT,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, participant_id) REFERENCES participants (practice_id, id)
);
CREATE INDEX consents_by_participant ON consents (practice_id, participant_id);
-- Two signatures at the same moment are one.
CREATE UNIQUE INDEX consents_in_force ON consents (practice_id, participant_id, document, version) WHERE state = 'in_force';

CREATE TABLE intakes (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  participant_id BYTEA NOT NULL,
  part TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('begun', 'sent')),
  changed_at BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, participant_id) REFERENCES participants (practice_id, id)
);
CREATE UNIQUE INDEX intakes_by_part ON intakes (practice_id, participant_id, part);

-- A goal without a participant is a joint one.
CREATE TABLE goals (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  case_id BYTEA NOT NULL,
  participant_id BYTEA,
  state TEXT NOT NULL CHECK (state IN ('open', 'reached', 'let_go')),
  set_at BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, case_id) REFERENCES cases (practice_id, id)
);
CREATE INDEX goals_by_case ON goals (practice_id, case_id);

CREATE TABLE measures (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  participant_id BYTEA NOT NULL,
  taken_at BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, participant_id) REFERENCES participants (practice_id, id)
);
CREATE INDEX measures_by_participant ON measures (practice_id, participant_id, taken_at);

CREATE TABLE notes (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  session_id BYTEA NOT NULL,
  case_id BYTEA NOT NULL,
  author_id BYTEA NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'awaiting', 'signed')),
  written_at BIGINT NOT NULL,
  signed_at BIGINT,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, case_id) REFERENCES cases (practice_id, id),
  FOREIGN KEY (practice_id, session_id) REFERENCES sessions (practice_id, id)
);
CREATE INDEX notes_by_case ON notes (practice_id, case_id, written_at);
CREATE UNIQUE INDEX notes_by_session ON notes (practice_id, session_id, compartment_id);
-- What waits to be written or signed, however many notes there are.
CREATE INDEX notes_unfinished ON notes (practice_id, author_id, written_at) WHERE state <> 'signed';
CREATE TABLE amendments (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  note_id BYTEA NOT NULL,
  author_id BYTEA NOT NULL,
  written_at BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, note_id) REFERENCES notes (practice_id, id)
);
CREATE INDEX amendments_by_note ON amendments (practice_id, note_id);

CREATE TABLE assignments (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  case_id BYTEA NOT NULL,
  session_id BYTEA,
  given_at BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'ended')),
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, case_id) REFERENCES cases (practice_id, id)
);
CREATE INDEX assignments_by_case ON assignments (practice_id, case_id, given_at);
CREATE TABLE assignment_participants (
  practice_id BYTEA NOT NULL,
  assignment_id BYTEA NOT NULL,
  participant_id BYTEA NOT NULL,
  PRIMARY KEY (practice_id, assignment_id, participant_id),
  FOREIGN KEY (practice_id, assignment_id) REFERENCES assignments (practice_id, id)
);
CREATE TABLE reflections (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  assignment_id BYTEA NOT NULL,
  participant_id BYTEA NOT NULL,
  audience TEXT NOT NULL CHECK (audience IN ('own', 'joint')),
  state TEXT NOT NULL CHECK (state IN ('draft', 'given')),
  written_at BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, assignment_id) REFERENCES assignments (practice_id, id)
);
CREATE UNIQUE INDEX reflections_by_audience ON reflections (practice_id, assignment_id, participant_id, audience);

-- What leaves by itself, through the safe-contact gate.
CREATE TABLE post (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  person_id BYTEA NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'kept')),
  due_at BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id)
);
CREATE INDEX post_waiting ON post (practice_id, state, due_at);

-- Imports: the report in the office, clinical rows kept closed until a consent is recorded (R9). A row of a session and
-- no participant is what stood on an appointment of which no client is known, for its clinician alone.
CREATE TABLE imports (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  file_digest BYTEA NOT NULL,
  taken_at BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id)
);
CREATE UNIQUE INDEX imports_by_digest ON imports (practice_id, file_digest);
CREATE TABLE import_keys (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  key_hash BYTEA NOT NULL,
  row_id BYTEA NOT NULL,
  PRIMARY KEY (practice_id, key_hash)
);
CREATE TABLE imported_rows (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  participant_id BYTEA,
  session_id BYTEA,
  state TEXT NOT NULL CHECK (state IN ('closed', 'open')),
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  CHECK ((participant_id IS NULL) <> (session_id IS NULL)),
  FOREIGN KEY (practice_id, participant_id) REFERENCES participants (practice_id, id),
  FOREIGN KEY (practice_id, session_id) REFERENCES sessions (practice_id, id)
);
CREATE INDEX imported_rows_by_participant ON imported_rows (practice_id, participant_id);
CREATE INDEX imported_rows_by_session ON imported_rows (practice_id, session_id);
