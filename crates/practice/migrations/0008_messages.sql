-- Public keys for what browsers encrypt, as rows of authority: whose, and which. An earlier row put back counts for nothing.
CREATE TABLE published_keys (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  body TEXT NOT NULL,
  unique_key BYTEA,
  mac BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id)
);
CREATE UNIQUE INDEX published_keys_by_key ON published_keys (practice_id, unique_key);

-- Message threads: in the compartment of the side on which people talk. Who reads is sealed; `message_readers` only finds
-- threads, and keeps until when somebody has read. `told_at` is a notice that was sent and not followed yet.
CREATE TABLE message_threads (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  case_id BYTEA NOT NULL,
  begun_by BYTEA NOT NULL,
  begun_at BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, case_id) REFERENCES cases (practice_id, id)
);
CREATE INDEX message_threads_by_case ON message_threads (practice_id, case_id, begun_at);
CREATE TABLE message_readers (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  thread_id BYTEA NOT NULL,
  person_id BYTEA NOT NULL,
  read_at BIGINT NOT NULL,
  told_at BIGINT,
  PRIMARY KEY (practice_id, thread_id, person_id),
  FOREIGN KEY (practice_id, thread_id) REFERENCES message_threads (practice_id, id)
);
CREATE INDEX message_readers_by_person ON message_readers (practice_id, person_id, thread_id);

-- Messages: age files made in the browser, sealed once more. They are never changed.
CREATE TABLE messages (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  thread_id BYTEA NOT NULL,
  author_id BYTEA NOT NULL,
  sent_at BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, thread_id) REFERENCES message_threads (practice_id, id)
);
CREATE INDEX messages_by_thread ON messages (practice_id, thread_id, sent_at);

-- What goes with a message: pieces of one age file, each sealed by itself. `message_id` is nothing until that message is sent.
CREATE TABLE message_attachments (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  thread_id BYTEA NOT NULL,
  author_id BYTEA NOT NULL,
  message_id BYTEA,
  begun_at BIGINT NOT NULL,
  pieces BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, thread_id) REFERENCES message_threads (practice_id, id)
);
CREATE INDEX message_attachments_unsent ON message_attachments (practice_id, author_id, begun_at) WHERE message_id IS NULL;
CREATE TABLE message_pieces (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  attachment_id BYTEA NOT NULL,
  number BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, attachment_id) REFERENCES message_attachments (practice_id, id)
);
CREATE UNIQUE INDEX message_pieces_by_number ON message_pieces (practice_id, attachment_id, number);

-- Copies of messages that a clinician filed to the record: readable there, on the side of their thread.
CREATE TABLE filed_messages (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  message_id BYTEA NOT NULL,
  case_id BYTEA NOT NULL,
  sent_at BIGINT NOT NULL,
  filed_by BYTEA NOT NULL,
  filed_at BIGINT NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, message_id) REFERENCES messages (practice_id, id),
  FOREIGN KEY (practice_id, case_id) REFERENCES cases (practice_id, id)
);
CREATE UNIQUE INDEX filed_messages_by_message ON filed_messages (practice_id, message_id);
CREATE INDEX filed_messages_by_case ON filed_messages (practice_id, case_id, sent_at);

-- Which keys of others somebody's browser has seen and compared: an age file for that person alone.
CREATE TABLE known_keys (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  person_id BYTEA NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id)
);
CREATE UNIQUE INDEX known_keys_by_person ON known_keys (practice_id, person_id);
