/* SPDX-License-Identifier: BSD-3-Clause */
/* engine.c -- from a job's engine key to an open engine. */
#include "engine.h"

#include <stdio.h>

static const struct engine_ops *const engines[] = {
	[JOB_ENGINE_BTT] = &engine_btt,
	[JOB_ENGINE_RAW] = &engine_raw,
	[JOB_ENGINE_NULL] = &engine_null,
	[JOB_ENGINE_PMEMBLK] = &engine_pmemblk,
};

/* raw writes go where they please: not over a BTT, unless that is wanted */
static int
judge_raw(const struct engine *engine, const struct job *job, char *why, size_t why_size)
{
	struct btt_probe probe;

	if (job->engine != JOB_ENGINE_RAW ||
	    (job->percent[OP_READ] == 100 && job->precondition != JOB_PRECONDITION_FILL))
		return 0;
	if (btt_probe(engine->facts.size, engine->ns, ns_callbacks(engine->ns), &probe)) {
		snprintf(why, why_size, "%s", btt_errormsg());
		return -1;
	}
	for (int i = 0; i < BTT_PLACES; i++) {
		if (probe.places[i].found == BTT_FOUND_NOTHING && !probe.is_pool)
			continue;
		snprintf(why, why_size,
			 "engine=raw would overwrite the BTT in this namespace "
			 "(allowed: only reads with precondition=none, or --force)");
		return -1;
	}
	return 0;
}

int
engine_open(struct engine *engine, const struct job *job, struct ns *ns, unsigned nworkers,
	    enum engine_force force, char *why, size_t why_size)
{
	*engine = (struct engine){.ops = engines[job->engine], .ns = ns};
	ns_get_facts(ns, &engine->facts);
	if (force == ENGINE_SAFE && judge_raw(engine, job, why, why_size))
		return -1;
	return engine->ops->open(engine, job, nworkers, why, why_size);
}

void
engine_close(struct engine *engine)
{
	if (engine->ops->close)
		engine->ops->close(engine);
}
