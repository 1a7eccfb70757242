#pragma once

/* Sends an approved run line by line: {"run_id": "pyr_…"}. */

struct job_kind;

extern const struct job_kind payout_send_job;
