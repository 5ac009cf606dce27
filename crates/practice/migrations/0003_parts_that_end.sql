-- A part in a case that ends before the case does. The joint side that the leaving participant had stays theirs to read
-- (`joint_id`), and the case goes on with a new one; why it ended is sealed on their own side, `id` is the participant's.
ALTER TABLE participants ADD COLUMN joint_id BYTEA;
CREATE TABLE part_endings (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  id BYTEA NOT NULL,
  compartment_id BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  schema BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, id) REFERENCES participants (practice_id, id)
);
