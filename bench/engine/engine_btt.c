/* SPDX-License-Identifier: BSD-3-Clause */
/* engine_btt.c -- engine=btt: this project's libbtt, one lane per worker. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "blockwise.h"
#include "content.h"
#include "engine.h"
#include "job/job_key.h"

/* Writes a new layout with the job's parameters and replaces an existing one. */
static int
lay_out(const struct engine *engine, const struct job *job)
{
	const struct btt_format_options format = {
		.existing = BTT_REPLACE_EXISTING,
		.flavour = (enum btt_flavour)job->flavour,
		.start = job->flavour == JOB_FLAVOUR_KERNEL ? 4096 : 0,
		.lbasize = job->bs ? job->bs : ENGINE_BS_DEFAULT,
		.nfree = job->nfree,
	};

	return btt_format(&format, engine->facts.size, engine->ns, btt_ns_callbacks(engine->ns));
}

static int
error_key(const struct job *job, const char *key, uint32_t has, struct why *why)
{
	return job_key_error(job, key, why, "not this layout's (%u)", has);
}

/* The library's messages say lbasize; the job's key is bs. */
static int
error_format(const struct job *job, struct why *why)
{
	const char *said = btt_errormsg(), *wrong = strstr(said, ": ");

	if (strncmp(said, "lbasize=", 8) || !wrong)
		return why_say(why, "%s", said);
	return job_key_error(job, "bs", why, "%s", wrong + 2);
}

/* Returns the first damage, or NULL. A damaged arena can still be open for reading. */
static const char *
find_damage(const struct btt *btt, uint32_t narenas)
{
	struct btt_arena_info arena;

	for (uint32_t i = 0; i < narenas; i++)
		if (!btt_get_arena(btt, i, &arena, sizeof(arena)) && arena.damage)
			return arena.damage;
	return NULL;
}

/* Checks the job's keys against the layout and takes the sizes from the layout. */
static int
check_layout(struct engine *engine, const struct job *job, unsigned nworkers, struct why *why)
{
	struct btt_layout info;
	const char *damage;

	btt_get_layout(engine->btt, &info, sizeof(info));
	if (job->bs && job->bs != info.lbasize)
		return error_key(job, "bs", info.lbasize, why);
	if (job->nfree && job->nfree != info.nfree)
		return error_key(job, "nfree", info.nfree, why);
	if (job->lanes > info.nlane)
		return error_key(job, "lanes", info.nlane, why);
	engine->bs = info.lbasize;
	engine->nlba = info.nlba;
	engine->nlane = info.nlane;
	damage = find_damage(engine->btt, info.narenas);
	if (damage && job->percent[OP_READ] != 100)
		return why_say(why, "can't be written: %s", damage);
	if (nworkers <= info.nlane)
		return 0;
	return why_say(why, "threads=%u: more than this layout's lanes (%u)", nworkers, info.nlane);
}

static int
open_layout(struct engine *engine, const struct job *job, unsigned nworkers, struct why *why)
{
	const struct btt_open_options open = {
		.mode = engine->facts.mode == BTT_NS_READ_ONLY ? BTT_READ_ONLY : BTT_READ_WRITE,
		.commit = (enum btt_commit)job->commit,
		.start = BTT_START_PROBE,
		.maxlane = job->lanes ? job->lanes : nworkers,
	};

	engine->btt = btt_open(&open, engine->facts.size, engine->ns, btt_ns_callbacks(engine->ns));
	if (!engine->btt)
		return why_say(why, "%s%s", btt_errormsg(),
			       errno == ENOENT ? content_hint(&(struct target){.ns = engine->ns,
									       .facts = engine->facts})
							 .text
					       : "");
	if (!check_layout(engine, job, nworkers, why))
		return 0;
	btt_fini(engine->btt);
	engine->btt = NULL;
	return -1;
}

static int
has_job_layout(const struct btt *btt, const struct job *job)
{
	struct btt_layout info;

	btt_get_layout(btt, &info, sizeof(info));
	return info.flavour == (enum btt_flavour)job->flavour &&
	       info.lbasize == (job->bs ? job->bs : ENGINE_BS_DEFAULT) &&
	       info.nfree == (job->nfree ? job->nfree : BTT_NFREE_DEFAULT);
}

static int
btt_engine_open(struct engine *engine, const struct job *job, unsigned nworkers, struct why *why)
{
	if (engine->facts.kind != BTT_NS_DRAM)
		return open_layout(engine, job, nworkers, why);
	/* Plain memory: keep the layout of an earlier job if this job would write the same one. */
	if (!open_layout(engine, job, nworkers, why)) {
		if (has_job_layout(engine->btt, job))
			return 0;
		btt_fini(engine->btt);
		engine->btt = NULL;
	}
	if (lay_out(engine, job))
		return error_format(job, why);
	engine->is_blank = 1;
	return open_layout(engine, job, nworkers, why);
}

static void
btt_engine_close(struct engine *engine)
{
	btt_fini(engine->btt);
}

static const void *
btt_engine_adopt(const struct engine_lane *lane, size_t *size)
{
	return btt_adopt_lane(lane->engine->btt, lane->number, size);
}

static inline int
submit_block(const struct engine_lane *lane, enum op_kind kind, uint64_t lba, void *buf)
{
	struct btt *btt = lane->engine->btt;

	switch (kind) {
	case OP_READ:
		return btt_read(btt, lane->number, lba, buf);
	case OP_WRITE:
		return btt_write(btt, lane->number, lba, buf);
	default:
		return btt_set_zero(btt, lane->number, lba);
	}
}

static int
btt_engine_submit(const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	return submit_blockwise(lane, ops, n, submit_block);
}

static void
btt_engine_expect(const struct engine_lane *lane, struct op op)
{
	btt_prefetch(lane->engine->btt, op.lba);
}

static void
btt_engine_count(const struct engine_lane *lane, struct btt_counters *counters)
{
	btt_get_counters(lane->engine->btt, lane->number, counters, sizeof(*counters));
}

const struct engine_ops engine_btt = {
	.name = "btt",
	.open = btt_engine_open,
	.close = btt_engine_close,
	.adopt = btt_engine_adopt,
	.submit = btt_engine_submit,
	.expect = btt_engine_expect,
	.count = btt_engine_count,
};
