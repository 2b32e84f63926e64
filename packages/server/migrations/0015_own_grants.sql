-- A role with which people decide, given by somebody to themselves: it waits for a second person, and then for its hour.

-- Who gave it to themselves; null when another one gave it.
ALTER TABLE grants ADD COLUMN given_by uuid REFERENCES users;
ALTER TABLE grants ADD COLUMN confirmed_by uuid REFERENCES users;
-- From when it counts; null until somebody else has confirmed it.
ALTER TABLE grants ADD COLUMN effective_at timestamptz DEFAULT now();
ALTER TABLE grants ADD CHECK (effective_at IS NOT NULL OR (given_by IS NOT NULL AND confirmed_by IS NULL));
ALTER TABLE grants ADD CHECK (confirmed_by <> given_by);
