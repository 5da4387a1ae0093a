/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * status.h -- the text of the status line. The line has the most important figures first, and is cut to the width of
 * the terminal: a line that wraps would leave its first half behind at each update.
 */
#ifndef BENCH_STATUS_H
#define BENCH_STATUS_H

#include <stddef.h>
#include <stdint.h>

#include "pattern/op.h"

#define STATUS_MAX 256 /* room for every line, with NUL */

struct status {
	const char *job;   /* NULL: not shown */
	const char *phase; /* "run", "ramp" */
	double elapsed_s;
	double left_s; /* NAN: unknown */
	uint64_t errors;
	struct status_op {
		double iops, p99_ns;
	} ops[OP_KINDS]; /* iops 0: no such op yet */
};

/*
 * Writes at most `width` columns. IOPS and p99 of each kind of op; if there is no room, IOPS of all kinds together
 * and p99 of each kind.
 */
void status_measure(char line[STATUS_MAX], const struct status *status, unsigned width);

/* Writes at most `width` columns about precondition=fill. left_s NAN: unknown. */
void status_fill(char line[STATUS_MAX], double elapsed_s, double left_s, double percent,
		 unsigned width);

#endif
