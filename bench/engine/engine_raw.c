/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * engine_raw.c -- engine=raw: the pattern directly on the mapped memory. Each write and zero is
 * durable when it returns.
 *
 * This is the lower bound for every layer with atomic blocks: one copy and one fence per op for any
 * number of blocks. A power cut can tear a block. A bad page returns EIO, as in the BTT.
 */
#include <stdio.h>

#include "engine.h"
#include "job/job_key.h"

#define LINE        64u
#define EXPECT_MOST (8 * LINE) /* the processor's own prefetcher fetches the rest */

static int
raw_open(struct engine *engine, const struct job *job, unsigned nworkers, struct why *why)
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
raw_submit(const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	const struct engine *e = lane->engine;
	const struct ns_callback *cb = btt_ns_callbacks(e->ns);
	size_t len = (size_t)lane->blocks * e->bs;
	int err = 0;

	for (unsigned i = 0; i < n && !err; i++) {
		uint64_t off = ops[i].lba * e->bs;
		void *buf = engine_lane_buf(lane, ops[i].kind, i);

		if (ops[i].kind == OP_READ)
			err = cb->nsread(e->ns, lane->number, buf, len, off);
		else if (ops[i].kind == OP_WRITE)
			err = cb->nswrite(e->ns, lane->number, buf, len, off);
		else
			err = cb->nszero(e->ns, lane->number, len, off);
	}
	return err;
}

static void
raw_expect(const struct engine_lane *lane, struct op op)
{
	const struct engine *e = lane->engine;
	const uint8_t *block = (const uint8_t *)e->facts.base + op.lba * e->bs;

	for (size_t at = 0; at < e->bs && at < EXPECT_MOST; at += LINE)
		__builtin_prefetch(block + at);
}

static int
raw_locate(const struct engine *engine, uint64_t lba, uint64_t *off)
{
	*off = lba * engine->bs;
	return 0;
}

const struct engine_ops engine_raw = {.name = "raw",
				      .open = raw_open,
				      .submit = raw_submit,
				      .locate = raw_locate,
				      .expect = raw_expect};
