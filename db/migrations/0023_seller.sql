-- Who sells: what the law wants to stand on an invoice about the operator, and the numbers that it gave.

CREATE TABLE seller (
    organisation_id TEXT PRIMARY KEY REFERENCES organisation (id), -- the operator
    legal_name      TEXT NOT NULL,
    address         TEXT NOT NULL,
    country         TEXT NOT NULL, -- ISO 3166-1 alpha-2
    tax_number      TEXT NOT NULL,
    account_number  TEXT, -- where clients pay to: an IBAN, or as the country writes it
    bank_code       TEXT,
    number_prefix   TEXT NOT NULL,
    changed_at      INT64 NOT NULL
);

-- The last number of a seller's year. It grows in the transaction that issues, so there is neither a gap nor a twin.
CREATE TABLE invoice_counter (
    organisation_id TEXT NOT NULL REFERENCES organisation (id), -- the seller
    issue_year      INT64 NOT NULL, -- in UTC
    last_number     INT64 NOT NULL,
    PRIMARY KEY (organisation_id, issue_year)
);
