/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * job.h -- a job as the load generator sees it: every key parsed, checked and in its unit.
 *
 * keys.c holds the one table of keys: parser, error texts, help and man page all come from it.
 */
#ifndef BENCH_JOB_H
#define BENCH_JOB_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "../load/pattern.h"
#include "../load/topology.h"
#include "../op.h"

#define JOB_NAME_MAX	    64
#define JOB_PERCENTILES_MAX 16
#define JOB_THREADS_ALL	    0 /* one per core of the chosen nodes */

enum job_engine { JOB_ENGINE_BTT, JOB_ENGINE_RAW, JOB_ENGINE_NULL };
enum job_rw { JOB_READ, JOB_WRITE, JOB_ZERO, JOB_RANDREAD, JOB_RANDWRITE, JOB_RANDZERO, JOB_RW, JOB_RANDRW };
enum job_precondition { JOB_PRECONDITION_DEFAULT, JOB_PRECONDITION_NONE, JOB_PRECONDITION_FAULT, JOB_PRECONDITION_FILL };
enum job_partition { JOB_PARTITION_SHARED, JOB_PARTITION_THREAD };
enum job_flavour { JOB_FLAVOUR_UEFI, JOB_FLAVOUR_KERNEL, JOB_FLAVOUR_PMDK }; /* = enum btt_flavour */
enum job_commit { JOB_COMMIT_STRICT };

struct job {
	char name[JOB_NAME_MAX]; /* section name */
	enum job_engine engine;
	enum job_rw rw;
	unsigned percent[OP_KINDS]; /* of read, write, zero: from rw, or from rwmix when rw is a mix */
	uint32_t bs;		    /* bytes; 0 = the sector size of the layout */
	unsigned threads;	    /* JOB_THREADS_ALL or >= 1 */
	unsigned lanes;		    /* 0 = threads */
	uint32_t nfree;		    /* 0 = the layout's, or 256 when one is made */
	enum job_flavour flavour;   /* of a layout that is made (dram:) */
	enum job_commit commit;
	struct placement placement;
	enum pattern_kind pattern;
	enum job_partition partition;
	uint64_t runtime_ns;   /* measured phase; 0 = until `ops` are done */
	uint64_t ramp_time_ns; /* before it, not measured */
	uint64_t ops;	       /* per thread; 0 = no limit */
	uint64_t seed;
	enum job_precondition precondition;
	uint64_t interval_ns; /* step of the time series */
	double percentiles[JOB_PERCENTILES_MAX];
	unsigned npercentiles;
	uint32_t keys_set; /* bit i: key i of the table was given (job_key_given) */
};

struct job_list {
	struct job *jobs;
	size_t count;
};

/*
 * Reads a job file; NULL = the built-in default job. Then applies `sets` ("key=value", the last
 * wins) to every job. 0, or -1 with one line in `why`: file, line, key, value and what is allowed.
 */
int job_list_load(struct job_list *list, const char *path, char *const *sets, size_t nsets, char *why,
		  size_t why_size);
void job_list_free(struct job_list *list);

/* 1 when the user gave this key, 0 when it holds its default */
int job_key_given(const struct job *job, const char *key);

/* the table as text: key, values, default, meaning */
void job_keys_print(FILE *out);

/* calls `each` for every key with its effective value as job-file text */
void job_each_key(const struct job *job, void (*each)(void *arg, const char *key, const char *value), void *arg);

#endif
