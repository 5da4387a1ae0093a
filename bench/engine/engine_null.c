/* SPDX-License-Identifier: BSD-3-Clause */
/* engine_null.c -- engine=null: its ops do nothing, so a run measures the harness alone. */
#include <stdio.h>

#include "engine.h"
#include "job/job_key.h"

static int
null_open(struct engine *engine, const struct job *job, unsigned nworkers, struct why *why)
{
	engine->bs = job->bs ? job->bs : ENGINE_BS_DEFAULT;
	engine->nlba = engine->facts.size / engine->bs;
	engine->nlane = nworkers;
	if (engine->nlba)
		return 0;
	return job_key_error(job, "bs", why, "larger than the namespace (allowed: up to %ju bytes)",
			     (uintmax_t)engine->facts.size);
}

static int
null_submit(const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	(void)lane;
	(void)ops;
	(void)n;
	return 0;
}

const struct engine_ops engine_null = {.name = "null", .open = null_open, .submit = null_submit};
