/* SPDX-License-Identifier: BSD-3-Clause */
/* merge_parts.h -- the steps of a merge, for merge.c. A function that returns a value returns 0, or -1/ENOMEM. */
#ifndef BENCH_STUDY_MERGE_PARTS_H
#define BENCH_STUDY_MERGE_PARTS_H

#include <stddef.h>

#include "result/result.h"
#include "why.h"

struct merge {
	struct result *into;
	struct result *parts;
	const char *const *names;
	size_t count;
	struct why *why;
	struct result_span *spans; /* of run r on host h at [h * nruns of the first part + r] */
};

/* Can the parts be merged? 0, or -1 with a line in m->why. */
int merge_check(const struct merge *m);

/* The runs of a job, with or without settling rounds. */
size_t merge_count_runs(const struct result *result, size_t job, int also_settling);

/*
 * Adds a run of a host to the sum. It leaves alone job and ns, and the two means: the cost of the harness, and the age.
 * `host` is the number of the host in the merged hosts[], from 1; the hosts of a part that is merged itself follow it.
 */
int merge_add_run(struct result_run *into, const struct result_run *run, unsigned host);

/* 1 when a sum is larger than JSON can hold. */
int merge_is_too_large(const struct result_run *run);

/* Moves the hosts of all parts to into->hosts, of which all else is there, and names them. Then compares their figures. */
int merge_hosts(const struct merge *m);

/* Facts of the machines that all hosts share, and the names of all hosts. */
int merge_environment(struct result *into);

/* The verdict, from those of the hosts; and doubts about the sum. */
int merge_verdict(struct result *into);

#endif
