-- What was done is chained: each event carries the hash of the one before it and its own. There is a chain for each
-- organisation, and one, without a name, for the house. Events are sealed into their chain soon after they happened.

ALTER TABLE audit_event ADD COLUMN position INT64 NOT NULL DEFAULT 0; -- in its chain, from 1; 0: not sealed yet
ALTER TABLE audit_event ADD COLUMN previous_hash TEXT;
ALTER TABLE audit_event ADD COLUMN hash TEXT;
CREATE INDEX audit_event_unsealed ON audit_event (id) WHERE position = 0;
CREATE UNIQUE INDEX audit_event_chain ON audit_event (COALESCE(organisation_id, ''), position) WHERE position > 0;

-- How long each chain is, and where it ends.
CREATE TABLE audit_head (
    chain    TEXT PRIMARY KEY, -- the organisation; empty: the house
    position INT64 NOT NULL CHECK (position > 0),
    hash     TEXT NOT NULL
);
