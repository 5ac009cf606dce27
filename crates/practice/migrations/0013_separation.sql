-- Somebody who joins a case that goes on: the joint side of until then ends, and stays with those who were there.
ALTER TABLE participants ADD COLUMN before_id BYTEA;

-- By which names those know each other who take part from a joint side on; `id` is that side's compartment.
CREATE TABLE joint_names (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id)
);

-- Joint sides that do not change any more, because their case was parted; `id` is the compartment.
CREATE TABLE frozen_sides (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  case_id BYTEA NOT NULL,
  frozen_at BIGINT NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, case_id) REFERENCES cases (practice_id, id)
);
