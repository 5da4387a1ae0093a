/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * make_results.c -- make_results KIND: prints a made-up result with the same numbers on every machine, as JSON.
 *
 * run: reads and writes in 3 repeats, with a stall, failed ops, one invalid repeat, and response times. layout: a sweep
 * of nfree and lanes in 2 rounds. engines: a sweep of threads and engine. near, far: a run whose memory is on the node of
 * its workers, or not. hostile: names that a careless script would take as commands or markup.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job/job_list.h"
#include "output/output.h"

#define MAX_POINTS 16

static void
die(const char *text)
{
	fprintf(stderr, "make_results: %s\n", text);
	exit(1);
}

/* Appends the jobs of one point. */
static void
add_jobs(struct result *result, char *const *sets, size_t nsets)
{
	struct job_list list;
	struct why why;
	struct job *jobs;

	if (job_list_load(&list, NULL, sets, nsets, &why))
		die(why.text);
	jobs = realloc(result->jobs.jobs, (result->jobs.count + list.count) * sizeof(*jobs));
	if (!jobs)
		die("out of memory");
	memcpy(jobs + result->jobs.count, list.jobs, list.count * sizeof(*jobs));
	for (size_t i = 0; i < list.count; i++)
		jobs[result->jobs.count + i].source = NULL; /* the list has it */
	result->jobs.jobs = jobs;
	result->jobs.count += list.count;
	job_list_free(&list);
}

/* 1000 ops of one kind; their times grow with `step`. */
static void
fill_op(struct result_op *op, uint64_t step)
{
	histogram_init(&op->service, 1);
	histogram_init(&op->response, 1);
	op->count = step ? 1000 : 0;
	op->iops = step ? 1e9 / (double)step / 4 : 0;
	op->bytes_per_s = op->iops * 4096;
	for (uint64_t i = 1; i <= op->count; i++)
		histogram_record(&op->service, i > 990 ? i * step : 500 + i * step / 100);
}

static void
fill_run(struct result_run *run, uint64_t step, unsigned threads)
{
	run->elapsed_s = 1;
	run->started_at = 1700000000;
	run->harness_ns_per_op = 20;
	run->disturbance = (struct result_disturbance){NAN, NAN};
	fill_op(&run->ops[OP_READ], step);
	fill_op(&run->ops[OP_WRITE], step * 2);
	fill_op(&run->ops[OP_ZERO], 0);
	run->workers = calloc(threads, sizeof(*run->workers));
	if (!run->workers)
		die("out of memory");
	run->nworkers = threads;
	for (unsigned i = 0; i < threads; i++)
		run->workers[i] = (struct result_worker){.lane = i,
							 .place = {(int)i, (int)i, 0},
							 .cpu_seen = (int)i,
							 .buffer_node = 0,
							 .ops = 2000 / threads,
							 .cpu_share = 1};
}

/* Runs of every point, round by round. */
static void
add_runs(struct result *result, unsigned repeats, unsigned threads)
{
	result->nruns = result->jobs.count * repeats;
	result->runs = calloc(result->nruns, sizeof(*result->runs));
	if (!result->runs)
		die("out of memory");
	for (size_t i = 0; i < result->nruns; i++) {
		struct result_run *run = &result->runs[i];
		size_t point = i % result->jobs.count, round = i / result->jobs.count;

		run->job = &result->jobs.jobs[point];
		run->ns = result->namespaces;
		if (result->study.npoints)
			run->round = (unsigned)round;
		else
			run->repeat = (unsigned)round;
		fill_run(run, 1000 + 200 * point + 50 * round,
			 threads ? threads : run->job->threads);
	}
}

static void
add_intervals(struct result_run *run, unsigned stall_at)
{
	run->nintervals = 6;
	run->intervals = calloc(run->nintervals, sizeof(*run->intervals));
	if (!run->intervals)
		die("out of memory");
	for (unsigned i = 0; i < 6; i++)
		run->intervals[i] =
			(struct result_interval){i / 4.0,
						 i == 5 ? 0.01 : 0.25,
						 {i == stall_at ? 10 : 100 + 5 * i, 50, 0},
						 i == 3 ? 7 : 0};
}

static void
make_machine(struct result *result)
{
	result->started_at = 1700000000;
	strcpy(result->id, "20231114T221320Z-0badcafe");
	result->host.hostname = strdup("pmem1");
	result->host.cpu_model = strdup("Xeon 9");
	result->host.turbo = result->host.smt = -1;
	result->host.nodes = 2;
	result->host.cpus = 48;
	result->origin.version = strdup("0.1.0");
	result->origin.commit = strdup("0123456789ab");
	result->nnamespaces = 1;
	result->namespaces = calloc(1, sizeof(*result->namespaces));
	if (!result->namespaces)
		die("out of memory");
	result->namespaces[0] = (struct result_namespace){.size_bytes = 1 << 30, .is_pmem = 1};
	result->namespaces[0].spec = strdup("/dev/dax0.0");
	result->namespaces[0].kind = strdup("dax");
	result->clock = (struct clock){.source = CLOCK_SOURCE_RDTSCP,
				       .ticks_per_s = 2.5e9,
				       .step_ns = 0.5,
				       .unit_ns = 1,
				       .cost_ns = 7.5,
				       .calibration_error_pm = 0.25};
}

/* A sweep of two keys; the lists end with NULL. */
static void
make_study(struct result *result, const char *const keys[2], const char *const *first,
	   const char *const *second)
{
	struct result_study *study = &result->study;

	study->keys = calloc(2, sizeof(*study->keys));
	study->values = calloc(2 * MAX_POINTS, sizeof(*study->values));
	if (!study->keys || !study->values)
		die("out of memory");
	study->nkeys = 2;
	study->rounds = 2;
	study->seed = 1;
	for (int k = 0; k < 2; k++)
		study->keys[k] = strdup(keys[k]);
	for (size_t i = 0; first[i]; i++) {
		for (size_t k = 0; second[k]; k++) {
			char sets[2][100];

			snprintf(sets[0], sizeof(sets[0]), "%s=%s", keys[0], first[i]);
			snprintf(sets[1], sizeof(sets[1]), "%s=%s", keys[1], second[k]);
			add_jobs(result, (char *[]){sets[0], sets[1]}, 2);
			study->values[2 * study->npoints] = strdup(first[i]);
			study->values[2 * study->npoints++ + 1] = strdup(second[k]);
		}
	}
	add_runs(result, 2, 0);
}

static void
make_run(struct result *result)
{
	add_jobs(result, NULL, 0);
	add_runs(result, 4, 2);
	for (unsigned i = 0; i < 3; i++)
		add_intervals(&result->runs[i], i == 1 ? 2 : 9);
	for (unsigned i = 0; i < 4; i++)
		for (uint64_t ns = 1; ns <= 1000; ns++)
			histogram_record(&result->runs[i].ops[OP_READ].response, 2000 + ns);
	result->runs[3].status = RESULT_INVALID;
	result_add_reason(result, "made up");
	result->status = RESULT_INVALID;
}

int
main(int argc, char **argv)
{
	static const char *const layout[2] = {"nfree", "lanes"},
				 *const nfree[] = {"64", "256", NULL},
				 *const lanes[] = {"1", "2", "4", NULL};
	static const char *const cost[2] = {"threads", "engine"},
				 *const threads[] = {"1", "2", "4", NULL},
				 *const engines[] = {"btt", "raw", NULL};
	const char *kind = argc > 1 ? argv[1] : "";
	struct result result = {0};

	make_machine(&result);
	if (!strcmp(kind, "layout")) {
		make_study(&result, layout, nfree, lanes);
	} else if (!strcmp(kind, "engines")) {
		make_study(&result, cost, threads, engines);
	} else if (!strcmp(kind, "near") || !strcmp(kind, "far")) {
		add_jobs(&result, NULL, 0);
		add_runs(&result, 1, 2);
		result.namespaces[0].node = !strcmp(kind, "far");
	} else if (!strcmp(kind, "hostile")) {
		make_run(&result);
		free(result.host.hostname);
		result.host.hostname =
			strdup("\"`touch pwned`{/Bold=20 x}\\n@a^b_c &amp; <b> \303\274");
		strcpy(result.jobs.jobs[0].name, "a\".system(\"touch pwned\").\"");
	} else if (!strcmp(kind, "run")) {
		make_run(&result);
	} else {
		die("KIND: run, layout, engines, near, far or hostile");
	}
	if (output_json(&result, stdout) || fflush(stdout))
		die("standard output");
	result_free(&result);
	return 0;
}
