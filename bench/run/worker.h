/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * worker.h -- one thread's share of the load: the hot loop and the data that it writes.
 *
 * A worker lies on its own node, in cache lines that no other thread writes. While it runs, the
 * controller may read `done`, `failed` and the histograms; everything else only after it has
 * stopped.
 */
#ifndef BENCH_WORKER_H
#define BENCH_WORKER_H

#include <stdatomic.h>
#include <stdint.h>

#include "engine/engine.h"
#include "result/result.h"
#include "measure/clock.h"
#include "measure/histogram.h"
#include "pattern/pace.h"
#include "pattern/pattern.h"

#define WORKER_PAD 128

/* The failures of one op kind. */
struct worker_failures {
	uint64_t count;
	struct result_errno errnos[RESULT_ERRNOS_MAX];
	unsigned nerrnos;
};

#define WORKER_ROW    64       /* at least JOB_BATCH_MAX */
#define WORKER_ROW_NS 1000000u /* a row that takes longer is taken in before it is done */
#define WORKER_AHEAD  2        /* ops that a lookahead knows after the current one */

struct worker_slot {
	uint64_t start, end; /* ticks; 0: not timed */
	uint64_t due;        /* ticks; open loop only */
	int err;             /* 0, or -1: the op failed */
};

struct worker {
	_Alignas(WORKER_PAD) struct pattern pattern;
	struct engine_lane lane;
	const struct engine_ops *engine;
	/* lookahead; NULL: not called */
	void (*expect)(const struct engine_lane *lane, struct op op);      /* `ahead` ops ahead */
	void (*expect_data)(const struct engine_lane *lane, struct op op); /* the next op */
	unsigned ahead;                                                    /* 1, or WORKER_AHEAD */
	const struct clock *clock;
	int cpu;                 /* where it is pinned */
	uint64_t strays;         /* rows of ops that began on another CPU */
	uint64_t started, ended; /* ticks of the last call of worker_drive */
	uint64_t deadline;       /* ticks; no op starts later */
	uint64_t row_ticks_most; /* WORKER_ROW_NS */
	struct op ops[WORKER_ROW +
		      WORKER_AHEAD]; /* closed loop: the last are the first of the next row */
	struct worker_slot row[WORKER_ROW]; /* row[i] belongs to ops[i] */
	unsigned every;                     /* times one op of so many; 0 and 1: each op */
	unsigned timed;                     /* place of the timed op in its group */
	unsigned wait;                      /* ops before the next timed one */
	struct rng choice;                  /* of the timed op */
	struct pace pace;                   /* gap_q24 0: a closed loop */
	/* open loop: op i is in row[i % WORKER_ROW]; taken <= driven <= drawn <= taken + WORKER_ROW */
	uint64_t taken, driven, drawn;
	uint64_t scheduled;    /* ticks; the end of the schedule, at most the deadline */
	uint64_t overdue;      /* ops due by then and not started, without ops_most */
	uint64_t unstarted;    /* the same, limited by ops_most */
	uint64_t behind_ticks; /* the longest delay of an op's start after its due time */
	_Atomic uint64_t done[OP_KINDS], failed;
	struct worker_failures failures[OP_KINDS];
	struct histogram service[OP_KINDS];
	struct histogram response[OP_KINDS]; /* open loop only */
	unsigned batch; /* ops of one submit; above 1 only in a closed loop of ops of one block */
	int errors[JOB_BATCH_MAX];             /* of the ops of a batch */
	struct histogram batch_time[OP_KINDS]; /* of whole batches; `service` stays empty */
};

/* Clears counters, failures and histograms. The controller must not read them meanwhile. */
void worker_reset(struct worker *w);

/* Closed loop: times one op of each `every`, chosen at random. */
void worker_time_every(struct worker *w, unsigned every, uint64_t seed, unsigned stream);

#define WORKER_NO_LIMIT UINT64_MAX

/*
 * Drives at most ops_most ops for at most length_ns, and until *stop. Closed loop: one op after the other. Open loop:
 * each op when it is due, or, if earlier ops delay it, as soon as they have returned. With batches, `batch` ops are drawn
 * and submitted together, and the last batch may be smaller.
 */
void worker_drive(struct worker *w, const _Atomic int *stop, uint64_t ops_most, uint64_t length_ns);

#endif
