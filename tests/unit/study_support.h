/* SPDX-License-Identifier: BSD-3-Clause */
/* study_support.h -- for tests of sweeps: made-up results with points, jobs and runs. */
#ifndef TESTS_UNIT_STUDY_SUPPORT_H
#define TESTS_UNIT_STUDY_SUPPORT_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "result/result.h"
#include "study/points.h"

#ifndef LENGTH
#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))
#endif
#define VARIES_MAX      20
#define STUDY_PATH_SIZE 32

/* Writes `text` to a new file, whose name goes to `path`. */
static inline void
study_write_file(char path[STUDY_PATH_SIZE], const char *text)
{
	int fd;

	strcpy(path, "/tmp/study_test.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* points_load of a job file with this text (NULL: the built-in job) and of settings like "nfree=8,16". */
static inline int
study_load(struct result *result, const char *text, const char *const *settings,
	   struct points_left *left, struct why *why)
{
	struct vary varies[VARIES_MAX];
	struct points_of of = {.varies = varies};
	char path[STUDY_PATH_SIZE];
	int err;

	*result = (struct result){0};
	for (; settings[of.nvaries]; of.nvaries++)
		if (vary_parse(&varies[of.nvaries], settings[of.nvaries], why))
			fail_msg("%s", why->text);
	if (text) {
		study_write_file(path, text);
		of.path = path;
	}
	err = points_load(result, &of, left, why);
	if (text)
		unlink(path);
	for (size_t k = 0; k < of.nvaries; k++)
		vary_free(&varies[k]);
	return err;
}

/* A result with the points of these settings, and no run yet. */
static inline void
study_make(struct result *result, const char *text, const char *const *settings, unsigned rounds)
{
	struct points_left left;
	struct why why;

	if (study_load(result, text, settings, &left, &why))
		fail_msg("%s", why.text);
	assert_int_equal(left.count, 0);
	points_left_free(&left);
	result->study.rounds = rounds;
	result->study.seed = 1;
	result->nnamespaces = 1;
	result->namespaces = calloc(1, sizeof(*result->namespaces));
	assert_non_null(result->namespaces);
	result->namespaces[0].spec = strdup("dram:64M");
	result->namespaces[0].kind = strdup("dram");
}

/* Appends a run of job `index` of all points, with so many reads per second. */
static inline struct result_run *
study_add_run(struct result *result, size_t index, unsigned round, double iops)
{
	struct result_run *grown =
		reallocarray(result->runs, result->nruns + 1, sizeof(*result->runs));
	struct result_run *run;

	assert_non_null(grown);
	result->runs = grown;
	run = &grown[result->nruns++];
	memset(run, 0, sizeof(*run));
	run->job = &result->jobs.jobs[index];
	run->ns = result->namespaces;
	run->round = round;
	run->elapsed_s = 1;
	run->ops[OP_READ].iops = iops;
	run->ops[OP_READ].count = (uint64_t)iops;
	return run;
}

#endif
