/* SPDX-License-Identifier: BSD-3-Clause */
#include "engine.h"

#include <errno.h>
#include <string.h>

#include "content.h"
#include "pattern/rng.h"

#define CHUNK      512u  /* bytes with the same share of zeros */
#define ALIGN_MOST 4096u /* engine=block: no device needs more */

static const struct engine_ops *const engines[] = {
	[JOB_ENGINE_BTT] = &engine_btt,     [JOB_ENGINE_RAW] = &engine_raw,
	[JOB_ENGINE_NULL] = &engine_null,   [JOB_ENGINE_PMEMBLK] = &engine_pmemblk,
	[JOB_ENGINE_BLOCK] = &engine_block, [JOB_ENGINE_FLOOR] = &engine_floor,
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
	if (job->engine != JOB_ENGINE_RAW && job->engine != JOB_ENGINE_BLOCK &&
	    job->engine != JOB_ENGINE_FLOOR)
		return 0;
	if (force == ENGINE_FORCE || target->may_format || only_reads)
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
				  .facts = target->facts,
				  .may_format = target->may_format,
				  .must_format = target->must_format,
				  .layout_uuid = target->layout_uuid};
	return engine->ops->open(engine, job, nworkers, why);
}

void
engine_close(struct engine *engine)
{
	if (engine->ops->close)
		engine->ops->close(engine);
}

static size_t
common_factor(size_t a, size_t b)
{
	while (b) {
		size_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

void
engine_lane_set_blocks(struct engine_lane *lane, unsigned blocks, unsigned batch)
{
	struct engine_data *data = &lane->data;
	size_t starts = data->size / data->slot;
	size_t step = (size_t)blocks * batch * lane->engine->bs / data->slot % starts;

	/* the data of two submits in a row do not overlap if they fit, and all starts come before one comes again */
	while (common_factor(starts, step) != 1)
		step++;
	lane->blocks = blocks;
	data->blocks = blocks * batch;
	data->step = step * data->slot;
}

void
engine_lane_set_data(struct engine_lane *lane, const struct job *job, uint64_t seed)
{
	struct engine_data *data = &lane->data;
	uint32_t bs = lane->engine->bs;
	size_t bytes = (size_t)lane->blocks * job->batch * bs + ENGINE_DATA_BYTES;
	size_t random = CHUNK - CHUNK * job->compress_percent / 100;
	uint64_t word = 0;
	struct rng rng;

	rng_seed(&rng, seed, RNG_STREAM_DATA + lane->number);
	for (size_t i = 0; i < bytes; i++) {
		if (i % sizeof(word) == 0)
			word = rng_next(&rng);
		lane->write_buf[i] =
			(uint8_t)(i % CHUNK < random ? word >> 8 * (i % sizeof(word)) : 0);
	}
	data->slot = bs % CHUNK ? bs : CHUNK;
	if (job->engine == JOB_ENGINE_BLOCK)
		data->slot = bs < ALIGN_MOST ? bs : ALIGN_MOST;
	data->size = data->slot;
	if (data->slot < ENGINE_DATA_BYTES)
		data->size = ENGINE_DATA_BYTES / data->slot * data->slot;
	data->end = lane->write_buf + data->size;
	data->dedupe = job->dedupe_percent;
	engine_lane_set_blocks(lane, lane->blocks, job->batch);
}
