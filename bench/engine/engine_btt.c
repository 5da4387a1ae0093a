/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * engine_btt.c -- engine=btt: this project's libbtt.
 *
 * A worker owns one lane, or as many as its batches have blocks; workers share lanes only when the job asks for fewer
 * lanes than threads. An op of many blocks is done as batches of as many blocks as the worker has lanes.
 */
#include <assert.h>
#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blockwise.h"
#include "content.h"
#include "engine.h"
#include "job/job_key.h"

#define SPINS_BEFORE_YIELD 1024u

_Static_assert(JOB_ROTATE_MAX == BTT_ROTATE_MAX, "the library takes each value of the key");

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
		.uuid = engine->layout_uuid,
	};

	return btt_format(&format, engine->facts.size, engine->ns, btt_ns_callbacks(engine->ns));
}

static int
error_key(const struct job *job, const char *key, uint32_t has, struct why *why)
{
	return job_key_error(job, key, why, "not this layout's (%u)", has);
}

/* Some messages of the library begin with the value of a key of the job. The key of lbasize is bs. */
static int
error_library(const struct job *job, const char *hint, struct why *why)
{
	const char *said = btt_errormsg(), *wrong = strstr(said, ": ");

	if (wrong && !strncmp(said, "lbasize=", 8))
		return job_key_error(job, "bs", why, "%s", wrong + 2);
	if (wrong && !strncmp(said, "rotate=", 7))
		return job_key_error(job, "rotate", why, "%s", wrong + 2);
	return why_say(why, "%s%s", said, hint);
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

/* The lanes that a worker of this job has a use for. */
static unsigned
lanes_wanted(const struct job *job)
{
	unsigned blocks = job->batch > 1 ? job->batch : job->blocks;

	static_assert(JOB_BATCH_MAX == BTT_BATCH_MAX, "a batch of the job fits into one call");
	return blocks < BTT_BATCH_MAX ? blocks : BTT_BATCH_MAX;
}

/* Gives each worker lanes of its own. */
static int
own_lanes(struct engine *engine, const struct job *job, unsigned nworkers, struct why *why)
{
	unsigned each = engine->nlane / nworkers;

	if (job->batch > each)
		return job_key_error(
			job, "batch", why,
			"threads=%u needs %u lanes, and the layout has %u (allowed: a "
			"smaller batch, fewer threads or a layout with a larger nfree)",
			nworkers, nworkers * job->batch, engine->nlane);
	engine->lanes_each = each < lanes_wanted(job) ? each : lanes_wanted(job);
	return 0;
}

static int
share_lanes(struct engine *engine, unsigned nworkers, struct why *why)
{
	size_t locks = engine->nlane * sizeof(*engine->lane_locks);
	size_t shares = nworkers * sizeof(*engine->shares);

	engine->lane_locks = aligned_alloc(_Alignof(struct engine_lane_lock), locks);
	engine->shares = aligned_alloc(_Alignof(struct engine_share), shares);
	if (!engine->lane_locks || !engine->shares)
		return why_say(why, "lanes=%u: %s", engine->nlane, strerror(errno));
	memset(engine->lane_locks, 0, locks);
	memset(engine->shares, 0, shares);
	return 0;
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
	if (job_key_given(job, "flavour") && (enum btt_flavour)job->flavour != info.flavour)
		return job_key_error(job, "flavour", why, "not this layout's (%s)",
				     btt_flavour_name(info.flavour));
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
	if (nworkers <= info.nlane || job->batch > 1)
		return own_lanes(engine, job, nworkers, why);
	if (!job->lanes)
		return why_say(
			why,
			"threads=%u: more than this layout's lanes (%u; lanes=N shares N lanes)",
			nworkers, info.nlane);
	return share_lanes(engine, nworkers, why);
}

static void
btt_engine_close(struct engine *engine)
{
	btt_fini(engine->btt);
	free(engine->lane_locks);
	engine->lane_locks = NULL;
	free(engine->shares);
	engine->shares = NULL;
}

static int
open_layout(struct engine *engine, const struct job *job, unsigned nworkers, struct why *why)
{
	const struct btt_open_options open = {
		.mode = engine->facts.mode == BTT_NS_READ_ONLY ? BTT_READ_ONLY : BTT_READ_WRITE,
		.commit = (enum btt_commit)job->commit,
		.start = BTT_START_PROBE,
		.maxlane = job->lanes ? job->lanes : nworkers * lanes_wanted(job),
		.rotate = job->rotate,
	};

	engine->btt = btt_open(&open, engine->facts.size, engine->ns, btt_ns_callbacks(engine->ns));
	if (!engine->btt)
		return error_library(
			job,
			errno == ENOENT ? content_hint(&(struct target){.ns = engine->ns,
									.facts = engine->facts})
						  .text
					: "",
			why);
	if (!check_layout(engine, job, nworkers, why))
		return 0;
	btt_engine_close(engine);
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
	if (!engine->may_format)
		return open_layout(engine, job, nworkers, why);
	/* keep the layout of an earlier job if this job would write the same one */
	if (!engine->must_format && !open_layout(engine, job, nworkers, why)) {
		if (has_job_layout(engine->btt, job))
			return 0;
		btt_engine_close(engine);
		engine->btt = NULL;
	}
	if (lay_out(engine, job))
		return error_library(job, "", why);
	engine->is_blank = 1;
	return open_layout(engine, job, nworkers, why);
}

/* Returns the memory of the first of the worker's lanes. */
static const void *
btt_engine_adopt(const struct engine_lane *lane, size_t *size)
{
	for (unsigned i = lane->engine->lanes_each; i-- > 1;)
		if (!btt_adopt_lane(lane->engine->btt, lane->lane + i, size))
			return NULL;
	return btt_adopt_lane(lane->engine->btt, lane->lane, size);
}

static inline int
submit_block(const struct engine_lane *lane, enum op_kind kind, uint64_t lba, void *buf)
{
	struct btt *btt = lane->engine->btt;

	switch (kind) {
	case OP_READ:
		return btt_read(btt, lane->lane, lba, buf);
	case OP_WRITE:
		return btt_write(btt, lane->lane, lba, buf);
	default:
		return btt_set_zero(btt, lane->lane, lba);
	}
}

/*
 * Does one batch, or one op of many blocks, which stops behind the first batch with an error. Zeroes have no batches.
 */
static __attribute__((noinline)) int
submit_batches(const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	const struct engine *e = lane->engine;
	unsigned lanes[BTT_BATCH_MAX], total = n * lane->blocks, count;
	uint64_t lba[BTT_BATCH_MAX];
	void *buf[BTT_BATCH_MAX];
	int *error = n > 1 ? lane->errors : NULL;
	int err = 0;

	for (unsigned done = 0; done < total && !err; done += count) {
		uint8_t *data = engine_lane_buf(lane, ops->kind, 0) + (size_t)done * e->bs;

		count = total - done < e->lanes_each ? total - done : e->lanes_each;
		for (unsigned i = 0; i < count; i++) {
			lanes[i] = lane->lane + i;
			lba[i] = n > 1 ? ops[done + i].lba : ops->lba + done + i;
			buf[i] = data + (size_t)i * e->bs;
		}
		if (ops->kind == OP_READ)
			err = btt_read_batch(e->btt, lanes, lba, buf, count, error);
		else
			err = btt_write_batch(e->btt, lanes, lba, (const void *const *)buf, count,
					      error);
	}
	return err;
}

/* A batch of zeroes: each block on its own. */
static __attribute__((noinline)) int
zero_blocks(const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	int first = 0;

	for (unsigned i = 0; i < n; i++) {
		lane->errors[i] =
			btt_set_zero(lane->engine->btt, lane->lane, ops[i].lba) ? errno : 0;
		first = first ? first : lane->errors[i];
	}
	errno = first;
	return first ? -1 : 0;
}

/* Adds the growth of the lane's counters since `before`. All members are 64-bit numbers. */
static void
add_counters(const struct btt *btt, unsigned lane, const struct btt_counters *before,
	     struct btt_counters *sum)
{
	struct btt_counters now;
	uint64_t *to = (uint64_t *)sum;

	_Static_assert(sizeof(now) % sizeof(*to) == 0, "only 64-bit members");

	btt_get_counters(btt, lane, &now, sizeof(now));
	for (size_t i = 0; i < sizeof(now) / sizeof(*to); i++)
		to[i] += ((const uint64_t *)&now)[i] - ((const uint64_t *)before)[i];
}

/* As the kernel does with more CPUs than lanes: the lane is locked for the op. Yields, as its owner may not run. */
static __attribute__((noinline)) int
submit_shared(const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	struct engine_lane_lock *lock = &lane->engine->lane_locks[lane->lane];
	struct engine_counters *share = &lane->engine->shares[lane->number].counters;
	struct btt_counters before;
	unsigned turns = 0;
	int err, saved;

	while (atomic_exchange_explicit(&lock->held, 1, memory_order_acquire)) {
		while (atomic_load_explicit(&lock->held, memory_order_relaxed))
			if (++turns % SPINS_BEFORE_YIELD == 0)
				sched_yield();
		turns++;
	}
	share->lane_waits += turns > 0;
	btt_get_counters(lane->engine->btt, lane->lane, &before, sizeof(before));
	err = submit_blockwise(lane, ops, n, submit_block);
	saved = errno;
	add_counters(lane->engine->btt, lane->lane, &before, &share->btt);
	atomic_store_explicit(&lock->held, 0, memory_order_release);
	errno = saved;
	return err;
}

static int
btt_engine_submit(const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	if (__builtin_expect(lane->engine->lane_locks != NULL, 0))
		return submit_shared(lane, ops, n);
	if (n > 1 && ops->kind == OP_ZERO)
		return zero_blocks(lane, ops, n);
	if (n > 1 || (lane->blocks > 1 && lane->engine->lanes_each > 1 && ops->kind != OP_ZERO))
		return submit_batches(lane, ops, n);
	return submit_blockwise(lane, ops, n, submit_block);
}

static int
btt_engine_locate(const struct engine *engine, uint64_t lba, uint64_t *off)
{
	return btt_locate(engine->btt, lba, off);
}

static void
btt_engine_expect(const struct engine_lane *lane, struct op op)
{
	btt_prefetch(lane->engine->btt, op.lba);
}

#define LINE        64u
#define EXPECT_MOST (8 * LINE) /* the processor's own prefetcher fetches the rest */

/* A write needs only the place that it will give up; its data go elsewhere. */
static void
btt_engine_expect_data(const struct engine_lane *lane, struct op op)
{
	const struct engine *e = lane->engine;
	uint64_t off;

	if (op.kind != OP_READ || !e->facts.base || btt_locate(e->btt, op.lba, &off))
		return;
	for (uint64_t at = 0; at < e->bs && at < EXPECT_MOST; at += LINE)
		__builtin_prefetch((const uint8_t *)e->facts.base + off + at);
}

static void
btt_engine_count(const struct engine_lane *lane, struct engine_counters *counters)
{
	const struct engine *engine = lane->engine;

	static const struct btt_counters none;
	unsigned lanes = engine->lanes_each > 1 ? engine->lanes_each : 1;

	*counters = (struct engine_counters){0};
	if (engine->lane_locks)
		*counters = engine->shares[lane->number].counters;
	for (unsigned i = 0; i < lanes && !engine->lane_locks; i++)
		add_counters(engine->btt, lane->lane + i, &none, &counters->btt);
}

const struct engine_ops engine_btt = {
	.name = "btt",
	.open = btt_engine_open,
	.close = btt_engine_close,
	.adopt = btt_engine_adopt,
	.submit = btt_engine_submit,
	.locate = btt_engine_locate,
	.expect = btt_engine_expect,
	.expect_data = btt_engine_expect_data,
	.count = btt_engine_count,
};
