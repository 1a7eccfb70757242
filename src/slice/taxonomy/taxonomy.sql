-- name: taxonomy_forget :exec
DELETE FROM taxonomy_concept
 WHERE source = :source;

-- name: taxonomy_forget_words :exec
DELETE FROM taxonomy_word
 WHERE source = :source;

-- name: taxonomy_insert :exec
INSERT INTO taxonomy_concept (source, kind, code, label)
VALUES (:source, :kind, :code, :label);

-- name: taxonomy_insert_word :exec
INSERT INTO taxonomy_word (kind, word, title_size, source, code, title)
VALUES (:kind, :word, :title_size, :source, :code, :title)
    ON CONFLICT (kind, word, title_size, source, code, title) DO NOTHING;

-- name: taxonomy_titles :many taxonomy_title
-- Titles under the words of a range, which is one word or all that begin alike.
-- param: word_last TEXT
-- param: row_max INT64
SELECT title_size, source, code, title
  FROM taxonomy_word
 WHERE kind = :kind
   AND word >= :word
   AND word <= :word_last
 ORDER BY kind, word, title_size, source, code, title
 LIMIT :row_max;

-- name: taxonomy_label :one taxonomy_label_row
SELECT label
  FROM taxonomy_concept
 WHERE source = :source
   AND kind = :kind
   AND code = :code;

-- name: taxonomy_counts :many taxonomy_count
-- column: concept_count INT64
SELECT source, kind, COUNT(*) AS concept_count
  FROM taxonomy_concept
 GROUP BY source, kind
 ORDER BY source, kind;
