/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * clock.h -- the clock of a run.
 *
 * The clock is the TSC, calibrated against CLOCK_MONOTONIC_RAW, if the processor has an invariant TSC and
 * the TSCs of all CPUs of this process agree (see clock_cpus_agree). Otherwise the clock is
 * CLOCK_MONOTONIC_RAW itself, and `why_not_tsc` has the reason. All threads share one clock. It is
 * read-only after clock_open.
 */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <stdint.h>
#include <time.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

enum clock_source {
	CLOCK_SOURCE_TSC,         /* rdtsc: does not wait for earlier loads */
	CLOCK_SOURCE_TSC_ORDERED, /* lfence, rdtsc: waits until earlier loads have their data */
	CLOCK_SOURCE_MONOTONIC_RAW
};

struct clock {
	enum clock_source source;
	uint64_t ns_per_tick_q32;    /* nanoseconds per tick, 32.32 fixed point */
	double ticks_per_s;          /* from the calibration */
	double cost_ns;              /* duration of one clock_ticks call, median of many */
	double calibration_error_pm; /* spread of the calibration rounds, parts per million */
	const char *why_not_tsc;     /* NULL when the source is a TSC */
};

/* The environment variable that chooses the clock, and its values, which end with NULL. */
#define CLOCK_VARIABLE "BTTBENCH_CLOCK"
extern const char *const clock_choices[];

/*
 * Selects and calibrates the clock in about 100 ms. CLOCK_VARIABLE can force "tsc-ordered" or "monotonic";
 * unset or empty means "tsc". Returns 0, or -1/errno: EINVAL if the variable has another value.
 */
int clock_open(struct clock *clk);

/*
 * Compares the counters of all CPUs of this process: every reading on another CPU must be between two
 * readings on the first CPU. Returns 1 if all are, 0 if not, -1/errno if the test is impossible. Pins the
 * calling thread to the first CPU and restores its affinity at the end. clock_open calls this function.
 */
int clock_cpus_agree(uint64_t (*read_ticks)(void));

/* "tsc", "tsc-ordered", "monotonic_raw" */
const char *clock_source_name(enum clock_source source);

#if defined(__x86_64__)
/* lfence instead of rdtscp: it waits for the same loads, and all x86-64 processors have it. */
static inline uint64_t
clock_tsc_ordered(void)
{
	_mm_lfence();
	return __rdtsc();
}
#endif

/*
 * The current time in ticks.
 *
 * Plain rdtsc can execute while the last loads of an op are still outstanding. Real programs have the same
 * overlap between an op and the following work. tsc-ordered forbids this overlap and doubles the time of a
 * random read. If ops run back to back, plain rdtsc loses no time: the end of one op is the start of the
 * next op, so the next op contains the missing part, and the sum is the elapsed time. Stores need no
 * ordering here, because the fences of the op wait for them.
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

/* Converts a difference of two readings to nanoseconds. */
static inline uint64_t
clock_ns(const struct clock *clk, uint64_t ticks)
{
	return (uint64_t)(((unsigned __int128)ticks * clk->ns_per_tick_q32) >> 32);
}

/* Converts nanoseconds to ticks, rounded down. */
uint64_t clock_ticks_of_ns(const struct clock *clk, uint64_t ns);

#endif
