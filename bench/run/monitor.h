/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * monitor.h -- looking at a crew while it works: the time series and the live status line.
 */
#ifndef BENCH_MONITOR_H
#define BENCH_MONITOR_H

#include <stdint.h>
#include <stdio.h>

#include "result/result.h"
#include "crew.h"

struct monitor_options {
	FILE *status; /* NULL: no status line */
	int rewrite;  /* 1: a terminal, the line is written over; 0: a new line each time */
	uint64_t status_interval_ns; /* between two lines */
};

struct monitor {
	const struct monitor_options *options;
	struct crew *crew;
	uint64_t interval_ns;
	uint64_t start_ns, sampled_ns, step_due_ns; /* on CLOCK_MONOTONIC */
	uint64_t status_due_ns, status_every_ns;    /* of this crew's lines */
	int is_one_of_many;                         /* its lines name the job */
	uint64_t ops_seen[OP_KINDS], errors_seen;
	struct result_interval *intervals;
	size_t nintervals;
	int shown; /* a line is on the terminal */
	int ended;
	struct histogram scratch;
};

uint64_t monitor_now_ns(void);

/* the measured phase starts now */
void monitor_start(struct monitor *m, const struct monitor_options *options, struct crew *crew);

/* there are `count` monitors, with one status line among them: this is number `turn`, from 0 */
void monitor_take_turns(struct monitor *m, unsigned turn, unsigned count);

/* adds a step to the series when one is due */
void monitor_sample(struct monitor *m);

/* the crew is through: the last step, whatever its length, and no more after it, nor lines */
void monitor_end(struct monitor *m);

/* writes the status line when one is due; runtime_ns 0 = unknown; filled of nlba while
 * preconditioning */
void monitor_status_measure(struct monitor *m, const char *phase, uint64_t runtime_ns);
void monitor_status_fill(struct monitor *m, uint64_t filled, uint64_t nlba);

/* takes the line off the terminal */
void monitor_clear(struct monitor *m);

#endif
