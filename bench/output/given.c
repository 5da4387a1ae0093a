/* SPDX-License-Identifier: BSD-3-Clause */
/* given.c -- see given.h. */
#include "given.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct search {
	const char *key;
	struct given_key found;
};

static void
look_at(void *arg, const char *key, const char *value)
{
	struct search *search = arg;

	if (!strcmp(key, search->key))
		snprintf(search->found.text, sizeof(search->found.text), "%s", value);
}

struct given_key
given_key(const struct job *job, const char *key)
{
	struct search search = {.key = key};

	job_each_key(job, look_at, &search);
	return search.found;
}

uint64_t
given_bytes(const struct result_run *run, const struct result_op *op)
{
	double bytes = op->bytes_per_s * run->elapsed_s;

	return isfinite(bytes) ? (uint64_t)llround(bytes) : 0;
}

uint64_t
given_op_bytes(const struct result_run *run)
{
	for (int kind = 0; kind < OP_KINDS; kind++) {
		const struct result_op *op = &run->ops[kind];

		if (op->count && isfinite(op->bytes_per_s) && op->iops > 0)
			return (uint64_t)llround(op->bytes_per_s / op->iops);
	}
	return (uint64_t)run->job->blocks * (run->job->bs ? run->job->bs : run->ns->lbasize);
}
