/* SPDX-License-Identifier: BSD-3-Clause */
#include "pace.h"

#include <math.h>
#include <assert.h>
#include <time.h>

#define FRACTION_BITS 24
#define FRACTION_MASK ((UINT64_C(1) << FRACTION_BITS) - 1)

void
pace_init(struct pace *p, const struct clock *clock, uint64_t rate, enum pace_arrival arrival,
	  uint64_t seed, unsigned worker)
{
	double gap = clock->ticks_per_s / (double)rate;

	assert(rate >= 1 && rate <= PACE_RATE_MAX);
	*p = (struct pace){
		.gap_q24 = (uint64_t)(gap * (double)(UINT64_C(1) << FRACTION_BITS) + 0.5),
		.ticks_far = clock_ticks_of_ns(clock, PACE_WAKE_EARLY_NS + PACE_SLEEP_NS_MIN),
		.ticks_near = clock_ticks_of_ns(clock, PACE_NEAR_NS),
		.clock = clock,
		.arrival = arrival,
	};
	rng_seed(&p->rng, seed, RNG_STREAM_PACE + worker);
}

void
pace_start(struct pace *p, uint64_t now)
{
	p->due = now;
	p->due_q24 = 0;
}

/*
 * Draw uniform u1 > u2 > ... as long as the numbers fall. The length of this sequence is odd with
 * probability exp(-u1). An odd length accepts u1 as the fraction. An even length, which has probability
 * 1/e, adds one to the whole part and tries again: the exponential distribution has no memory.
 */
unsigned __int128
pace_draw_exponential(struct rng *rng)
{
	for (uint64_t whole = 0;; whole++) {
		uint64_t first = rng_next(rng), last = first, next;
		int odd = 1;

		while ((next = rng_next(rng)) < last) {
			last = next;
			odd = !odd;
		}
		if (odd)
			return ((unsigned __int128)whole << 64) | first;
	}
}

uint64_t
pace_next(struct pace *p)
{
	uint64_t gap_q24 = p->gap_q24;

	if (p->arrival == PACE_POISSON) {
		unsigned __int128 unit = pace_draw_exponential(&p->rng);

		gap_q24 = (uint64_t)(unit >> 64) * p->gap_q24 +
			  (uint64_t)((unsigned __int128)(uint64_t)unit * p->gap_q24 >> 64);
	}
	p->due_q24 += gap_q24;
	p->due += p->due_q24 >> FRACTION_BITS;
	p->due_q24 &= FRACTION_MASK;
	return p->due;
}

void
pace_rest(const struct pace *p, uint64_t left)
{
	struct timespec pause = {0};
	uint64_t ns;

	if (left < p->ticks_far)
		return;
	ns = clock_ns(p->clock, left) - PACE_WAKE_EARLY_NS;
	pause.tv_nsec = (long)(ns < PACE_SLEEP_NS_MAX ? ns : PACE_SLEEP_NS_MAX);
	nanosleep(&pause, NULL);
}

uint64_t
pace_overdue(const struct pace *p, uint64_t now)
{
	unsigned __int128 late = (unsigned __int128)(now - p->due) << FRACTION_BITS;

	return (uint64_t)(late / p->gap_q24);
}

double
pace_error(enum pace_arrival arrival, uint64_t rate, double seconds, uint64_t driven,
	   uint64_t overdue)
{
	double scheduled = (double)(driven + overdue), missed = (double)overdue;

	if (arrival == PACE_LINEAR) {
		scheduled = seconds * (double)rate;
		missed = fabs(scheduled - (double)driven);
	}
	return missed > 1 && scheduled > 0 ? (missed - 1) / scheduled : 0;
}
