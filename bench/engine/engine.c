/* SPDX-License-Identifier: BSD-3-Clause */
/* engine.c -- from a job's engine key to an open engine. */
#include "engine.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define KEY_WHERE_MAX 256

static const struct engine_ops *const engines[] = {
	[JOB_ENGINE_BTT] = &engine_btt,     [JOB_ENGINE_RAW] = &engine_raw,
	[JOB_ENGINE_NULL] = &engine_null,   [JOB_ENGINE_PMEMBLK] = &engine_pmemblk,
	[JOB_ENGINE_BLOCK] = &engine_block,
};

static int
only_reads(const struct job *job)
{
	return job->percent[OP_READ] == 100 && job->precondition != JOB_PRECONDITION_FILL;
}

int
engine_deny_key(const struct job *job, const char *key, const struct why *why, const char *format,
		...)
{
	char where[KEY_WHERE_MAX], wrong[KEY_WHERE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(wrong, sizeof(wrong), format, args);
	va_end(args);
	job_key_where(job, key, where, sizeof(where));
	return why_say(why, "%s: %s", where, wrong);
}

int
engine_judge(const struct job *job, const struct target *target, enum engine_force force, char *why,
	     size_t why_size)
{
	const char *name = engines[job->engine]->name;
	char what[64];
	int found;

	if (!target->ns && job->engine != JOB_ENGINE_BLOCK) {
		snprintf(why, why_size, "engine=%s: a block device (allowed on it: engine=block)",
			 name);
		return -1;
	}
	if (job->engine != JOB_ENGINE_RAW && job->engine != JOB_ENGINE_BLOCK)
		return 0;
	if (force == ENGINE_FORCE || target->facts.kind == BTT_NS_DRAM || only_reads(job))
		return 0;
	found = target_find_content(target, what, sizeof(what));
	if (found < 0)
		snprintf(why, why_size, "can't look at its contents: %s", strerror(errno));
	else if (found)
		snprintf(why, why_size,
			 "engine=%s would overwrite %s in this namespace "
			 "(allowed: only reads with precondition=none, or --force)",
			 name, what);
	return found ? -1 : 0;
}

int
engine_open(struct engine *engine, const struct job *job, const struct target *target,
	    unsigned nworkers, char *why, size_t why_size)
{
	*engine = (struct engine){
		.ops = engines[job->engine], .ns = target->ns, .facts = target->facts};
	return engine->ops->open(engine, job, nworkers, why, why_size);
}

void
engine_close(struct engine *engine)
{
	if (engine->ops->close)
		engine->ops->close(engine);
}
