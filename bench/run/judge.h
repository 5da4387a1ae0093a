/* SPDX-License-Identifier: BSD-3-Clause */
/* judge.h -- what a result is worth: each run, the limits of its job, the steadiness of its rounds. */
#ifndef BENCH_JUDGE_H
#define BENCH_JUDGE_H

#include "result/result.h"

/* what makes a run that was just measured worth nothing, or less */
void judge_run(struct result *result, const struct result_run *run);

/* where the workers of a group are: a doubt when several have one CPU */
void judge_places(struct result *result, const struct place *places, unsigned count);

/* a job's limit against each of its runs; one reason for each limit that was missed */
void judge_limits(struct result *result, const struct job *job);

/* rounds of steady_state that did not come to rest */
void judge_steady(struct result *result, const struct result_steady *steady);

/* what does not lessen the result, but has to be said */
void judge_doubts(struct result *result);

#endif
