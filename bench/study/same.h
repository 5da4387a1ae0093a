/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * same.h -- how do two results differ, apart from their figures?
 *
 * Each function calls `found` for each difference, until it returns non-zero, and returns that value; else 0. Values are
 * compared in the order of the declarations in result.h.
 */
#ifndef BENCH_SAME_H
#define BENCH_SAME_H

#include "result/result.h"
#include "why.h"

struct same {
	/* a and b are the two values; "unknown" */
	int (*found)(void *arg, const char *subject, const char *a, const char *b);
	void *arg;
	struct why *why; /* "out of memory" goes here, and a function returns -1 */
	int any_name; /* 1: namespaces may have different names; the key `namespace` is not compared */
};

/* One value; NULL: unknown. */
int same_text(const struct same *same, const char *subject, const char *a, const char *b);
int same_number(const struct same *same, const char *subject, uint64_t a, uint64_t b);

/* CPUs, kernel, libpmem and clock. */
int same_machine(const struct same *same, const struct result *a, const struct result *b);

/* Settings of the machine that change its speed: governor, turbo, SMT, THP, command line of the kernel. */
int same_settings(const struct same *same, const struct result *a, const struct result *b);

/* The bttbench that measured them. */
int same_build(const struct same *same, const struct result *a, const struct result *b);

int same_namespaces(const struct same *same, const struct result *a, const struct result *b);

/* The points of a sweep, and the number of jobs. */
int same_points(const struct same *same, const struct result *a, const struct result *b);

/*
 * The names and keys of the jobs, but `repeat`; and their limits, which change no figure. Both results have the same number
 * of jobs.
 */
int same_jobs(const struct same *same, const struct result *a, const struct result *b);
int same_limits(const struct same *same, const struct result *a, const struct result *b);

/* Two layouts; nothing is compared if one is not valid. */
int same_layout(const struct same *same, const struct result_layout *a,
		const struct result_layout *b);

/* The layout of the first run of each job. Both results have the same number of jobs. */
int same_layouts(const struct same *same, const struct result *a, const struct result *b);

#endif
