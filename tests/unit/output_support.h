/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * output_support.h -- for tests of output/: two made-up results and the text that a writer makes of them.
 *
 * Run 0 has all kinds and counters. Run 1 was interrupted. Run 2 has only errors. Run 3 is the null engine's and
 * knows almost nothing.
 */
#ifndef TESTS_UNIT_OUTPUT_SUPPORT_H
#define TESTS_UNIT_OUTPUT_SUPPORT_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/output.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

#define WITH_KNOWN(test)   cmocka_unit_test_setup_teardown(test, make_known, drop)
#define WITH_UNKNOWN(test) cmocka_unit_test_setup_teardown(test, make_unknown, drop)

static const char job_text[] = "[all]\nrw=randrw\nrwmix=read:50,write:30,zero:20\nthreads=2\n"
			       "percentiles=50,99,99.99\n"
			       "[short]\nrw=randread\n"
			       "[broken]\nrw=randwrite\n"
			       "[empty]\nengine=null\nrw=randzero\nstonewall=1\n";

static inline void
load_jobs(struct result *result)
{
	char path[] = "/tmp/output_test.XXXXXX";
	struct why why;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, job_text, strlen(job_text)), strlen(job_text));
	close(fd);
	if (job_list_load(&result->jobs, path, NULL, 0, &why))
		fail_msg("%s", why.text);
	unlink(path);
}

/* Records durations of 1, 2, ... `count` times `step` nanoseconds. */
static inline void
fill_op(struct result_op *op, uint64_t count, uint64_t step, double seconds)
{
	op->count = count;
	op->iops = (double)count / seconds;
	op->bytes_per_s = op->iops * 4096;
	for (uint64_t i = 1; i <= count; i++)
		histogram_record(&op->service, i * step);
}

static inline void
fill_all_kinds(struct result_run *run)
{
	run->elapsed_s = 0.5;
	run->repeat = 1;
	fill_op(&run->ops[OP_READ], 1000, 1, run->elapsed_s);
	fill_op(&run->ops[OP_WRITE], 600, 10, run->elapsed_s);
	fill_op(&run->ops[OP_ZERO], 400, 10000, run->elapsed_s);
	run->btt = (struct result_btt){1, 4000, 66000, 4096000, 7, 8, 9, 10, 11, 12, 13};
	run->layout = (struct result_layout){1, "uefi", 4096, 261000, 4096, 256, 1, 2, 1, 0.25, 1};
	run->disturbance = (struct result_disturbance){0.25, NAN};
	run->workers = calloc(2, sizeof(*run->workers));
	run->nworkers = 2;
	run->workers[0] = (struct result_worker){0, {3, 1, 0},           3, 0, 1500, 0, 0,
						 0, {0.25, 0.125, 3, 2}, 1, 0, 0,    0};
	run->workers[1] = (struct result_worker){1,  {-1, -1, -1}, -1,  -1, 500, 2, -1,
						 -1, {0, 0, 0, 0}, NAN, 4,  0,   0};
	run->intervals = calloc(1, sizeof(*run->intervals));
	run->nintervals = 1;
	run->intervals[0] = (struct result_interval){0.25, 0.125, {10, 20, 30}, 4};
}

static inline void
fill_errors(struct result_op *op)
{
	op->errors = 12;
	op->iops = op->bytes_per_s = NAN;
	op->errnos[0] = (struct result_errno){EIO, 9, 77, 1500};
	op->errnos[1] = (struct result_errno){9999, 2, 78, 2000000};
	op->nerrnos = 2;
}

static inline void
init_op(struct result_op *op)
{
	histogram_init(&op->service, 1);
	histogram_init(&op->response, 1);
	histogram_init(&op->batch, 1);
}

/* Run 1 is an open loop that is behind its schedule. */
static inline void
fill_pace(struct result_run *run)
{
	struct result_op *read = &run->ops[OP_READ];

	run->pace = (struct result_pace){1, 10, 3, 7, 2500, 0.7};
	for (uint64_t i = 1; i <= read->count; i++)
		histogram_record(&read->response, i * 1000);
}

static inline void
fill_runs(struct result *result)
{
	result->nnamespaces = 1;
	result->namespaces = calloc(1, sizeof(*result->namespaces));
	result->nruns = result->jobs.count;
	result->runs = calloc(result->nruns, sizeof(*result->runs));
	assert_non_null(result->runs);
	for (size_t i = 0; i < result->nruns; i++) {
		result->runs[i].job = &result->jobs.jobs[i];
		result->runs[i].ns = result->namespaces;
		for (int kind = 0; kind < OP_KINDS; kind++)
			init_op(&result->runs[i].ops[kind]);
	}
	fill_all_kinds(&result->runs[0]);
	result->runs[1].interrupted = 1;
	result->runs[1].status = RESULT_INTERRUPTED;
	fill_op(&result->runs[1].ops[OP_READ], 3, 5, 1);
	result->runs[1].ops[OP_READ].service.over = 1;
	fill_pace(&result->runs[1]);
	fill_errors(&result->runs[2].ops[OP_WRITE]);
}

static inline void
fill_machine(struct result *result)
{
	result->started_at = 1700000000;
	strcpy(result->id, "20231114T221320Z-0badcafe");
	result->job_path = strdup("x.job");
	result->host.cpu_model = strdup("Xeon 9");
	result->host.turbo = 1;
	result->host.nodes = 2;
	result->host.cpus = 48;
	result->host.libpmem_flush = strdup("clwb");
	result->host.libpmem_wc_workaround = strdup("on (GenuineIntel)");
	result->namespaces[0] = (struct result_namespace){
		.size_bytes = 1ull << 30, .is_pmem = 1, .page_bytes = 2 << 20};
	result->namespaces[0].spec = strdup("/dev/dax0.0");
	result->namespaces[0].kind = strdup("dax");
	result->namespaces[0].health = strdup("ok");
	result->namespaces[0].device = strdup("dax0.0");
	result->namespaces[0].map_sync = 1;
	result->namespaces[0].node_source = DEVICE_NODE_CXL;
	result->namespaces[0].nodes = (struct device_nodes){
		.kernel = 1, .cxl = {{0}, 1}, .access = {{0, 1}, 2}, .target = 2};
	result->namespaces[0].interleave_ways = 2;
	result->namespaces[0].interleave_granularity_bytes = 256;
	result->namespaces[0].modules = calloc(2, sizeof(struct device_dimm));
	result->namespaces[0].nmodules = 2;
	result->namespaces[0].modules[0] = device_dimm_unknown;
	strcpy(result->namespaces[0].modules[0].name, "nmem0");
	result->namespaces[0].modules[1] = (struct device_dimm){
		"nmem1", {0, 1, 0, 1, 0, 1}, 3,      HEALTH_CRITICAL, 75,      5, -7.5,
		1,       "0x1234567",        "mem0", "FW 1",          1 << 28, 0, 9,
		4096};
	result->clock = (struct clock){.source = CLOCK_SOURCE_RDTSCP,
				       .ticks_per_s = 2.5e9,
				       .step_ns = 0.5,
				       .unit_ns = 1,
				       .cost_ns = 7.5,
				       .calibration_error_pm = 0.25};
	for (size_t i = 0; i < result->nruns; i++)
		result->runs[i].harness_ns_per_op = 31.25;
}

static inline int
make_known(void **state)
{
	struct result *result = calloc(1, sizeof(*result));

	load_jobs(result);
	fill_runs(result);
	fill_machine(result);
	result->status = RESULT_INTERRUPTED;
	result_add_reason(result, "job '%s' was interrupted", "short");
	*state = result;
	return 0;
}

/* As little as a result can contain. */
static inline int
make_unknown(void **state)
{
	struct result *result = calloc(1, sizeof(*result));

	load_jobs(result);
	fill_runs(result);
	result->host.turbo = result->host.smt = -1;
	result->namespaces[0].spec = strdup("dram:1G\xff\033[31m");
	result->namespaces[0].kind = strdup("dram");
	result->namespaces[0].node = -1;
	result->namespaces[0].nodes = (struct device_nodes)DEVICE_NODES_UNKNOWN;
	result->namespaces[0].map_sync = -1;
	for (size_t i = 0; i < result->nruns; i++)
		result->runs[i].layout = (struct result_layout){0};
	result->clock.source = CLOCK_SOURCE_MONOTONIC_RAW;
	result->clock.why_not_tsc = "no invariant TSC";
	result->clock.cost_ns = result->clock.calibration_error_pm = INFINITY;
	result->clock.step_ns = NAN;
	for (size_t i = 0; i < result->nruns; i++)
		result->runs[i].harness_ns_per_op = NAN;
	*state = result;
	return 0;
}

static inline int
drop(void **state)
{
	result_free(*state);
	free(*state);
	return 0;
}

/* Keeps the reads of the first job only: the result has one distribution. */
static inline void
keep_one_read_job(struct result *result)
{
	for (size_t i = 1; i < result->jobs.count; i++)
		memset(result->jobs.jobs[i].percent, 0, sizeof(result->jobs.jobs[i].percent));
	result->jobs.jobs[0].percent[OP_WRITE] = result->jobs.jobs[0].percent[OP_ZERO] = 0;
}

/* The text that a writer makes of a result; the caller frees it. */
static inline char *
written(const char *format, const struct result *result)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(output_find(format)->write(result, out), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

#endif
