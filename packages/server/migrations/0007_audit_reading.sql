-- The audit trail is read by time. Events are written in its order, so a summary of each range of pages is enough.
CREATE INDEX events_at ON events USING brin (at);
