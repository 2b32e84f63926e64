-- A password that was chosen again by a link of somebody else: the person decides at gates from this moment on.
ALTER TABLE users ADD COLUMN decides_from timestamptz NOT NULL DEFAULT '-infinity';
