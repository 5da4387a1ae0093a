/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * qualification.h -- the part of a result that only a qualification has: its steps, gates and limits. The modules
 * in result.namespaces are those that its first preflight found.
 *
 * A gate is a demand on the machine or on the measurement. A limit is a demand on a figure. All texts are malloc'ed.
 */
#ifndef BENCH_RESULT_QUALIFICATION_H
#define BENCH_RESULT_QUALIFICATION_H

#include <stddef.h>
#include <stdint.h>

#include "human.h"

enum result_gate_state { RESULT_GATE_PASS, RESULT_GATE_FAIL, RESULT_GATE_NOT_APPLICABLE };

/* "pass", "fail", "not applicable" */
const char *result_gate_state_name(enum result_gate_state state);

/* The verdict that a gate gives when it fails. */
enum result_if_red { RESULT_RED_FAIL, RESULT_RED_INVALID, RESULT_RED_INCONCLUSIVE };

/* "FAIL", "INVALID", "INCONCLUSIVE" */
const char *result_if_red_name(enum result_if_red if_red);

struct result_gate {
	char *step, *name;
	enum result_gate_state state;
	enum result_if_red if_red;
	char *reason; /* always there: the figures behind the state */
};

/* A limit and the figure beside it. */
struct result_bound {
	char *subject;                /* the job; of a ratio, the far job */
	char *limit;                  /* "limit.read.p99 <= 2us" */
	enum result_gate_state state; /* not applicable: no good run has the figure */
	char *unit;                   /* of both figures: "ns", "ops/s", "B/s", "ops", "ratio" */
	double allowed, measured;     /* measured: the worst of the good runs; NAN unknown */
	char *reason;
};

enum result_step_state { RESULT_STEP_PENDING, RESULT_STEP_DONE, RESULT_STEP_SKIPPED };

/* "pending", "done", "skipped" */
const char *result_step_state_name(enum result_step_state state);

struct result_step {
	char *name;
	enum result_step_state state;
	char *reason;              /* why it was skipped; else NULL */
	double planned_s, took_s;  /* took_s: of all processes that worked at it */
	uint64_t visits, nvisited; /* planned, and done: each is one visit of one job */
};

struct result_qualification {
	char *profile;   /* name or path; NULL: the result is no qualification */
	unsigned rounds; /* of the matrix */
	struct result_step *steps;
	size_t nsteps;
	struct result_gate *gates;
	size_t ngates;
	struct result_bound *limits;
	size_t nlimits;
	int64_t bad_blocks; /* of 512 bytes, at the preflight; -1 unknown */
};

void qualification_free(struct result_qualification *q);

/* Adds a copy of the gate, or replaces the one of the same step and name. -1: no memory. */
int qualification_set_gate(struct result_qualification *q, const struct result_gate *gate);

/* The gate of a step, or NULL. */
const struct result_gate *qualification_gate(const struct result_qualification *q, const char *step,
					     const char *name);

struct result_step *qualification_step(const struct result_qualification *q, const char *name);

/* The measured figure of a limit with its unit: "1.23us". */
struct human result_bound_figure(const struct result_bound *bound);

void qualification_drop_limits(struct result_qualification *q);

#endif
