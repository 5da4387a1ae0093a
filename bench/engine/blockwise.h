/* SPDX-License-Identifier: BSD-3-Clause */
/* blockwise.h -- submit for engines with one block per library call. */
#ifndef BENCH_ENGINE_BLOCKWISE_H
#define BENCH_ENGINE_BLOCKWISE_H

#include "engine.h"

/* Does one block of an op; 0, or -1/errno. */
typedef int submit_block_fn(const struct engine_lane *lane, enum op_kind kind, uint64_t lba,
			    void *buf);

/*
 * Does the blocks of n ops in order until one fails; 0, or -1/errno. Always inlined, so that the
 * compiler calls `submit_block` directly, not through a pointer.
 */
static inline __attribute__((always_inline)) int
submit_blockwise(const struct engine_lane *lane, const struct op *ops, unsigned n,
		 submit_block_fn *submit_block)
{
	for (const struct op *op = ops; op < ops + n; op++) {
		uint8_t *buf = engine_lane_buf(lane, op->kind, (unsigned)(op - ops));

		for (unsigned i = 0; i < lane->blocks; i++, buf += lane->engine->bs) {
			if (submit_block(lane, op->kind, op->lba + i, buf))
				return -1;
		}
	}
	return 0;
}

#endif
