/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pattern.h -- selects the next op: the kind from the mix, the block from the pattern.
 *
 * A place is a group of consecutive blocks for one op. Places divide the range from its first block on.
 * Blocks at the end that do not fill a place are never used.
 *
 *	uniform	all places have the same probability
 *	zipf	the probability of the r-th most popular place is proportional to 1/r^theta; see zipf.h
 *	hotspot	hot_ops percent of the ops go to hot_blocks percent of the places; uniform within
 *		these places and within the others
 *	seq	the places in order, then again from the first
 *	stride	every stride-th place; each later round starts one place after the start of the round
 *		before it. So nplaces ops visit every place once.
 *
 * The seed determines which places are popular or hot (see scatter.h), the same for all workers. Each
 * worker owns one pattern. pattern_draw changes only this pattern, makes no system call and almost never
 * divides. The same seed, worker number and settings give the same sequence on any
 * machine.
 */
#ifndef BENCH_PATTERN_H
#define BENCH_PATTERN_H

#include <stdint.h>

#include "op.h"
#include "rng.h"
#include "scatter.h"
#include "zipf.h"

enum pattern_kind { PATTERN_UNIFORM, PATTERN_SEQ, PATTERN_ZIPF, PATTERN_HOTSPOT, PATTERN_STRIDE };

/* Parameters of a kind. Other kinds ignore them. */
struct pattern_shape {
	double theta;               /* zipf: see zipf.h */
	double hot_ops, hot_blocks; /* hotspot: percent, above 0 and below 100, resolution 1e-6 */
	uint64_t stride;            /* stride: places, at least 1 */
};

struct pattern_params {
	enum pattern_kind kind;
	struct pattern_shape shape;
	unsigned percent[OP_KINDS]; /* the mix; the sum is 100 */
	uint64_t lba_first;         /* the range is [lba_first, lba_first + nlba) */
	uint64_t nlba;              /* at least `blocks` */
	uint64_t lba_start;         /* seq, stride: the first op goes to the place of this block */
	unsigned blocks;            /* blocks per op; 0 means 1 */
	uint64_t seed;
	unsigned worker; /* number of the worker in its job; selects the random stream */
};

struct pattern {
	struct rng rng;
	uint64_t lba_first;
	uint64_t blocks;
	uint64_t nplaces;
	uint64_t next;                 /* seq, stride: the next place */
	uint64_t stride;               /* stride: at most nplaces */
	uint64_t round;                /* stride: first place of the current round */
	uint64_t nhot;                 /* hotspot: the ranks 0 .. nhot - 1 are hot */
	uint64_t hot_below;            /* hotspot: 32-bit draws below this go to hot places */
	uint64_t kind_below[OP_KINDS]; /* bounds for 32-bit draws, see next_kind */
	struct zipf zipf;
	struct scatter scatter; /* zipf, hotspot */
	enum pattern_kind kind;
};

void pattern_init(struct pattern *p, const struct pattern_params *params);

/* Draws the next n ops. In one call they cost less than one by one. */
void pattern_draw(struct pattern *p, struct op *ops, unsigned n);

struct op pattern_next(struct pattern *p);

#endif
