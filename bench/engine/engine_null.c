/* SPDX-License-Identifier: BSD-3-Clause */
/* null.c -- engine=null: ops that do nothing, to measure the harness alone. */
#include <stdio.h>

#include "engine.h"

static int
null_open(struct engine *engine, const struct job *job, unsigned nworkers, char *why,
	  size_t why_size)
{
	engine->bs = job->bs ? job->bs : ENGINE_BS_DEFAULT;
	engine->nlba = engine->facts.size / engine->bs;
	engine->nlane = nworkers;
	if (engine->nlba)
		return 0;
	return engine_deny_key(job, "bs", &(struct why){why, why_size},
			       "larger than the namespace (allowed: up to %ju bytes)",
			       (uintmax_t)engine->facts.size);
}

static int
null_submit(const struct engine_lane *lane, struct op op)
{
	(void)lane;
	(void)op;
	return 0;
}

const struct engine_ops engine_null = {.name = "null", .open = null_open, .submit = null_submit};
