-- Which revisions were made here, ahead of their source. Of those before it is known of the newest alone, by its definition.
ALTER TABLE definition_revisions ADD COLUMN made_here boolean NOT NULL DEFAULT false;
