/* SPDX-License-Identifier: BSD-3-Clause */
/* blockwise.h -- an op of many blocks for engines whose calls take one. */
#ifndef BENCH_ENGINE_BLOCKWISE_H
#define BENCH_ENGINE_BLOCKWISE_H

#include "engine.h"

/* one block of an op; 0, or -1/errno */
typedef int submit_block_fn(const struct engine_lane *lane, struct op op, void *buf);

/* block after block until one fails. Inlined, so that `submit_block` is no call through a pointer. */
static inline __attribute__((always_inline)) int
submit_blockwise(const struct engine_lane *lane, struct op op, submit_block_fn *submit_block)
{
	uint8_t *buf = lane->buf;
	int err = submit_block(lane, op, buf);

	for (unsigned i = 1; i < lane->blocks && !err; i++) {
		op.lba++;
		buf += lane->engine->bs;
		err = submit_block(lane, op, buf);
	}
	return err;
}

#endif
