-- R7 in the database: whatever is taken (a clinician, a room, a person) is taken once at a time.
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE bookings ADD CONSTRAINT bookings_once EXCLUDE USING gist
  (practice_id WITH =, taken_id WITH =, int8range(starts_at, ends_at) WITH &&);
