/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * group.h -- which jobs run together, and what they must agree on to do so.
 *
 * Jobs share a group until one says stonewall=1, which starts the next. The jobs of a group share
 * one open engine and one measured phase.
 */
#ifndef BENCH_JOB_GROUP_H
#define BENCH_JOB_GROUP_H

#include "job.h"
#include "why.h"

/* 0, or -1 with a line that names two jobs of a group that differ in a key that they must share */
int group_check(const struct job_list *list, const char *path, const struct why *why);

#endif
