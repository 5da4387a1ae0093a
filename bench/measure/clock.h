/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * clock.h -- the clock of a run.
 *
 * The clock is the TSC, calibrated against CLOCK_MONOTONIC_RAW, if the processor has an invariant TSC and
 * the TSCs of all CPUs of this process agree (see clock_cpus_agree). Otherwise the clock is
 * CLOCK_MONOTONIC_RAW itself, and `why_not_tsc` has the reason. All threads share one clock. It is
 * read-only after clock_open.
 *
 * Order. A bare rdtsc may execute while loads of the op before it are still outstanding, and before older
 * instructions. Then a read seems to take 20 ns, and the next op that contains a fence pays for it. So the
 * default clock reads with rdtscp or lfence; rdtsc: both wait until all earlier instructions have executed
 * and all earlier loads have their data (Intel SDM and AMD APM, RDTSCP and LFENCE; on AMD, Linux makes
 * lfence wait for dispatch). The lfence behind the reading keeps the next op from starting before it. No
 * instruction waits for the store buffer: a store counts when it is issued, and a fence of the op itself
 * waits for it to drain.
 *
 * Step. A TSC may advance in steps of many ticks. `step_ns` is that step, measured. `unit_ns` is the
 * largest power of ten up to the step; latencies are whole multiples of it.
 */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <stdint.h>
#include <time.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

enum clock_source {
	CLOCK_SOURCE_RDTSCP,        /* rdtscp; lfence */
	CLOCK_SOURCE_LFENCE,        /* lfence; rdtsc; lfence: for processors without rdtscp */
	CLOCK_SOURCE_TSC_UNORDERED, /* rdtsc: times of neighbouring ops mix */
	CLOCK_SOURCE_MONOTONIC_RAW
};

struct clock {
	enum clock_source source;
	uint64_t ns_per_tick_q32;    /* nanoseconds per tick, 32.32 fixed point */
	double ticks_per_s;          /* from the calibration */
	uint64_t units_per_tick_q32; /* unit_ns per tick, 32.32 fixed point */
	uint64_t unit_ns;            /* 1, 10, 100, ...: the largest up to step_ns */
	double step_ns; /* the smallest difference between two readings that is not 0 */
	double cost_ns; /* duration of one clock_ticks call, median of many */
	double calibration_error_pm; /* spread of the calibration rounds, parts per million */
	const char *why_not_tsc;     /* NULL when the source is a TSC */
};

/* The environment variable that chooses the clock, and its values, which end with NULL. */
#define CLOCK_VARIABLE "BTTBENCH_CLOCK"
extern const char *const clock_choices[];

/*
 * Selects and calibrates the clock in about 100 ms. CLOCK_VARIABLE can force "tsc-unordered" or "monotonic";
 * "tsc", "tsc-ordered", empty or unset is the default. Returns 0, or -1/errno: EINVAL if the variable has
 * another value.
 */
int clock_open(struct clock *clk);

/*
 * Compares the counters of all CPUs of this process: every reading on another CPU must be between two
 * readings on the first CPU. Returns 1 if all are, 0 if not, -1/errno if the test is impossible. Pins the
 * calling thread to the first CPU and restores its affinity at the end. clock_open calls this function.
 */
int clock_cpus_agree(uint64_t (*read_ticks)(void));

/* "tsc-ordered", "tsc-unordered", "monotonic_raw" */
const char *clock_source_name(enum clock_source source);

/* "rdtscp; lfence", "lfence; rdtsc; lfence", "rdtsc", "clock_gettime" */
const char *clock_instructions(enum clock_source source);

/* 1 if the time of an op has no part of the ops before and after it. */
int clock_is_ordered(const struct clock *clk);

/* The largest power of ten up to `step_ns`, from 1 to 10^9; 1 if the step is unknown (NAN). */
uint64_t clock_unit_ns(double step_ns);

/*
 * The step of a counter in ticks: the distance of the groups in which the differences of successive readings lie; 1
 * if they lie everywhere. `differences` has n values and is sorted by the call.
 */
double clock_step_of(uint64_t *differences, unsigned n);

#if defined(__x86_64__)
static inline uint64_t
clock_tsc_ordered(void)
{
	uint64_t now;

	_mm_lfence();
	now = __rdtsc();
	_mm_lfence();
	return now;
}
#endif

/* The current time in ticks. Ops back to back need one reading an op: the end of one is the start of the next. */
static inline uint64_t
clock_ticks(const struct clock *clk)
{
	struct timespec ts;
#if defined(__x86_64__)
	if (__builtin_expect(clk->source == CLOCK_SOURCE_RDTSCP, 1)) {
		unsigned cpu;
		uint64_t now = __rdtscp(&cpu);

		_mm_lfence();
		return now;
	}
	if (clk->source == CLOCK_SOURCE_LFENCE)
		return clock_tsc_ordered();
	if (clk->source == CLOCK_SOURCE_TSC_UNORDERED)
		return __rdtsc();
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

/* The same, rounded to a multiple of unit_ns: for latencies. */
static inline uint64_t
clock_latency_ns(const struct clock *clk, uint64_t ticks)
{
	const unsigned __int128 half = UINT64_C(1) << 31;

	return (uint64_t)(((unsigned __int128)ticks * clk->units_per_tick_q32 + half) >> 32) *
	       clk->unit_ns;
}

/* Converts nanoseconds to ticks, rounded down. */
uint64_t clock_ticks_of_ns(const struct clock *clk, uint64_t ns);

#endif
