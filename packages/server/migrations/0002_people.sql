-- People and what they may: projects, users, groups, service accounts, roles, sessions, tokens.

-- `number` leads the keys of the hot tables; number 0 is the system itself and has no row.
CREATE TABLE projects (
  id uuid PRIMARY KEY,
  number int GENERATED ALWAYS AS IDENTITY UNIQUE,
  name text NOT NULL UNIQUE,
  title text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  version int NOT NULL DEFAULT 1
);

-- `password` is an argon2id hash with its parameters; null until the person has chosen one.
CREATE TABLE users (
  id uuid PRIMARY KEY,
  name text NOT NULL UNIQUE,
  title text NOT NULL,
  email text NOT NULL,
  password text,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  version int NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX users_email ON users (lower(email));

CREATE TABLE groups (
  id uuid PRIMARY KEY,
  name text NOT NULL UNIQUE,
  title text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  version int NOT NULL DEFAULT 1
);

CREATE TABLE members (
  group_id uuid NOT NULL REFERENCES groups ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  added_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (group_id, user_id)
);
CREATE INDEX members_user ON members (user_id);

CREATE TABLE service_accounts (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  title text NOT NULL,
  project_id uuid REFERENCES projects,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  version int NOT NULL DEFAULT 1,
  UNIQUE NULLS NOT DISTINCT (project_id, name)
);

-- The people who answer for a service account; what it starts they may not approve.
CREATE TABLE service_account_owners (
  service_account_id uuid NOT NULL REFERENCES service_accounts ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users,
  PRIMARY KEY (service_account_id, user_id)
);

-- A role on the system (no project), on a project, or on one of its environments.
CREATE TABLE grants (
  id uuid PRIMARY KEY,
  role text NOT NULL,
  user_id uuid REFERENCES users,
  group_id uuid REFERENCES groups,
  service_account_id uuid REFERENCES service_accounts,
  project_id uuid REFERENCES projects,
  environment_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (num_nonnulls(user_id, group_id, service_account_id) = 1),
  CHECK (environment_id IS NULL OR project_id IS NOT NULL),
  UNIQUE NULLS NOT DISTINCT (role, user_id, group_id, service_account_id, project_id, environment_id)
);
CREATE INDEX grants_user ON grants (user_id);
CREATE INDEX grants_group ON grants (group_id);
CREATE INDEX grants_service_account ON grants (service_account_id);
CREATE INDEX grants_project ON grants (project_id);

-- Only the SHA-256 of what the browser holds. A row that is gone is a session that has ended.
CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  secret_hash bytea NOT NULL UNIQUE,
  address text NOT NULL,
  client text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);

-- Browsers in which a person has signed in before: they are not held up by wrong passwords of strangers.
CREATE TABLE known_devices (
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  secret_hash bytea NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, secret_hash)
);

CREATE TABLE tokens (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  user_id uuid REFERENCES users,
  service_account_id uuid REFERENCES service_accounts,
  secret_hash bytea NOT NULL,
  permissions text[] NOT NULL,
  project_id uuid REFERENCES projects,
  parent_id uuid REFERENCES tokens,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  last_used_at timestamptz,
  revoked_at timestamptz,
  CHECK (num_nonnulls(user_id, service_account_id) = 1)
);
CREATE INDEX tokens_user ON tokens (user_id);
CREATE INDEX tokens_service_account ON tokens (service_account_id);
CREATE INDEX tokens_parent ON tokens (parent_id);

-- Links that work once: the first administrator (no user yet), and people who choose a password.
CREATE TABLE one_time_codes (
  secret_hash bytea PRIMARY KEY,
  purpose text NOT NULL CHECK (purpose IN ('setup', 'invitation')),
  user_id uuid REFERENCES users ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);

-- Wrong passwords by account, known browser and address; forgotten after a quiet day.
CREATE TABLE sign_in_failures (
  subject text PRIMARY KEY,
  failures int NOT NULL,
  last_at timestamptz NOT NULL
);
