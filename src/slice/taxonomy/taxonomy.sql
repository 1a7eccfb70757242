-- name: edition_begin :exec
INSERT INTO taxonomy_edition (id, source, edition_state, written_count)
VALUES (:id, :source, 'loading', 0)
ON CONFLICT (id) DO NOTHING;

-- name: edition_find :one edition_row
SELECT edition_state, written_count
  FROM taxonomy_edition
 WHERE id = :id;

-- name: edition_current :one edition_current_row
SELECT id
  FROM taxonomy_edition
 WHERE source = :source
   AND edition_state = 'current';

-- name: edition_written :exec
UPDATE taxonomy_edition
   SET written_count = :written_count
 WHERE id = :id;

-- name: edition_retire :exec
UPDATE taxonomy_edition
   SET edition_state = 'old'
 WHERE source = :source
   AND edition_state = 'current';

-- name: edition_show :exec
UPDATE taxonomy_edition
   SET edition_state = 'current'
 WHERE id = :id;

-- name: edition_give_up :exec
UPDATE taxonomy_edition
   SET edition_state = 'old'
 WHERE id = :id
   AND edition_state = 'loading';

-- name: editions_old :many edition_old_row
-- scan: there are a handful
SELECT id
  FROM taxonomy_edition
 WHERE edition_state = 'old';

-- name: edition_forget :exec
DELETE FROM taxonomy_edition
 WHERE id = :id;

-- name: concepts_first :many concept_row
-- param: row_max INT64
SELECT kind, code
  FROM taxonomy_concept
 WHERE edition_id = :edition_id
 ORDER BY kind, code
 LIMIT :row_max;

-- name: concepts_lacking :many concept_row
-- Those of one edition that another does not have.
-- param: new_id TEXT
-- param: row_max INT64
SELECT c.kind, c.code
  FROM taxonomy_concept c
 WHERE c.edition_id = :edition_id
   AND (c.kind, c.code) > (:kind, :code)
   AND NOT EXISTS (SELECT 1
                     FROM taxonomy_concept n
                    WHERE n.edition_id = :new_id
                      AND n.kind = c.kind
                      AND n.code = c.code)
 ORDER BY c.kind, c.code
 LIMIT :row_max;

-- name: concept_carry :exec
-- param: new_id TEXT
INSERT INTO taxonomy_concept (edition_id, kind, code, label)
SELECT CAST(:new_id AS TEXT), kind, code, label
  FROM taxonomy_concept
 WHERE edition_id = :edition_id
   AND kind = :kind
   AND code = :code;

-- name: words_carry :exec
-- param: new_id TEXT
INSERT INTO taxonomy_word (kind, word, title_size, edition_id, code, title)
SELECT kind, word, title_size, CAST(:new_id AS TEXT), code, title
  FROM taxonomy_word
 WHERE edition_id = :edition_id
   AND kind = :kind
   AND code = :code;

-- name: concept_forget :exec
DELETE FROM taxonomy_concept
 WHERE edition_id = :edition_id
   AND kind = :kind
   AND code = :code;

-- name: words_forget :exec
DELETE FROM taxonomy_word
 WHERE edition_id = :edition_id
   AND kind = :kind
   AND code = :code;

-- name: concept_insert :exec
INSERT INTO taxonomy_concept (edition_id, kind, code, label)
VALUES (:edition_id, :kind, :code, :label);

-- name: word_insert :exec_many
INSERT INTO taxonomy_word (kind, word, title_size, edition_id, code, title)
VALUES (:kind, :word, :title_size, :edition_id, :code, :title)
ON CONFLICT (kind, word, title_size, edition_id, code, title) DO NOTHING;

-- name: taxonomy_titles :many taxonomy_title
-- Titles under the words of a range, which is one word or all that begin alike.
-- param: word_last TEXT
-- param: row_max INT64
SELECT w.title_size, e.source, w.code, w.title
  FROM taxonomy_word w
  JOIN taxonomy_edition e ON e.id = w.edition_id AND e.edition_state = 'current'
 WHERE w.kind = :kind
   AND w.word >= :word
   AND w.word <= :word_last
 ORDER BY w.kind, w.word, w.title_size, w.edition_id, w.code, w.title
 LIMIT :row_max;

-- name: taxonomy_label :one taxonomy_label_row
SELECT c.label
  FROM taxonomy_edition e
  JOIN taxonomy_concept c ON c.edition_id = e.id
 WHERE e.source = :source
   AND e.edition_state = 'current'
   AND c.kind = :kind
   AND c.code = :code;

-- name: taxonomy_counts :many taxonomy_count
-- column: concept_count INT64
SELECT e.source, c.kind, COUNT(*) AS concept_count
  FROM taxonomy_edition e
  JOIN taxonomy_concept c ON c.edition_id = e.id
 WHERE e.edition_state = 'current'
 GROUP BY e.source, c.kind
 ORDER BY e.source, c.kind;
