/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pattern.h -- which op comes next: a kind from the mix, an lba from the pattern.
 *
 * One pattern per worker, owned by it; pattern_next touches nothing else, divides next to never and
 * takes no system call. The same seed, worker number and settings give the same sequence on any
 * machine.
 */
#ifndef BENCH_PATTERN_H
#define BENCH_PATTERN_H

#include <stdint.h>

#include "../op.h"
#include "rng.h"

enum pattern_kind { PATTERN_UNIFORM, PATTERN_SEQ };

struct pattern_params {
	enum pattern_kind kind;
	unsigned percent[OP_KINDS]; /* the mix; sums to 100 */
	uint64_t lba_first; /* the blocks this worker draws from: [lba_first, lba_first + nlba) */
	uint64_t nlba;      /* at least 1 */
	uint64_t lba_start; /* PATTERN_SEQ: where the first op goes, within that range */
	uint64_t seed;
	unsigned worker; /* number of the worker in its job: decorrelates workers of one seed */
};

struct pattern {
	struct rng rng;
	uint64_t lba_first; /* see pattern_params */
	uint64_t nlba;
	uint64_t seq_next;             /* PATTERN_SEQ: offset of the next block in the range */
	uint64_t kind_below[OP_KINDS]; /* of the draws of 32 bits, see next_kind */
	enum pattern_kind kind;
};

void pattern_init(struct pattern *p, const struct pattern_params *params);

struct op pattern_next(struct pattern *p);

#endif
