-- name: thing_add :exec
INSERT INTO thing (id, parent_id, amount, weight, image, note)
VALUES (:id, :parent_id, :amount, :weight, :image, :note);

-- name: thing_add_many :exec_many
INSERT INTO thing (id, amount, note)
VALUES (:id, :amount, :note);

-- name: thing_by_id :one thing_row
SELECT id, parent_id, amount, weight, image, note
  FROM thing
 WHERE id = :id;

-- name: thing_page :many thing_row
-- param: row_max INT64
-- The smallest first, after the last one seen; a literal ':id' and a "cast" stay as they are.
SELECT id, parent_id, amount, weight, image, note
  FROM thing
 WHERE (amount, id) > (:amount, :id) AND id <> ':id' -- not :amount
 ORDER BY amount, id
 LIMIT :row_max;

-- name: thing_all :each thing_row
SELECT id, parent_id, amount, weight, image, note
  FROM thing
 WHERE amount >= :amount
 ORDER BY amount, id;

-- name: thing_rename :affected
UPDATE thing SET note = :note WHERE amount >= :amount;

-- name: thing_count :one
-- column: total INT64
SELECT count(*) AS total FROM thing WHERE amount >= 0;

-- name: thing_delete :one
DELETE FROM thing WHERE id = :id RETURNING id, amount;

-- name: counter_set :exec
INSERT INTO counter (name, value) VALUES (:name, :value)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: counter_get :one
SELECT value FROM counter WHERE name = :name;

-- name: counter_step :exec
INSERT INTO counter (name, value) VALUES (:name, 1)
    ON CONFLICT (name) DO UPDATE SET value = counter.value + 1;

-- name: counter_add :exec
INSERT INTO counter (name, value) VALUES (:name, :value)
    ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value;

-- name: counter_known :one
-- remembered: a test
SELECT name, value FROM counter WHERE name = :name;
