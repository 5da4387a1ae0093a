/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * result.h -- what a run found: the one structure that every writer in output/ reads.
 *
 * Strings that could not be read are NULL, numbers NAN or -1 as said; writers show them as null or
 * "-". Owned by whoever called run; result_free frees all of it.
 */
#ifndef BENCH_RESULT_H
#define BENCH_RESULT_H

#include <stddef.h>
#include <stdint.h>

#include "job/job_list.h"
#include "measure/clock.h"
#include "measure/histogram.h"
#include "pattern/op.h"
#include "version.h"

#define RESULT_SCHEMA      "bttbench.result/1"
#define RESULT_ERRNOS_MAX  8
#define RESULT_REASONS_MAX 16

/* host/: this machine. Every string is malloc'ed or NULL = could not be read. */
struct result_host {
	char *hostname, *kernel, *cmdline, *cpu_model, *microcode, *governor, *thp;
	int turbo;       /* 1 on, 0 off, -1 unknown */
	int smt;         /* 1 on, 0 off, -1 unknown */
	int nodes, cpus; /* as this process may use them; 0 unknown */
	/* the libpmem of this process: "libpmem.so.1.0.0 (API 1.1)" */
	char *libpmem_version;
	/* what it flushes with: "clwb", "clflushopt", "clflush", "none (eADR)", "none
	 * (PMEM_NO_FLUSH=1)" */
	char *libpmem_flush;
	/* what it copies long ranges with: "non-temporal" or "temporal (PMEM_NO_MOVNT=1)" */
	char *libpmem_store;
};

struct result_namespace {
	char *spec; /* as the user named it */
	char *kind; /* "dram", "file", "dax", "block" */
	uint64_t size_bytes;
	int node;                 /* -1 unknown */
	int is_pmem;              /* 1: flushed from user space; 0: msync; -1: a block device */
	char *persistence_domain; /* NULL unknown */
	char *health;             /* NULL unknown */
	uint64_t page_bytes;      /* of the mapping, as the kernel says; 0 unknown */
	/* the layout, for engine=btt; flavour NULL when there is none */
	char *flavour;
	uint64_t start_off, nlba;
	uint32_t lbasize, nfree, narenas;
};

/* ops that failed with one errno */
struct result_errno {
	int err;
	uint64_t count;
	uint64_t first_lba;
	uint64_t first_ns; /* since the start of the measured phase */
};

struct result_op {
	uint64_t count; /* succeeded, measured */
	uint64_t errors;
	double iops, bytes_per_s;  /* NAN: no time passed */
	struct histogram service;  /* from call to return */
	struct histogram response; /* open loop: from when the op was due; else empty */
	struct result_errno errnos[RESULT_ERRNOS_MAX]; /* the first nerrnos are filled */
	unsigned nerrnos;
};

/*
 * The schedule of an open loop, all workers together. An op that is late is started as soon as the
 * one before it is through, never skipped; what was due and not started when the phase ended is
 * `unstarted`.
 */
struct result_pace {
	int valid;            /* 0: a closed loop, and the rest says nothing */
	double target_iops;   /* rate_iops of every worker */
	double achieved_iops; /* ops started */
	uint64_t unstarted;
	uint64_t behind_ns_max; /* the longest that an op started after it was due */
	double error;           /* share by which the worst worker missed its schedule */
};

#define RESULT_PACE_ERROR_MAX 0.001 /* more, and the result is invalid */

/* sums over all lanes, measured phase only; only engine=btt has them */
struct result_btt {
	int valid;
	uint64_t fences, lines_flushed, bytes_stored, lock_waits, reader_waits, read_retries;
};

/* how a block that was read was not what it had to be; see engine/verify.h */
enum result_finding_kind {
	RESULT_TORN,
	RESULT_MISDIRECTED,
	RESULT_STALE,
	RESULT_FUTURE,
	RESULT_FOREIGN,
	RESULT_UNREADABLE, /* by the sweep */
	RESULT_FINDING_KINDS,
};

/* "torn", "misdirected", ... */
const char *result_finding_name(enum result_finding_kind kind);

#define RESULT_FINDINGS_MAX     8
#define RESULT_FINDING_TEXT_MAX 200

struct result_finding {
	enum result_finding_kind kind;
	int in_sweep;  /* 1: by the sweep, 0: while the load ran */
	unsigned lane; /* that read the block */
	uint64_t lba;
	char expected[RESULT_FINDING_TEXT_MAX], found[RESULT_FINDING_TEXT_MAX];
};

/* what verify=stamp found; valid 0: verify=none */
struct result_verify {
	int valid;
	uint64_t read, swept; /* blocks checked while the load ran, and by the sweep */
	uint64_t unknown;     /* blocks of which the sweep could not know what they must hold */
	uint64_t state_bytes; /* memory that the states of all blocks take */
	uint64_t counts[RESULT_FINDING_KINDS];
	struct result_finding first[RESULT_FINDINGS_MAX]; /* the first nfirst are filled */
	unsigned nfirst;
	int layout;             /* 1 consistent, 0 not, -1 there is none or it was not checked */
	uint64_t layout_errors; /* findings of the check */
	char layout_first[RESULT_FINDING_TEXT_MAX]; /* the first of them */
};

/* findings of all kinds, of the layout too */
uint64_t result_verify_findings(const struct result_verify *verify);

/* of a worker's processor in the measured phase, as the kernel accounts it */
struct result_usage {
	double user_s, system_s;
	uint64_t voluntary_switches; /* it slept: until an op was due, or in an op's system call */
	uint64_t involuntary_switches; /* others took the processor */
};

struct result_worker {
	unsigned lane;
	struct place place; /* where it was put */
	int cpu_seen;       /* where it ran when it ended, -1 unknown */
	int buffer_node;    /* node of its buffer's pages, -1 unknown */
	uint64_t ops, errors;
	int state_node; /* node of the pages with its pattern, pace and statistics, -1 unknown */
	int lane_node;  /* node of what the engine keeps of its lane alone, -1 unknown or nothing */
	struct result_usage usage;
};

/* one step of the time series */
struct result_interval {
	double start_s, length_s; /* since the start of the measured phase */
	uint64_t ops[OP_KINDS];
	uint64_t errors;
};

struct result_run {
	const struct job *job;             /* borrowed from result.jobs */
	const struct result_namespace *ns; /* borrowed from result.namespaces */
	unsigned repeat;                   /* from 0 */
	double elapsed_s;                  /* measured phase */
	int interrupted;                   /* ended early by SIGINT */
	struct result_op ops[OP_KINDS];
	struct result_pace pace;
	struct result_btt btt;
	struct result_verify verify;
	struct result_errno
		unfilled; /* blocks that precondition=fill could not write; count 0: none */
	struct result_worker *workers;
	size_t nworkers;
	struct result_interval *intervals;
	size_t nintervals;
};

/* the rounds of a job with steady_state; its runs are the last of them */
struct result_steady {
	const struct job *job; /* borrowed from result.jobs */
	double *iops;          /* of each round, all ops */
	size_t nrounds;
	double range_percent, slope_percent; /* over the last rounds; NAN: too few */
	int reached;
};

/* from good to bad; a result has the worst of what was found */
enum result_status {
	RESULT_VALID,
	RESULT_INTERRUPTED,
	RESULT_MISSED,
	RESULT_INCONCLUSIVE,
	RESULT_INVALID
};

/* "valid", "interrupted", "missed", "inconclusive" or "invalid" */
const char *result_status_name(enum result_status status);

struct result {
	struct job_list jobs;
	char *job_path;      /* NULL: the built-in default */
	uint64_t started_at; /* seconds since the epoch */
	struct result_host host;
	struct result_namespace *namespaces; /* in the order in which jobs first name them */
	size_t nnamespaces;                  /* at least 1 */
	struct clock clock;
	double harness_ns_per_op; /* a short `null` run before the first job; NAN: not measured */
	struct result_run *runs;
	size_t nruns;
	struct result_steady *steady;
	size_t nsteady;
	enum result_status status;
	/* why it is not valid, or what to doubt; the first nreasons are filled */
	char *reasons[RESULT_REASONS_MAX];
	size_t nreasons;
};

/* frees what it owns, not the structure itself, which is all zero afterwards */
void result_free(struct result *result);

/* a result is worth no more than `status` from now on */
void result_lower(struct result *result, enum result_status status);

/* frees what a run owns */
void result_run_free(struct result_run *run);

/* adds a reason (printf form); beyond RESULT_REASONS_MAX it is dropped */
void result_add_reason(struct result *result, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* ops of all kinds that succeeded */
uint64_t result_run_ops(const struct result_run *run);

/* bytes of one op; 0 when no op and no layout tells */
uint64_t result_op_bytes(const struct result_run *run);

/* bytes that the ops of one kind moved */
uint64_t result_bytes(const struct result_run *run, const struct result_op *op);

/* a counter of run->btt over result_run_ops; NAN when there were none */
double result_per_op(const struct result_run *run, uint64_t counter);

/*
 * Bytes stored to media over bytes that writes and zeroes were asked to change; NAN when there were
 * none. Only for runs with btt.valid.
 */
double result_stored_per_user_byte(const struct result_run *run);

/* 1 when a run made its stores to this namespace durable by msync, which is then what was measured */
int result_is_synced(const struct result *result, const struct result_namespace *ns);

#endif
