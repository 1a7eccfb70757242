-- Why an account is closed; the person reads it when they sign in.

ALTER TABLE person ADD COLUMN disabled_reason TEXT;
