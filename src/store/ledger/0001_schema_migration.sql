CREATE TABLE IF NOT EXISTS schema_migration (
    number     INT64 PRIMARY KEY,
    name       TEXT NOT NULL,
    hash       TEXT NOT NULL,
    applied_us INT64 NOT NULL
);
