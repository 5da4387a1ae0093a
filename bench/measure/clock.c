/* SPDX-License-Identifier: BSD-3-Clause */
#include "clock.h"
#include "robust.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#define NS_PER_S           1000000000u
#define CALIBRATION_ROUNDS 5
#define CALIBRATION_NS     20000000
#define PAIR_TRIES         32
#define COST_BATCHES       101
#define COST_BATCH         500
#define STEP_READINGS      2000
#define STEPS_MOST         16 /* farther groups are rare, and their number is uncertain */
#define UNIT_NS_MAX        NS_PER_S

#if defined(__x86_64__)

static const char *
why_not_tsc(void)
{
	const unsigned invariant = 1u << 8; /* CPUID 0x80000007, EDX: manuals of AMD and Intel */
	unsigned a, b, c, d;

	if (!__get_cpuid(0x80000007, &a, &b, &c, &d) || !(d & invariant))
		return "the processor has no invariant TSC";
	switch (clock_cpus_agree(clock_tsc_ordered)) {
	case 0:
		return "the TSCs of this process's CPUs do not agree";
	case 1:
		return NULL;
	default:
		return "the TSCs of this process's CPUs could not be compared";
	}
}

/* the same moment on both clocks */
struct instant {
	uint64_t tsc, ns;
};

/* Takes the shortest of several tries: an interrupt between the two readings makes a try longer. */
static struct instant
read_instant(void)
{
	struct instant best = {0, 0};
	uint64_t tightest = UINT64_MAX;

	for (int i = 0; i < PAIR_TRIES; i++) {
		struct timespec ts;
		uint64_t before = clock_tsc_ordered(), width;

		clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
		width = clock_tsc_ordered() - before;
		if (width < tightest) {
			tightest = width;
			best.tsc = before + width / 2;
			best.ns = (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
		}
	}
	return best;
}

static double
measure_ticks_per_s(void)
{
	const struct timespec pause = {.tv_nsec = CALIBRATION_NS};
	struct instant start = read_instant(), end;

	nanosleep(&pause, NULL);
	end = read_instant();
	return (double)(end.tsc - start.tsc) / (double)(end.ns - start.ns) * NS_PER_S;
}

static void
calibrate_tsc(struct clock *clk)
{
	double rate[CALIBRATION_ROUNDS];
	double median;

	for (int i = 0; i < CALIBRATION_ROUNDS; i++)
		rate[i] = measure_ticks_per_s();
	median = robust_median(rate, CALIBRATION_ROUNDS); /* sorts */
	clk->ticks_per_s = median;
	clk->ns_per_tick_q32 = (uint64_t)(NS_PER_S / median * 4294967296.0 + 0.5);
	clk->calibration_error_pm = (rate[CALIBRATION_ROUNDS - 1] - rate[0]) / median * 1e6;
}

#else

static const char *
why_not_tsc(void)
{
	return "only x86-64 has a TSC";
}

static void
calibrate_tsc(struct clock *clk)
{
	(void)clk;
}

#endif

static int
compare_ticks(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

/*
 * Values that differ by 1 are one group: a step of 20.96 ticks shows as 20 and 21. The smallest distance of two groups is
 * about one step; a group that is several steps away gives the step more exactly.
 */
double
clock_step_of(uint64_t *differences, unsigned n)
{
	uint64_t group = 0, last = 0, nearest = UINT64_MAX;
	double step;

	qsort(differences, n, sizeof(differences[0]), compare_ticks);
	for (unsigned i = 0; i < n; i++) {
		if (differences[i] - last > 1) {
			if (differences[i] - group < nearest)
				nearest = differences[i] - group;
			group = differences[i];
		} else if (differences[i] - group > 2) {
			return 1; /* too wide for a group */
		}
		last = differences[i];
	}
	step = nearest < UINT64_MAX ? (double)nearest : 1;
	for (unsigned i = 0; i < n; i++) {
		double steps = round((double)differences[i] / step);

		if (steps > 1 && steps <= STEPS_MOST)
			step = (double)differences[i] / steps;
	}
	return step;
}

uint64_t
clock_unit_ns(double step_ns)
{
	uint64_t unit_ns = 1;

	/* a step of 10 ns may show as 9.9 */
	while (unit_ns < UNIT_NS_MAX && 10.0 * (double)unit_ns <= step_ns * 1.02)
		unit_ns *= 10;
	return unit_ns;
}

/* Sets the step and the unit that follows from it. Work of many lengths between readings spreads the differences. */
static void
measure_step(struct clock *clk)
{
	uint64_t differences[STEP_READINGS], last = clock_ticks(clk), now;

	for (unsigned i = 0; i < STEP_READINGS; i++) {
		for (unsigned k = i % 64; k; k--)
			__asm__ volatile("");
		now = clock_ticks(clk);
		differences[i] = now - last;
		last = now;
	}
	clk->step_ns = clock_step_of(differences, STEP_READINGS) / clk->ticks_per_s * NS_PER_S;
	clk->unit_ns = clock_unit_ns(clk->step_ns);
	clk->units_per_tick_q32 = clk->ns_per_tick_q32 / clk->unit_ns;
}

static double
measure_cost_ns(const struct clock *clk)
{
	double cost[COST_BATCHES];

	for (int i = 0; i < COST_BATCHES; i++) {
		uint64_t start = clock_ticks(clk), end = start;

		for (int k = 0; k < COST_BATCH; k++)
			end = clock_ticks(clk);
		cost[i] = (double)clock_ns(clk, end - start) / COST_BATCH;
	}
	return robust_median(cost, COST_BATCHES);
}

const char *const clock_choices[] = {"tsc", "tsc-ordered", "tsc-unordered", "monotonic", NULL};

static enum clock_source
ordered_source(void)
{
#if defined(__x86_64__)
	const unsigned rdtscp = 1u << 27; /* CPUID 0x80000001, EDX */
	unsigned a, b, c, d;

	if (!__get_cpuid(0x80000001, &a, &b, &c, &d) || !(d & rdtscp))
		return CLOCK_SOURCE_LFENCE;
#endif
	return CLOCK_SOURCE_RDTSCP;
}

/* Returns 0, or -1/EINVAL. */
static int
choose_source(enum clock_source *source)
{
	const char *chosen = getenv(CLOCK_VARIABLE);

	*source = ordered_source();
	if (!chosen || !*chosen || !strcmp(chosen, "tsc") || !strcmp(chosen, "tsc-ordered"))
		return 0;
	*source = CLOCK_SOURCE_TSC_UNORDERED;
	if (!strcmp(chosen, "tsc-unordered"))
		return 0;
	*source = CLOCK_SOURCE_MONOTONIC_RAW;
	if (!strcmp(chosen, "monotonic"))
		return 0;
	errno = EINVAL;
	return -1;
}

int
clock_open(struct clock *clk)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC_RAW, &ts) || choose_source(&clk->source))
		return -1;
	clk->why_not_tsc = clk->source == CLOCK_SOURCE_MONOTONIC_RAW ? CLOCK_VARIABLE
				   "=monotonic is set"
								     : why_not_tsc();
	if (clk->why_not_tsc) {
		clk->source = CLOCK_SOURCE_MONOTONIC_RAW;
		clk->ticks_per_s = NS_PER_S;
		clk->ns_per_tick_q32 = UINT64_C(1) << 32;
		clk->calibration_error_pm = 0;
	} else {
		calibrate_tsc(clk);
	}
	measure_step(clk);
	clk->cost_ns = measure_cost_ns(clk);
	return 0;
}

const char *
clock_source_name(enum clock_source source)
{
	static const char *const names[] = {"tsc-ordered", "tsc-ordered", "tsc-unordered",
					    "monotonic_raw"};

	return names[source];
}

const char *
clock_instructions(enum clock_source source)
{
	static const char *const instructions[] = {"rdtscp; lfence", "lfence; rdtsc; lfence",
						   "rdtsc", "clock_gettime"};

	return instructions[source];
}

int
clock_is_ordered(const struct clock *clk)
{
	return clk->source != CLOCK_SOURCE_TSC_UNORDERED;
}

uint64_t
clock_ticks_of_ns(const struct clock *clk, uint64_t ns)
{
	return (uint64_t)(((unsigned __int128)ns << 32) / clk->ns_per_tick_q32);
}
