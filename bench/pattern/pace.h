/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pace.h -- due times of the ops of an open loop.
 *
 * The schedule starts with the load and does not depend on the duration of ops. If an op is due while an
 * earlier op still runs, it starts directly after that op. No op is ever skipped. The response time of an
 * op starts at its due time.
 *
 *	linear	the gap between two due times is 1 / rate. The schedules of `count` workers are offset by
 *		gap / count: together they are the schedule of one worker with `count` times the rate
 *	poisson	arrivals are independent; gaps are exponential with the mean 1 / rate
 *
 * Each worker owns one pace. Due times use their own random stream, so rate and arrival change the times
 * of ops but not their blocks and kinds.
 */
#ifndef BENCH_PACE_H
#define BENCH_PACE_H

#include <stdint.h>

#include "measure/clock.h"
#include "rng.h"

enum pace_arrival { PACE_LINEAR, PACE_POISSON };

struct pace {
	struct rng rng;
	uint64_t gap_q24; /* mean ticks between two ops, 40.24 fixed point; 0: closed loop */
	uint64_t due;     /* due time of the op drawn last, ticks */
	uint64_t due_q24; /* fraction of a tick that belongs to `due` */
	/* linear: the op before the first one of the schedule would be due at origin + origin_q24 */
	uint64_t origin, origin_q24;
	uint64_t spin_ns;   /* a sleep ends this long before the next op is due */
	uint64_t ticks_far; /* a thread may sleep if the next op is due later than this */
	uint64_t
		ticks_near; /* a thread only reads the clock if the next op is due earlier than this */
	const struct clock *clock;
	enum pace_arrival arrival;
};

#define PACE_RATE_MAX UINT64_C(1000000000)

struct pace_params {
	uint64_t rate; /* ops per second, 1 to PACE_RATE_MAX */
	enum pace_arrival arrival;
	uint64_t seed;
	unsigned stream;        /* the same rate, arrival, seed and stream give the same gaps */
	unsigned number, count; /* linear: the schedule is number `number` of `count` */
	uint64_t origin;        /* linear: ticks, not in the future; the same for all `count` */
	int shares_cpu;         /* 1: another worker needs the CPU while this one waits */
};

/* Does not start the schedule. `clock` must outlive the pace. */
void pace_init(struct pace *p, const struct clock *clock, const struct pace_params *params);

/*
 * Starts the schedule at `now`, in ticks of the clock. linear: the first op is the next one of a schedule
 * that began at the origin. So workers that do not start at the same moment keep their offsets.
 */
void pace_start(struct pace *p, uint64_t now);

/* Draws the due time of the next op, in ticks. Due times never decrease. */
uint64_t pace_next(struct pace *p);

/*
 * An exponential variate with the mean 1, in 64.64 fixed point. Uses von Neumann's method, which only
 * compares uniform draws. So the result is exact to the last bit, on any machine.
 */
unsigned __int128 pace_draw_exponential(struct rng *rng);

/*
 * Call in a loop while the next op is not due; `left` is the number of ticks until then. If `left` is at
 * least ticks_far, sleeps until the thread has to spin, but at most PACE_SLEEP_NS_MAX, so that the caller
 * notices the end of the load. Otherwise returns at once, and the caller spins. A core that has slept is
 * slow at first: its frequency is low, and its caches may be empty.
 */
void pace_rest(const struct pace *p, uint64_t left);

#define PACE_SPIN_NS        10000000u /* the thread spins for this long before an op */
#define PACE_SPIN_SHARED_NS 100000u   /* with shares_cpu: for a late timer and scheduler */
#define PACE_SLEEP_NS_MIN   100000u   /* a shorter sleep costs more than it saves */
#define PACE_SLEEP_NS_MAX   10000000u
#define PACE_NEAR_NS        250u /* longer than the time to draw an op or to record one */

/*
 * The share of ops by which a worker missed its schedule, 0 or more. In `seconds` the worker started `driven`
 * ops, and `overdue` more were due. poisson: overdue / (driven + overdue). linear: the difference between
 * driven and seconds * rate, over seconds * rate. One missed op does not count: it may be due exactly at the
 * end of the phase.
 */
double pace_error(enum pace_arrival arrival, uint64_t rate, double seconds, uint64_t driven,
		  uint64_t overdue);

/* Expected number of ops that are due at `now` but not yet drawn. The op drawn last must be due. */
uint64_t pace_overdue(const struct pace *p, uint64_t now);

#endif
