/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * judge.h -- the verdict on a result. Each function adds reasons and may lower the status of the
 * result and of the run; a doubt only adds a reason.
 */
#ifndef BENCH_JUDGE_H
#define BENCH_JUDGE_H

#include "result/result.h"

/* Checks a measured run; a settling one only for findings of verify and failed ops. */
void judge_run(struct result *result, struct result_run *run);

/* A doubt if several workers of a group share a CPU. The runs of the group are those from `first` on. */
void judge_places(struct result *result, size_t first, const struct place *places, unsigned count);

/* The same for CPUs that workers of other processes have; is_shared[i] is 1 for such a worker, NULL: there are none. */
void judge_peers(struct result *result, const char *is_shared, unsigned count);

/*
 * Checks a job's limits against all its runs, settling ones only against limits on errors; adds one reason per missed
 * limit.
 */
void judge_limits(struct result *result, const struct job *job);

/* A limit beside its figures in the runs of a job. */
struct judge_look {
	unsigned runs, missed, bounds; /* bounds: not decided, as ops were due and never started */
	double worst;                  /* in the unit of the limit; NAN: none */
};

/*
 * Of all runs, or only of those whose numbers can be used. Lowers the status of runs that miss the limit; and of all runs,
 * of those that do not decide it.
 */
enum judge_runs { JUDGE_ALL_RUNS, JUDGE_GOOD_RUNS };
struct judge_look judge_look_at_limit(struct result *result, const struct job *job,
				      const struct job_limit *limit, enum judge_runs which);

/* Lowers the status if a job did not reach the steady state. */
void judge_steady(struct result *result, const struct result_steady *steady);

/*
 * The verdict on a sweep, from the runs that it has so far; the first `nreasons` reasons stay. A few disturbed runs are
 * left out of its figures. It is invalid when fewer than half of the runs of a job at a point are good.
 */
void judge_study(struct result *result, size_t nreasons);

/* A sweep or a qualification: one doubt for the reasons of all runs whose figures count. It names the first of them. */
void judge_notes(struct result *result);

/* Doubts about the whole result: flushing by msync, the clock, the near node. */
void judge_doubts(struct result *result);

#endif
