-- When the content of a part in a case was destroyed after its retention (R16). The joint side of a case goes with its last part.
ALTER TABLE participants ADD COLUMN destroyed_at BIGINT;

-- How long the practice keeps records by a rule of its own, in the office.
CREATE TABLE retention_rules (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id)
);

-- What keeps a part in a case from being destroyed, whatever its rule says. Why is sealed, in a compartment of its own for the
-- owner. Placed is revision 1, lifted revision 2.
CREATE TABLE holds (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  participant_id BYTEA NOT NULL,
  placed_at BIGINT NOT NULL,
  placed_by BYTEA NOT NULL,
  lifted_at BIGINT,
  lifted_by BYTEA,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, participant_id) REFERENCES participants (practice_id, id)
);
CREATE INDEX holds_by_participant ON holds (practice_id, participant_id);

-- The destruction of one part's content: asked for by one person and confirmed by another. What it says of itself is sealed in
-- a compartment of its own. `epoch` is the keyring's when it was confirmed, and once the keys are dead the one that counts since.
CREATE TABLE destructions (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  participant_id BYTEA NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('asked', 'withdrawn', 'confirmed', 'done')),
  asked_at BIGINT NOT NULL,
  asked_by BYTEA NOT NULL,
  until_at BIGINT NOT NULL,
  ended_at BIGINT,
  ended_by BYTEA,
  died_at BIGINT,
  epoch BIGINT,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, participant_id) REFERENCES participants (practice_id, id)
);
CREATE INDEX destructions_by_participant ON destructions (practice_id, participant_id);
-- Two requests at the same moment are one.
CREATE UNIQUE INDEX destructions_asked ON destructions (practice_id, participant_id) WHERE state = 'asked';
CREATE INDEX destructions_dying ON destructions (practice_id, ended_at) WHERE state = 'confirmed';

-- What the log tells of holds and of backups is asked for without reading the whole log.
CREATE INDEX receipts_of_holds ON receipts (practice_id, action) WHERE action IN ('hold_place', 'hold_lift');
CREATE INDEX receipts_of_backups ON receipts (practice_id, action) WHERE action = 'backup';
