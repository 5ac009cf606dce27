-- Each time that a document is handed out is kept, and by whom: whose record it is reads of every one. What leaves stays written
-- down when the copy itself is destroyed, so nothing here leads to its row.
CREATE TABLE hand_outs (
  practice_id BYTEA NOT NULL REFERENCES practices(id),
  copy_id BYTEA NOT NULL,
  handed_at BIGINT NOT NULL,
  handed_by BYTEA NOT NULL,
  PRIMARY KEY (practice_id, copy_id, handed_at)
);
INSERT INTO hand_outs (practice_id, copy_id, handed_at, handed_by)
  SELECT practice_id, id, handed_at, handed_by FROM copies WHERE handed_at IS NOT NULL AND handed_by IS NOT NULL;
ALTER TABLE copies DROP COLUMN handed_at;
ALTER TABLE copies DROP COLUMN handed_by;
