-- Why an account is closed; the person reads it when they sign in.

ALTER TABLE person ADD COLUMN disabled_reason TEXT;
CREATE INDEX person_closed ON person (id) WHERE disabled_at IS NOT NULL;
