/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * engine_floor.c -- engine=floor: the stores and fences that no write of a BTT can do without, and nothing else.
 *
 *	write	the block and 16 bytes of the lane's log line, a fence, 16 bytes of the block's map line, a fence
 *	read	a copy
 *	zero	4 bytes of the block's map line, a fence
 *
 * These are the stores of a write with commit=two-fence, in its order. There is no map that is read, no lock, no
 * tracking of reads, no counter and no guard: a bad page that is written ends the command with SIGBUS. Blocks
 * lie in place, so nothing is atomic, and a block that was zeroed keeps its data. Behind the blocks lie a log line for
 * each worker and 4 bytes of map for each block.
 */
#include <stdio.h>

#include "engine.h"
#include "job/job_key.h"

#define LINE      64u
#define HALF      16u /* bytes of one persist */
#define MAP_ENTRY 4u

static uint64_t
log_off(const struct engine *e)
{
	return (e->nlba * e->bs + LINE - 1) / LINE * LINE;
}

static uint64_t
map_off(const struct engine *e, uint64_t lba)
{
	return log_off(e) + e->nlane * (uint64_t)LINE + lba * MAP_ENTRY;
}

static int
floor_open(struct engine *engine, const struct job *job, unsigned nworkers, struct why *why)
{
	uint64_t own = (nworkers + 2) * (uint64_t)LINE; /* log lines, and what alignment may take */
	uint64_t left = engine->facts.size > own ? engine->facts.size - own : 0;

	engine->bs = job->bs ? job->bs : ENGINE_BS_DEFAULT;
	engine->nlane = nworkers;
	engine->nlba = left / (engine->bs + MAP_ENTRY);
	if (engine->nlba)
		return 0;
	return job_key_error(job, "bs", why, "larger than the namespace (allowed: up to %ju bytes)",
			     (uintmax_t)(left > MAP_ENTRY ? left - MAP_ENTRY : 0));
}

static inline void *
at(const struct engine *e, uint64_t off)
{
	return (uint8_t *)e->facts.base + off;
}

/*
 * The halves go through the cache: on a machine with clwb, stores past the cache to a random map line take twice as
 * long.
 */
static inline int
write_block(const struct engine_lane *lane, const struct ns_callback *cb, uint64_t lba, void *buf)
{
	const struct engine *e = lane->engine;
	const uint64_t half[HALF / 8] = {lba, lane->sequence};

	cb->nsstore(e->ns, at(e, lba * e->bs), buf, e->bs);
	cb->nsstore(e->ns, at(e, log_off(e) + lane->lane * (uint64_t)LINE), half, HALF);
	if (cb->nsdrain(e->ns))
		return -1;
	cb->nsstore(e->ns, at(e, map_off(e, lba) / HALF * HALF), half, HALF);
	return cb->nsdrain(e->ns);
}

static int
floor_submit(const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	const struct engine *e = lane->engine;
	const struct ns_callback *cb = btt_ns_callbacks(e->ns);

	for (unsigned i = 0; i < n; i++) {
		uint8_t *buf = engine_lane_buf(lane, ops[i].kind, i);
		uint64_t lba = ops[i].lba, end = lba + lane->blocks;
		int err = 0;

		for (; lba < end && !err; lba++, buf += e->bs) {
			if (ops[i].kind == OP_READ)
				err = cb->nsread(e->ns, lane->number, buf, e->bs, lba * e->bs);
			else if (ops[i].kind == OP_WRITE)
				err = write_block(lane, cb, lba, buf);
			else {
				cb->nsstore4(e->ns, at(e, map_off(e, lba)), 0);
				err = cb->nsdrain(e->ns);
			}
		}
		if (err)
			return -1;
	}
	return 0;
}

static void
floor_expect(const struct engine_lane *lane, struct op op)
{
	__builtin_prefetch(at(lane->engine, map_off(lane->engine, op.lba)), 1);
}

static int
floor_locate(const struct engine *engine, uint64_t lba, uint64_t *off)
{
	*off = lba * engine->bs;
	return 0;
}

const struct engine_ops engine_floor = {.name = "floor",
					.open = floor_open,
					.submit = floor_submit,
					.locate = floor_locate,
					.expect = floor_expect};
