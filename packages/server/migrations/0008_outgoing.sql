-- What goes out can be held back, as after a restore, and sent again by a person.

ALTER TABLE instance
  ADD COLUMN held_since timestamptz,
  ADD COLUMN held_because text;

-- When the post sends a message by itself: a test, a reminder, a second delivery. Null: the effect that asked for it sends it.
ALTER TABLE notifications ADD COLUMN send_at timestamptz;
CREATE INDEX notifications_due ON notifications (send_at) WHERE send_at IS NOT NULL;
