/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * worker.h -- one thread's share of the load: the hot loop, and what it writes while it runs.
 *
 * A worker lies on its own node, in lines that no other thread writes. The controller may read
 * `done`, `failed` and the histograms while it runs; everything else once it has stopped.
 */
#ifndef BENCH_WORKER_H
#define BENCH_WORKER_H

#include <stdatomic.h>
#include <stdint.h>

#include "../engine/engine.h"
#include "../result.h"
#include "clock.h"
#include "histogram.h"
#include "pattern.h"

#define WORKER_PAD 128

/* failures of one op kind */
struct worker_failures {
	uint64_t count;
	struct result_errno errnos[RESULT_ERRNOS_MAX];
	unsigned nerrnos;
};

#define WORKER_ROW 64

struct worker_slot {
	struct op op;
	int err;             /* 0, or -1: it failed */
	uint64_t start, end; /* ticks */
};

struct worker {
	_Alignas(WORKER_PAD) struct pattern pattern;
	struct engine_lane lane;
	const struct engine_ops *engine;
	void (*expect)(const struct engine_lane *lane, struct op op); /* NULL: lookahead=none */
	const struct clock *clock;
	uint64_t started, ended; /* ticks of the last call of worker_drive */
	struct worker_slot row[WORKER_ROW + 1]; /* the last one is the first of the next row */
	_Atomic uint64_t done[OP_KINDS], failed;
	struct worker_failures failures[OP_KINDS];
	struct histogram service[OP_KINDS];
};

/* nothing done, nothing failed */
void worker_reset(struct worker *w);

#define WORKER_NO_LIMIT UINT64_MAX

/* drives ops until *stop, ops_most of them at most; closed loop: one op after the other */
void worker_drive(struct worker *w, const _Atomic int *stop, uint64_t ops_most);

#endif
