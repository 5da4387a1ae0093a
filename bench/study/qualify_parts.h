/* SPDX-License-Identifier: BSD-3-Clause */
/* qualify_parts.h -- the parts of qualify.c that have files of their own. Each returns 0, or -1 with `why`. */
#ifndef BENCH_STUDY_QUALIFY_PARTS_H
#define BENCH_STUDY_QUALIFY_PARTS_H

#include <stdarg.h>

#include "qualify.h"

/* Sets a gate; `format` is its reason. -1: no memory. In qualify_gate.c. */
int qualify_gate(struct result *result, const struct result_gate *gate, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int qualify_gate_args(struct result *result, const struct result_gate *gate, const char *format,
		      va_list args) __attribute__((format(printf, 3, 0)));

/* In qualify_plan.c. The planned length of one visit on `size` bytes, and the visits of a job. */
double qualify_visit_s(const struct job *job, uint64_t size);
unsigned qualify_rounds(const struct result *result, const struct job *job);

/* In qualify_preflight.c. The gates of the step preflight; keeps the modules as they are, unless an earlier process has. */
int qualify_preflight(const struct qualify_options *options, struct result *result,
		      struct why *why);

/* In qualify_modules.c. The gates about the modules, before and after the measurements. */
struct device;
int qualify_modules_before(struct result *result, const struct profile *profile,
			   const struct device *device);
int qualify_modules_after(struct result *result, const struct device *device);
int qualify_postcheck(const struct qualify_options *options, struct result *result,
		      struct why *why);

/* In qualify_recovery.c. One kill of a child that writes, and the check of its blocks; `cycle` counts from 0. */
int qualify_recover(const struct qualify_options *options, struct result *result,
		    const struct job *job, unsigned cycle, struct why *why);

/*
 * In qualify_limits.c. Checks the limits of the jobs and of the profile anew. *is_open is 1 if the data does not decide one of
 * them. -1: no memory.
 */
int qualify_limits(struct result *result, const struct profile *profile, int *is_open);

/* In qualify_judge.c. Sets the gates of all measured steps, the limits, the status and its reasons. */
int qualify_judge(struct result *result, const struct profile *profile, struct why *why);

#endif
