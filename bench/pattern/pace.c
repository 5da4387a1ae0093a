/* SPDX-License-Identifier: BSD-3-Clause */
#include "pace.h"

#include <math.h>
#include <assert.h>
#include <time.h>

#define FRACTION_BITS 24
#define FRACTION_MASK ((UINT64_C(1) << FRACTION_BITS) - 1)

static void
add_q24(uint64_t *ticks, uint64_t *fraction_q24, uint64_t more_q24)
{
	*fraction_q24 += more_q24;
	*ticks += *fraction_q24 >> FRACTION_BITS;
	*fraction_q24 &= FRACTION_MASK;
}

void
pace_init(struct pace *p, const struct clock *clock, const struct pace_params *params)
{
	double gap = clock->ticks_per_s / (double)params->rate;
	uint64_t spin_ns = params->shares_cpu ? PACE_SPIN_SHARED_NS : PACE_SPIN_NS;

	assert(params->rate >= 1 && params->rate <= PACE_RATE_MAX);
	assert(params->number < params->count);
	*p = (struct pace){
		.gap_q24 = (uint64_t)(gap * (double)(UINT64_C(1) << FRACTION_BITS) + 0.5),
		.origin = params->origin,
		.spin_ns = spin_ns,
		.ticks_far = clock_ticks_of_ns(clock, spin_ns + PACE_SLEEP_NS_MIN),
		.ticks_near = clock_ticks_of_ns(clock, PACE_NEAR_NS),
		.clock = clock,
		.arrival = params->arrival,
	};
	add_q24(&p->origin, &p->origin_q24,
		(uint64_t)((unsigned __int128)p->gap_q24 * params->number / params->count));
	rng_seed(&p->rng, params->seed, RNG_STREAM_PACE + params->stream);
}

/* linear: the last due time up to `now`, found by whole gaps from the origin, which may be one offset later */
void
pace_start(struct pace *p, uint64_t now)
{
	unsigned __int128 now_q24 = (unsigned __int128)now << FRACTION_BITS;
	unsigned __int128 origin_q24 =
		((unsigned __int128)p->origin << FRACTION_BITS) | p->origin_q24;
	uint64_t since_q24 = 0;

	if (p->arrival == PACE_LINEAR)
		since_q24 = (uint64_t)((now_q24 + p->gap_q24 - origin_q24) % p->gap_q24);
	now_q24 -= since_q24;
	p->due = (uint64_t)(now_q24 >> FRACTION_BITS);
	p->due_q24 = (uint64_t)now_q24 & FRACTION_MASK;
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
	add_q24(&p->due, &p->due_q24, gap_q24);
	return p->due;
}

void
pace_rest(const struct pace *p, uint64_t left)
{
	struct timespec pause = {0};
	uint64_t ns;

	if (left < p->ticks_far)
		return;
	ns = clock_ns(p->clock, left) - p->spin_ns;
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
