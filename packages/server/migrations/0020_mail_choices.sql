-- Mails that a person does without; the words are those of MAIL_CHOICES.
ALTER TABLE users ADD COLUMN mails_off text[] NOT NULL DEFAULT '{}';

-- What was not sent because its receiver does without it is noted all the same.
ALTER TABLE notifications DROP CONSTRAINT notifications_state_check;
ALTER TABLE notifications ADD CONSTRAINT notifications_state_check
  CHECK (state IN ('queued', 'sent', 'failed', 'refused', 'declined'));
