-- name: recording_insert :exec
INSERT INTO recording (id, organisation_id, interview_id, revision, media, recording_state, began_at, delete_at)
VALUES (:id, :organisation_id, :interview_id, :revision, :media, 'open', :began_at, :delete_at);

-- name: recording_find :one recording_row
SELECT id, revision, media, recording_state, byte_count, transcript, note
  FROM recording
 WHERE interview_id = :interview_id
   AND organisation_id = :organisation_id
   AND revision = :revision;

-- name: recording_by_id :one recording_job_row
-- across: it is what finds the organisation
SELECT id, organisation_id, media, recording_state
  FROM recording
 WHERE id = :id;

-- name: recording_drop :exec
DELETE FROM recording
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: recording_grow :exec
-- More was spoken: what was written of the earlier part no longer stands for the whole.
-- param: more_bytes INT64
UPDATE recording
   SET byte_count = byte_count + :more_bytes, recording_state = 'open', note = NULL
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: recording_set :exec
UPDATE recording
   SET recording_state = :recording_state, transcript = :transcript, note = :note
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: chunk_insert :affected
INSERT INTO recording_chunk (recording_id, segment, chunk, organisation_id, content)
VALUES (:recording_id, :segment, :chunk, :organisation_id, :content)
ON CONFLICT (recording_id, segment, chunk) DO NOTHING;

-- name: chunk_drop :exec
DELETE FROM recording_chunk
 WHERE recording_id = :recording_id
   AND organisation_id = :organisation_id;

-- name: segments_of :many segment_row
-- column: chunk_count INT64
-- column: last_chunk INT64
-- column: byte_count INT64
SELECT segment, COUNT(*) AS chunk_count, MAX(chunk) AS last_chunk, SUM(LENGTH(content)) AS byte_count
  FROM recording_chunk
 WHERE recording_id = :recording_id
   AND organisation_id = :organisation_id
 GROUP BY segment
 ORDER BY segment;

-- name: chunks_of :many chunk_row
SELECT chunk, content
  FROM recording_chunk
 WHERE recording_id = :recording_id
   AND organisation_id = :organisation_id
   AND segment = :segment
 ORDER BY chunk;

-- name: recordings_due :many recording_due_row
-- Those whose sound has been kept for long enough.
-- across: the house is kept for everybody
-- param: now_at INT64
-- param: row_max INT64
SELECT id, organisation_id
  FROM recording
 WHERE delete_at <= :now_at
 ORDER BY delete_at
 LIMIT :row_max;
