/* SPDX-License-Identifier: BSD-3-Clause */
#include "engine.h"

#include <errno.h>
#include <string.h>

#include "content.h"

static const struct engine_ops *const engines[] = {
	[JOB_ENGINE_BTT] = &engine_btt,     [JOB_ENGINE_RAW] = &engine_raw,
	[JOB_ENGINE_NULL] = &engine_null,   [JOB_ENGINE_PMEMBLK] = &engine_pmemblk,
	[JOB_ENGINE_BLOCK] = &engine_block,
};

int
engine_check(const struct job *job, const struct target *target, enum engine_force force,
	     struct why *why)
{
	const char *name = engines[job->engine]->name;
	int only_reads = job->percent[OP_READ] == 100 && !job_fill_passes(job);
	struct content content;

	if (target->is_pool_set && job->engine != JOB_ENGINE_PMEMBLK)
		return why_say(why, "engine=%s: a pool set (allowed on it: engine=pmemblk)", name);
	if (!target->ns && !target->is_pool_set && job->engine != JOB_ENGINE_BLOCK)
		return why_say(why, "engine=%s: a block device (allowed on it: engine=block)",
			       name);
	if (job->engine != JOB_ENGINE_RAW && job->engine != JOB_ENGINE_BLOCK)
		return 0;
	if (force == ENGINE_FORCE || target->facts.kind == BTT_NS_DRAM || only_reads)
		return 0;
	if (content_find(target, &content))
		return why_say(why, "can't read the existing content: %s", strerror(errno));
	if (content.kind == CONTENT_NONE)
		return 0;
	return why_say(why,
		       "engine=%s would overwrite %s in this namespace "
		       "(allowed: only reads with precondition=none, or --force)",
		       name, content.name);
}

int
engine_open(struct engine *engine, const struct job *job, const struct target *target,
	    unsigned nworkers, struct why *why)
{
	*engine = (struct engine){.ops = engines[job->engine],
				  .ns = target->ns,
				  .pool_set = target->is_pool_set ? target->spec : NULL,
				  .facts = target->facts};
	return engine->ops->open(engine, job, nworkers, why);
}

void
engine_close(struct engine *engine)
{
	if (engine->ops->close)
		engine->ops->close(engine);
}
