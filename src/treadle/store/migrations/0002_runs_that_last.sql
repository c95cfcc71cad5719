-- Runs that can be taken up again, the log of all that happened, and what was last of each asset.

ALTER TABLE runs ADD COLUMN partition_keys TEXT NOT NULL DEFAULT '[]';
ALTER TABLE runs ADD COLUMN tags TEXT NOT NULL DEFAULT '{}';
ALTER TABLE runs ADD COLUMN config TEXT NOT NULL DEFAULT '{}';
ALTER TABLE runs ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN launched_by TEXT NOT NULL DEFAULT 'command';
ALTER TABLE runs ADD COLUMN rerun_of TEXT;
ALTER TABLE runs ADD COLUMN cancel_requested_at TEXT;
ALTER TABLE runs ADD COLUMN runner TEXT;
ALTER TABLE runs ADD COLUMN runner_machine TEXT;
ALTER TABLE runs ADD COLUMN runner_pid INTEGER;
ALTER TABLE runs ADD COLUMN runner_born TEXT;
ALTER TABLE runs ADD COLUMN heartbeat_at TEXT;
CREATE INDEX runs_by_status ON runs (status, created_at);

ALTER TABLE steps ADD COLUMN after TEXT NOT NULL DEFAULT '[]';

CREATE TABLE attempts (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    step TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('running', 'succeeded', 'failed', 'cancelled', 'interrupted')),
    output TEXT NOT NULL DEFAULT '',
    exit_code INTEGER,
    error TEXT NOT NULL DEFAULT '',
    started_at TEXT NOT NULL,
    ended_at TEXT,
    seconds DOUBLE PRECISION,
    PRIMARY KEY (run_id, step, attempt)
);

CREATE TABLE events (
    id {serial} PRIMARY KEY,
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    step TEXT,
    attempt INTEGER,
    asset TEXT,
    data TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE UNIQUE INDEX events_by_run ON events (run_id, position);

ALTER TABLE materializations ADD COLUMN code_version TEXT;
ALTER TABLE materializations ADD COLUMN inputs TEXT NOT NULL DEFAULT '{}';

CREATE TABLE latest_materializations (
    asset TEXT NOT NULL,
    partition_key TEXT NOT NULL,
    run_id TEXT,
    position INTEGER,
    data_version TEXT,
    created_at TEXT,
    failed_run_id TEXT,
    failed_at TEXT,
    PRIMARY KEY (asset, partition_key)
);

CREATE TABLE latest_check_results (
    asset TEXT NOT NULL,
    name TEXT NOT NULL,
    partition_key TEXT NOT NULL,
    run_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (asset, name, partition_key)
);

CREATE TABLE slots (
    pool TEXT NOT NULL,
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    step TEXT NOT NULL,
    is_held BOOLEAN NOT NULL,
    priority INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (pool, run_id, step)
);

INSERT INTO latest_materializations (asset, partition_key, run_id, position, data_version, created_at)
SELECT asset, '', run_id, position, data_version, created_at FROM (
    SELECT *, row_number() OVER (
        PARTITION BY asset ORDER BY created_at DESC, run_id DESC, position DESC
    ) AS place FROM materializations
) AS ranked WHERE place = 1;

INSERT INTO latest_materializations (asset, partition_key, run_id, position, data_version, created_at)
SELECT asset, partition_key, run_id, position, data_version, created_at FROM (
    SELECT *, row_number() OVER (
        PARTITION BY asset, partition_key ORDER BY created_at DESC, run_id DESC, position DESC
    ) AS place FROM materializations WHERE partition_key <> ''
) AS ranked WHERE place = 1;

INSERT INTO latest_check_results (asset, name, partition_key, run_id, position)
SELECT asset, name, '', run_id, position FROM (
    SELECT *, row_number() OVER (
        PARTITION BY asset, name ORDER BY created_at DESC, run_id DESC, position DESC
    ) AS place FROM check_results
) AS ranked WHERE place = 1;
