-- R7 in the database: the single writer serialises bookings; this trigger refuses what overlaps.
CREATE TRIGGER bookings_once BEFORE INSERT ON bookings
WHEN EXISTS (SELECT 1 FROM bookings b WHERE b.practice_id = NEW.practice_id AND b.taken_id = NEW.taken_id
             AND b.starts_at < NEW.ends_at AND NEW.starts_at < b.ends_at)
BEGIN SELECT RAISE(ABORT, 'exclusion'); END;
