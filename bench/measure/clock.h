/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * clock.h -- the one clock of a run.
 *
 * The TSC, when the processor says it is invariant and all CPUs of this process agree on it (see
 * clock_cpus_agree), calibrated against CLOCK_MONOTONIC_RAW; else
 * clock_gettime(CLOCK_MONOTONIC_RAW), and `why_not_tsc` says why. Read-only after clock_open;
 * shared by all threads.
 */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <stdint.h>
#include <time.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

enum clock_source {
	CLOCK_SOURCE_TSC,         /* rdtsc: does not wait for the loads before it */
	CLOCK_SOURCE_TSC_ORDERED, /* lfence, rdtsc: waits until they have their data */
	CLOCK_SOURCE_MONOTONIC_RAW
};

struct clock {
	enum clock_source source;
	uint64_t ns_per_tick_q32;    /* nanoseconds of one tick, 32.32 fixed point */
	double ticks_per_s;          /* as calibrated */
	double cost_ns;              /* of one clock_ticks call, the median of many */
	double calibration_error_pm; /* spread of the calibration rounds, parts per million */
	const char *why_not_tsc;     /* NULL when the source is a TSC */
};

/*
 * Takes about 100 ms; 0, or -1/errno. BTTBENCH_CLOCK in the environment chooses: "tsc-ordered",
 * "monotonic", or what is said above.
 */
int clock_open(struct clock *clk);

/*
 * Each CPU's reading must lie between two of the first CPU's. 1 when they all do, 0 when not,
 * -1/errno when it can't be tested. Moves the calling thread about and puts it back; clock_open
 * calls it.
 */
int clock_cpus_agree(uint64_t (*read_ticks)(void));

/* "tsc", "tsc-ordered", "monotonic_raw" */
const char *clock_source_name(enum clock_source source);

#if defined(__x86_64__)
/* lfence, not rdtscp: it waits for the same, and processors without rdtscp have it too */
static inline uint64_t
clock_tsc_ordered(void)
{
	_mm_lfence();
	return __rdtsc();
}
#endif

/*
 * Now, in ticks. Plain rdtsc may be read while an op's last loads are still on their way, as they
 * are when any caller goes on with its own work; waiting for them (tsc-ordered) would forbid the
 * overlap with the next op that the processor gives every real program, and doubles the time of a
 * random read. Where one op's end is the next one's start nothing is lost: what an op does not
 * show, the next one does, and the sum is the time that passed. Stores are waited for by the op's
 * own fences.
 */
static inline uint64_t
clock_ticks(const struct clock *clk)
{
	struct timespec ts;
#if defined(__x86_64__)
	if (__builtin_expect(clk->source == CLOCK_SOURCE_TSC, 1))
		return __rdtsc();
	if (clk->source == CLOCK_SOURCE_TSC_ORDERED)
		return clock_tsc_ordered();
#else
	(void)clk;
#endif
	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* a difference of two readings in nanoseconds */
static inline uint64_t
clock_ns(const struct clock *clk, uint64_t ticks)
{
	return (uint64_t)(((unsigned __int128)ticks * clk->ns_per_tick_q32) >> 32);
}

/* nanoseconds in ticks, rounded down */
uint64_t clock_ticks_of_ns(const struct clock *clk, uint64_t ns);

#endif
