/* SPDX-License-Identifier: BSD-3-Clause */
/* compare_parts.h -- the parts of compare.c that have files of their own. Each returns 0, or -1 with `why`. */
#ifndef BENCH_COMPARE_PARTS_H
#define BENCH_COMPARE_PARTS_H

#include "compare.h"

/* In compare_like.c. false: the result as a whole is invalid, though each of its runs is good. */
bool compare_has(const struct result *result);

/* Compares all files with the first one. With c->forced, adds the differences to c->differences. */
int compare_check_like(struct comparison *c, struct why *why);

/* In compare_points.c. Finds the two values of options->by. */
int compare_choose_values(struct comparison *c, const struct compare_options *options,
			  struct why *why);

/* Adds a subject for each job and each two points that differ in c->by alone. */
int compare_add_pairs(struct comparison *c, struct why *why);

/* true if the run belongs to a point with the value of this side. */
bool compare_is_of_side(const struct comparison *c, const struct compare_side *side,
			const struct result_run *run);

/* In compare_notes.c. -1 without memory. */
int compare_add_notes(struct comparison *c);

#endif
