-- A copy that could not be made, though nothing forbade it: its state is `stopped`, and whoever asked may ask again.
ALTER TABLE copies ADD COLUMN failed BIGINT NOT NULL DEFAULT 0 CHECK (failed IN (0, 1));
