-- name: ledger_all :many ledger_row
SELECT number, name, hash
  FROM schema_migration
 ORDER BY number;

-- name: ledger_add :exec
INSERT INTO schema_migration (number, name, hash, applied_us)
VALUES (:number, :name, :hash, :applied_us);
