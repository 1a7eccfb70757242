#pragma once

struct call;
struct request;

/* Answer with the file that the handler named. */
void download_prepare(struct request *request, const struct call *call);
