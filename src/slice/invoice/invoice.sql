-- name: billing_profile_find :one billing_profile_row
SELECT legal_name, address, country, tax_number, tax_class, tax_reason, tax_points, due_days
  FROM billing_profile
 WHERE organisation_id = :organisation_id;

-- name: billing_profile_put :exec
INSERT INTO billing_profile (organisation_id, legal_name, address, country, tax_number, tax_class, tax_reason, tax_points, due_days,
                             changed_at)
VALUES (:organisation_id, :legal_name, :address, :country, :tax_number, :tax_class, :tax_reason, :tax_points, :due_days,
        :changed_at)
ON CONFLICT (organisation_id) DO UPDATE
   SET legal_name = excluded.legal_name, address = excluded.address, country = excluded.country,
       tax_number = excluded.tax_number, tax_class = excluded.tax_class, tax_reason = excluded.tax_reason,
       tax_points = excluded.tax_points, due_days = excluded.due_days, changed_at = excluded.changed_at;

-- name: seller_find :one seller_row
SELECT legal_name, address, country, tax_number, number_prefix, account_number, bank_code
  FROM seller
 WHERE organisation_id = :organisation_id;

-- name: seller_put :exec
INSERT INTO seller (organisation_id, legal_name, address, country, tax_number, number_prefix, account_number, bank_code,
                    changed_at)
VALUES (:organisation_id, :legal_name, :address, :country, :tax_number, :number_prefix, :account_number, :bank_code,
        :changed_at)
ON CONFLICT (organisation_id) DO UPDATE
   SET legal_name = excluded.legal_name, address = excluded.address, country = excluded.country,
       tax_number = excluded.tax_number, number_prefix = excluded.number_prefix,
       account_number = excluded.account_number, bank_code = excluded.bank_code, changed_at = excluded.changed_at;

-- name: invoice_last :one
-- Until when the campaign is invoiced.
-- column: until_at INT64
SELECT MAX(until_at) AS until_at
  FROM invoice
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id;

-- name: invoice_counter_step :exec
INSERT INTO invoice_counter (organisation_id, issue_year, last_number)
VALUES (:organisation_id, :issue_year, 1)
ON CONFLICT (organisation_id, issue_year) DO UPDATE SET last_number = invoice_counter.last_number + 1;

-- name: invoice_counter_find :one
SELECT last_number
  FROM invoice_counter
 WHERE organisation_id = :organisation_id
   AND issue_year = :issue_year;

-- name: invoice_sums :many invoice_sum
-- What a campaign's entries charged within a period, by kind and currency.
-- param: from_at INT64
-- param: until_at INT64
-- column: amount_minor INT64
-- column: entry_count INT64
SELECT kind, currency, CAST(SUM(client_minor) AS INT64) AS amount_minor, COUNT(*) AS entry_count
  FROM entry
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND happened_at >= :from_at
   AND happened_at < :until_at
   AND client_minor <> 0
   AND kind NOT IN ('invoice', 'credit', 'receipt')
 GROUP BY kind, currency
 ORDER BY kind, currency;

-- name: invoice_entries :many invoice_entry
-- What a line opens to.
-- param: from_at INT64
-- param: until_at INT64
-- param: row_max INT64
SELECT e.id, e.kind, e.pays_id, e.corrects_id, e.client_minor, e.happened_at, s.task_id
  FROM entry e
  LEFT JOIN submission s ON s.id = e.pays_id
 WHERE e.campaign_id = :campaign_id
   AND e.organisation_id = :organisation_id
   AND e.happened_at >= :from_at
   AND e.happened_at < :until_at
   AND e.client_minor <> 0
   AND e.kind NOT IN ('invoice', 'credit', 'receipt')
   AND e.id > :id
 ORDER BY e.id
 LIMIT :row_max;

-- name: invoice_insert :exec
INSERT INTO invoice (id, organisation_id, campaign_id, kind, invoice_number, credits_id, currency, seller_id, seller_name,
                     seller_address, seller_country, seller_tax_number, seller_account_number, seller_bank_code, buyer_name, buyer_address, buyer_country,
                     buyer_tax_number, campaign_name, from_at, until_at, net_minor, tax_class, tax_reason, tax_points, tax_minor,
                     issued_at, due_at, issued_by)
VALUES (:id, :organisation_id, :campaign_id, :kind, :invoice_number, :credits_id, :currency, :seller_id, :seller_name,
        :seller_address, :seller_country, :seller_tax_number, :seller_account_number, :seller_bank_code, :buyer_name, :buyer_address, :buyer_country,
        :buyer_tax_number, :campaign_name, :from_at, :until_at, :net_minor, :tax_class, :tax_reason, :tax_points,
        :tax_minor, :issued_at, :due_at, :issued_by);

-- name: invoice_line_insert :exec_many
INSERT INTO invoice_line (organisation_id, invoice_id, position, kind, entry_count, amount_minor)
VALUES (:organisation_id, :invoice_id, :position, :kind, :entry_count, :amount_minor);

-- name: invoice_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id
  FROM invoice
 WHERE id = :id;

-- name: invoice_by_id :one invoice_row
-- column: paid_minor INT64
-- column: credited_minor INT64
SELECT i.id, i.campaign_id, i.kind, i.invoice_number, i.credits_id, i.currency, i.seller_name, i.seller_address,
       i.seller_country, i.seller_tax_number, i.seller_account_number, i.seller_bank_code, i.buyer_name, i.buyer_address,
       i.buyer_country, i.buyer_tax_number, i.campaign_name, i.from_at, i.until_at, i.net_minor, i.tax_class, i.tax_reason,
       i.tax_points, i.tax_minor, i.issued_at, i.due_at,
       CAST((SELECT COALESCE(SUM(p.amount_minor), 0) FROM invoice_payment p WHERE p.invoice_id = i.id) AS INT64) AS paid_minor,
       CAST((SELECT COALESCE(SUM(c.net_minor + c.tax_minor), 0) FROM invoice c
              WHERE c.campaign_id = i.campaign_id AND c.credits_id = i.id) AS INT64) AS credited_minor
  FROM invoice i
 WHERE i.id = :id
   AND i.organisation_id = :organisation_id;

-- name: invoice_page :many invoice_row
-- A campaign's, newest first.
-- param: row_max INT64
-- column: paid_minor INT64
-- column: credited_minor INT64
SELECT i.id, i.campaign_id, i.kind, i.invoice_number, i.credits_id, i.currency, i.seller_name, i.seller_address,
       i.seller_country, i.seller_tax_number, i.seller_account_number, i.seller_bank_code, i.buyer_name, i.buyer_address,
       i.buyer_country, i.buyer_tax_number, i.campaign_name, i.from_at, i.until_at, i.net_minor, i.tax_class, i.tax_reason,
       i.tax_points, i.tax_minor, i.issued_at, i.due_at,
       CAST((SELECT COALESCE(SUM(p.amount_minor), 0) FROM invoice_payment p WHERE p.invoice_id = i.id) AS INT64) AS paid_minor,
       CAST((SELECT COALESCE(SUM(c.net_minor + c.tax_minor), 0) FROM invoice c
              WHERE c.campaign_id = i.campaign_id AND c.credits_id = i.id) AS INT64) AS credited_minor
  FROM invoice i
 WHERE i.campaign_id = :campaign_id
   AND i.organisation_id = :organisation_id
   AND i.id < :id
 ORDER BY i.id DESC
 LIMIT :row_max;

-- name: invoice_lines :many invoice_line_row
SELECT position, kind, entry_count, amount_minor
  FROM invoice_line
 WHERE invoice_id = :invoice_id
   AND organisation_id = :organisation_id
 ORDER BY position;

-- name: invoice_payment_insert :exec
INSERT INTO invoice_payment (id, organisation_id, invoice_id, amount_minor, reference, received_at, recorded_by)
VALUES (:id, :organisation_id, :invoice_id, :amount_minor, :reference, :received_at, :recorded_by);

-- name: invoice_payments :many invoice_payment_row
SELECT id, amount_minor, reference, received_at
  FROM invoice_payment
 WHERE invoice_id = :invoice_id
   AND organisation_id = :organisation_id
 ORDER BY received_at, id;

-- name: invoice_receipt_find :one
-- Is this movement of the bank recorded already?
SELECT p.id
  FROM invoice_payment p
 WHERE p.invoice_id = :invoice_id
   AND p.reference = :reference
   AND p.organisation_id = :organisation_id;

-- name: invoice_open_granted :many
-- A seller's invoices that somebody may pay, of the clients that the asker reaches.
-- across: the grants decide what is reachable
SELECT i.id, i.organisation_id, i.invoice_number, i.currency
  FROM client_grant g
  JOIN invoice i ON i.organisation_id = g.organisation_id AND i.kind = 'invoice'
 WHERE g.person_id = :person_id
   AND g.revoked_at IS NULL
   AND i.seller_id = :seller_id
 ORDER BY i.id;
