/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pace.h -- when the ops of an open loop are due.
 *
 * The schedule starts with the load and goes on whatever the ops take: an op that can't start when
 * it is due is started as soon as those before it are through, and none is ever left out. Its
 * response time counts from when it was due. linear: an op every 1 / rate; poisson: arrivals
 * independent of each other, the gaps exponential with the mean 1 / rate.
 *
 * One pace per worker, owned by it. Due times are drawn from a stream of their own: the rate and the
 * arrival change when an op is due, never which op it is.
 */
#ifndef BENCH_PACE_H
#define BENCH_PACE_H

#include <stdint.h>

#include "measure/clock.h"
#include "rng.h"

enum pace_arrival { PACE_LINEAR, PACE_POISSON };

struct pace {
	struct rng rng;
	uint64_t gap_q24;    /* mean ticks between two ops, 40.24 fixed point; 0: a closed loop */
	uint64_t due;        /* ticks, of the op drawn last */
	uint64_t due_q24;    /* and the fraction of a tick that belongs to it */
	uint64_t ticks_far;  /* as long before an op is due a thread may sleep */
	uint64_t ticks_near; /* and as short before, it does nothing but look at the clock */
	const struct clock *clock;
	enum pace_arrival arrival;
};

#define PACE_RATE_MAX UINT64_C(1000000000)

/* rate: ops per second, 1 to PACE_RATE_MAX; the same seed and worker give the same gaps */
void pace_init(struct pace *p, const struct clock *clock, uint64_t rate, enum pace_arrival arrival,
	       uint64_t seed, unsigned worker);

/* the schedule starts at `now`, a reading of the clock */
void pace_start(struct pace *p, uint64_t now);

/* when the next op is due, ticks; not before the one drawn before it */
uint64_t pace_next(struct pace *p);

/*
 * A unit exponential variate, 64.64 fixed point, whole part in the upper half: von Neumann's method,
 * which compares uniform draws and computes nothing, and so is exact to the last bit.
 */
unsigned __int128 pace_draw_exponential(struct rng *rng);

/*
 * Passes some of the `left` ticks until an op is due: sleeps when they are many, ending
 * PACE_WAKE_EARLY_NS before or after PACE_SLEEP_NS_MAX at the latest (the load may have ended),
 * and returns at once when they are few, so that the caller spins on its clock.
 */
void pace_rest(const struct pace *p, uint64_t left);

#define PACE_WAKE_EARLY_NS 100000u /* what a timer and the scheduler may be late by */
#define PACE_SLEEP_NS_MIN  100000u /* a shorter sleep is not worth its calls */
#define PACE_SLEEP_NS_MAX  10000000u
#define PACE_NEAR_NS       250u /* more than drawing an op, or taking one in, takes */

/*
 * By what share of its ops a worker missed the schedule: in `seconds` it started `driven`, and left `overdue` that were
 * due by then. Those count against the schedule as it was drawn; a linear one must be the rate as well. The one
 * op that may be due as the phase ends, or not yet due, is no miss.
 */
double pace_error(enum pace_arrival arrival, uint64_t rate, double seconds, uint64_t driven,
		  uint64_t overdue);

/* how many ops are expected to be due and not drawn at `now`, the last one drawn being due by then */
uint64_t pace_overdue(const struct pace *p, uint64_t now);

#endif
