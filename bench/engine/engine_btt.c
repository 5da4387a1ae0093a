/* SPDX-License-Identifier: BSD-3-Clause */
/* btt.c -- engine=btt: this project's libbtt, one lane for each worker. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "blockwise.h"
#include "engine.h"

/* as the job says, over whatever is there */
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
deny_key(const struct job *job, const char *key, uint32_t has, char *why, size_t why_size)
{
	return engine_deny_key(job, key, &(struct why){why, why_size}, "not this layout's (%u)",
			       has);
}

/* what the library calls lbasize is bs here */
static int
deny_format(const struct job *job, char *why, size_t why_size)
{
	const char *said = btt_errormsg(), *wrong = strstr(said, ": ");

	if (strncmp(said, "lbasize=", 8) || !wrong)
		return why_say(&(struct why){why, why_size}, "%s", said);
	return engine_deny_key(job, "bs", &(struct why){why, why_size}, "%s", wrong + 2);
}

/* the first damage there is; what is open to read may still be sound */
static const char *
find_damage(const struct btt *btt, uint32_t narenas)
{
	struct btt_arena_info arena;

	for (uint32_t i = 0; i < narenas; i++)
		if (!btt_get_arena(btt, i, &arena, sizeof(arena)) && arena.damage)
			return arena.damage;
	return NULL;
}

/* what the job asks for must be what the layout has */
static int
judge_layout(struct engine *engine, const struct job *job, unsigned nworkers, char *why,
	     size_t why_size)
{
	struct btt_layout info;
	const char *damage;

	btt_get_layout(engine->btt, &info, sizeof(info));
	if (job->bs && job->bs != info.lbasize)
		return deny_key(job, "bs", info.lbasize, why, why_size);
	if (job->nfree && job->nfree != info.nfree)
		return deny_key(job, "nfree", info.nfree, why, why_size);
	if (job->lanes > info.nlane)
		return deny_key(job, "lanes", info.nlane, why, why_size);
	engine->bs = info.lbasize;
	engine->nlba = info.nlba;
	engine->nlane = info.nlane;
	damage = find_damage(engine->btt, info.narenas);
	if (damage && job->percent[OP_READ] != 100) {
		snprintf(why, why_size, "can't be written: %s", damage);
		return -1;
	}
	if (nworkers <= info.nlane)
		return 0;
	snprintf(why, why_size, "threads=%u: more than this layout's lanes (%u)", nworkers,
		 info.nlane);
	return -1;
}

static int
open_layout(struct engine *engine, const struct job *job, unsigned nworkers, char *why,
	    size_t why_size)
{
	const struct btt_open_options open = {
		.mode = engine->facts.mode == BTT_NS_READ_ONLY ? BTT_READ_ONLY : BTT_READ_WRITE,
		.commit = (enum btt_commit)job->commit,
		.start = BTT_START_PROBE,
		.maxlane = job->lanes ? job->lanes : nworkers,
	};

	engine->btt = btt_open(&open, engine->facts.size, engine->ns, btt_ns_callbacks(engine->ns));
	if (!engine->btt) {
		snprintf(why, why_size, "%s%s", btt_errormsg(),
			 errno == ENOENT ? " (lay one out with 'bttbench format')" : "");
		return -1;
	}
	if (!judge_layout(engine, job, nworkers, why, why_size))
		return 0;
	btt_fini(engine->btt);
	engine->btt = NULL;
	return -1;
}

static int
is_wanted(const struct btt *btt, const struct job *job)
{
	struct btt_layout info;

	btt_get_layout(btt, &info, sizeof(info));
	return info.flavour == (enum btt_flavour)job->flavour &&
	       info.lbasize == (job->bs ? job->bs : ENGINE_BS_DEFAULT) &&
	       info.nfree == (job->nfree ? job->nfree : BTT_NFREE_DEFAULT);
}

/* plain memory: what an earlier job left is kept where the job would lay out the same */
static int
open_or_lay_out(struct engine *engine, const struct job *job, unsigned nworkers, char *why,
		size_t why_size)
{
	if (!open_layout(engine, job, nworkers, why, why_size)) {
		if (is_wanted(engine->btt, job))
			return 0;
		btt_fini(engine->btt);
		engine->btt = NULL;
	}
	if (lay_out(engine, job))
		return deny_format(job, why, why_size);
	engine->is_blank = 1;
	return open_layout(engine, job, nworkers, why, why_size);
}

static int
btt_engine_open(struct engine *engine, const struct job *job, unsigned nworkers, char *why,
		size_t why_size)
{
	return engine->facts.kind == BTT_NS_DRAM
		       ? open_or_lay_out(engine, job, nworkers, why, why_size)
		       : open_layout(engine, job, nworkers, why, why_size);
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
submit_block(const struct engine_lane *lane, struct op op, void *buf)
{
	struct btt *btt = lane->engine->btt;

	switch (op.kind) {
	case OP_READ:
		return btt_read(btt, lane->number, op.lba, buf);
	case OP_WRITE:
		return btt_write(btt, lane->number, op.lba, buf);
	default:
		return btt_set_zero(btt, lane->number, op.lba);
	}
}

static int
btt_engine_submit(const struct engine_lane *lane, struct op op)
{
	return submit_blockwise(lane, op, submit_block);
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
