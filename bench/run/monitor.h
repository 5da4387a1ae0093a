/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * monitor.h -- samples a crew while it works: the time series and the live status line.
 *
 * Threads: the controller calls all functions.
 */
#ifndef BENCH_MONITOR_H
#define BENCH_MONITOR_H

#include <stdint.h>
#include <stdio.h>

#include "result/result.h"
#include "crew.h"

struct monitor_options {
	FILE *status; /* NULL: no status line */
	int rewrite;  /* 1: a terminal, overwrite the line; 0: a new line each time */
	uint64_t status_interval_ns; /* between two lines */
};

struct monitor {
	const struct monitor_options *options;
	struct crew *crew;
	uint64_t interval_ns;
	uint64_t start_ns, sampled_ns, step_due_ns; /* on CLOCK_MONOTONIC */
	uint64_t status_due_ns, status_every_ns;    /* of this crew's lines */
	int is_one_of_many;                         /* 1: its lines name the job */
	uint64_t ops_seen[OP_KINDS], errors_seen;
	struct result_interval *intervals;
	size_t nintervals;
	int shown; /* 1: a line is on the terminal */
	int ended; /* 1: no more steps and lines */
	struct histogram scratch;
};

/* Reads CLOCK_MONOTONIC. */
uint64_t monitor_now_ns(void);

/* Starts the series now. `options` and `crew` must outlive the monitor. */
void monitor_start(struct monitor *m, const struct monitor_options *options, struct crew *crew);

/* `count` monitors share the status line in turns; this one has number `turn`, from 0. */
void monitor_take_turns(struct monitor *m, unsigned turn, unsigned count);

/* Adds a step to the series if one is due. */
void monitor_sample(struct monitor *m);

/* Adds the last step, of any length. Later calls add no steps and no lines. */
void monitor_end(struct monitor *m);

/* Write the status line if one is due. runtime_ns 0: unknown. filled, nlba: blocks. */
void monitor_status_measure(struct monitor *m, const char *phase, uint64_t runtime_ns);
void monitor_status_fill(struct monitor *m, uint64_t filled, uint64_t nlba);

/* Removes the line from the terminal. */
void monitor_clear(struct monitor *m);

#endif
