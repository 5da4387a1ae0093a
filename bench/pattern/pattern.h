/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pattern.h -- which op comes next: a kind from the mix, an lba from the pattern.
 *
 * A pattern goes over places: an op's consecutive blocks, one place behind the other from the first
 * block of the range on. Blocks at its end that are too few for a place are left out.
 *
 *	uniform	each place as likely as any other
 *	zipf	the r-th most popular in proportion to 1/r^theta; see zipf.h
 *	hotspot	hot_ops percent of the ops go to hot_blocks percent of the places, evenly within
 *		these and within the rest
 *	seq	one after the other, then from the first on again
 *	stride	every stride-th; at the end, again from one place later than that round began, so
 *		that each place comes once in as many ops as there are places
 *
 * Which places are popular or hot is drawn from the seed (see scatter.h), for all workers the same.
 * One pattern per worker, owned by it; pattern_next touches nothing else, takes no system call, and
 * but for zipf divides next to never. The same seed, worker number and settings give the same
 * sequence on any machine.
 */
#ifndef BENCH_PATTERN_H
#define BENCH_PATTERN_H

#include <stdint.h>

#include "op.h"
#include "rng.h"
#include "scatter.h"
#include "zipf.h"

enum pattern_kind { PATTERN_UNIFORM, PATTERN_SEQ, PATTERN_ZIPF, PATTERN_HOTSPOT, PATTERN_STRIDE };

/* the numbers behind a kind's name; of other kinds, anything */
struct pattern_shape {
	double theta;               /* zipf: see zipf.h */
	double hot_ops, hot_blocks; /* hotspot: percent, above 0 and below 100, in millionths */
	uint64_t stride;            /* stride: places, at least 1 */
};

struct pattern_params {
	enum pattern_kind kind;
	struct pattern_shape shape;
	unsigned percent[OP_KINDS]; /* the mix; sums to 100 */
	uint64_t lba_first; /* the blocks this worker draws from: [lba_first, lba_first + nlba) */
	uint64_t nlba;      /* at least `blocks` */
	uint64_t
		lba_start; /* seq, stride: the first op goes to the place of this block of the range */
	unsigned blocks; /* of an op; 0 is 1 */
	uint64_t seed;
	unsigned worker; /* number of the worker in its job: decorrelates workers of one seed */
};

struct pattern {
	struct rng rng;
	uint64_t lba_first;
	uint64_t blocks;
	uint64_t nplaces;
	uint64_t next;                 /* seq, stride: the next place */
	uint64_t stride, round;        /* stride: at most nplaces; the first place of this round */
	uint64_t nhot;                 /* hotspot: places that are hot, of rank 0 .. nhot - 1 */
	uint64_t hot_below;            /* of the draws of 32 bits: these ops are for hot places */
	uint64_t kind_below[OP_KINDS]; /* of the draws of 32 bits, see next_kind */
	struct zipf zipf;
	struct scatter scatter; /* zipf, hotspot */
	enum pattern_kind kind;
};

void pattern_init(struct pattern *p, const struct pattern_params *params);

struct op pattern_next(struct pattern *p);

#endif
