-- R7 in the database: the single writer serialises bookings; this trigger refuses what overlaps. Bookings of one thing never
-- overlap, so that only the last one to begin before the new one ends can be in its way: one look into the index.
CREATE TRIGGER bookings_once BEFORE INSERT ON bookings
WHEN NEW.starts_at < (SELECT b.ends_at FROM bookings b WHERE b.practice_id = NEW.practice_id AND b.taken_id = NEW.taken_id
                      AND b.starts_at < NEW.ends_at ORDER BY b.starts_at DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'exclusion'); END;
