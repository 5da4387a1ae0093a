/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * result.h -- the result of bttbench run, which every writer in output/ reads.
 *
 * An unknown string is NULL, an unknown number NAN, -1 or 0, as the field says; writers print null or "-". The caller
 * of run_jobs owns the result and frees it with result_free.
 */
#ifndef BENCH_RESULT_H
#define BENCH_RESULT_H

#include <stddef.h>
#include <stdint.h>

#include "job/job_list.h"
#include "measure/clock.h"
#include "measure/histogram.h"
#include "pattern/op.h"
#include "device.h"
#include "qualification.h"
#include "version.h"

#define RESULT_SCHEMA          "bttbench.result/1"
#define RESULT_ERRNOS_MAX      8
#define RESULT_REASONS_MAX     16
#define RESULT_RUN_REASONS_MAX 8
#define RESULT_ID_MAX          40
#define RESULT_STUDY_KEYS_MAX  16 /* swept keys */

/* This machine; host/ fills it. Strings are malloc'ed, or NULL when unreadable. */
struct result_host {
	char *hostname, *kernel, *cmdline, *cpu_model, *microcode, *governor, *thp;
	int turbo;       /* 1 on, 0 off, -1 unknown */
	int smt;         /* 1 on, 0 off, -1 unknown */
	int nodes, cpus; /* that this process may use; 0 unknown */
	/* file name and API of the libpmem in this process: "libpmem.so.1.0.0 (API 1.1)" */
	char *libpmem_version;
	/* its flush instruction: "clwb", "clflushopt", "clflush", "none (eADR)", "none (PMEM_NO_FLUSH=1)" */
	char *libpmem_flush;
	/* its stores for long ranges: "non-temporal" or "temporal (PMEM_NO_MOVNT=1)" */
	char *libpmem_store;
	/*
	 * its fences within a long copy, which no counter has: "on (GenuineIntel)", "off (AVX-512 stores)", "off
	 * (PMEM_WC_WORKAROUND=0)"
	 */
	char *libpmem_wc_workaround;
};

struct result_namespace {
	char *spec; /* as the user named it */
	char *kind; /* "dram", "file", "dax", "block" */
	uint64_t size_bytes;
	int node;    /* -1 unknown */
	int is_pmem; /* 1: persisted by flushes from user space; 0: by msync; -1: a block
			device, or opened for reading only */
	char *persistence_domain; /* NULL unknown */
	char *health;             /* NULL unknown */
	uint64_t page_bytes;      /* of the mapping, from smaps; 0 unknown */
	enum device_node_source node_source;
	struct device_nodes nodes;
	unsigned interleave_ways, interleave_granularity_bytes; /* of CXL memory; 0 unknown */
	struct device_dimm *modules;                            /* that hold its data, by name */
	size_t nmodules;
	char *device; /* that holds the data: "dax0.0", "pmem0"; the whole disk; NULL unknown */
	char *file_system; /* "ext4"; NULL unknown, or not a file */
	int map_sync;      /* 1, 0: the mapping has MAP_SYNC or not; -1 unknown, or no mapping */
};

/* the BTT that a run worked on */
struct result_layout {
	int valid;       /* 0: the engine has no BTT */
	char flavour[8]; /* "uefi", "kernel" or "pmdk" */
	uint64_t start_off, nlba;
	uint32_t lbasize, nfree, narenas;
	uint32_t nlane; /* lanes that the run opened */
	int tracking;   /* 1: reads are tracked; 0: not needed, since there is one lane */
	/*
	 * The share of the pairs of neighbouring blocks that lie side by side on media, in order, when
	 * the measured phase begins; run/age.h says which pairs count. NAN: no such pairs.
	 */
	double adjacent;
	uint32_t rotate; /* free blocks of an arena that each lane writes in turn */
};

#define RESULT_FRESH_ABOVE 0.9 /* result_layout.adjacent of a layout that was filled in order */
#define RESULT_AGED_BELOW  0.1 /* of one that long use has shuffled */

/* "fresh", "partly aged" or "aged"; NULL unknown */
const char *result_age(const struct result_layout *layout);

/* the ops that failed with one errno */
struct result_errno {
	int err;
	uint64_t count;
	uint64_t first_lba;
	uint64_t first_ns; /* since the start of the measured phase */
};

struct result_op {
	uint64_t count; /* ops that succeeded in the measured phase */
	uint64_t errors;
	double iops, bytes_per_s;  /* NAN: no time passed */
	struct histogram service;  /* from call to return */
	struct histogram response; /* open loop: from the due time to return; closed loop: empty */
	struct result_errno errnos[RESULT_ERRNOS_MAX]; /* the first nerrnos are filled */
	unsigned nerrnos;
	struct histogram batch; /* batch=N: of each whole batch; `service` is empty then */
};

/*
 * The schedule of an open loop, for all workers together. A late op starts as soon as the previous op returns; no op is
 * skipped.
 */
struct result_pace {
	int valid;              /* 0: a closed loop; the other fields are then unset */
	double target_iops;     /* rate_iops of every worker */
	double achieved_iops;   /* ops started per second */
	uint64_t unstarted;     /* ops due but not started at the end of the measured phase */
	uint64_t behind_ns_max; /* longest delay between due time and start */
	double error;           /* share by which the worst worker missed its schedule */
};

#define RESULT_PACE_ERROR_MAX 0.001 /* a larger result_pace.error makes the result invalid */

/* Counters of the BTT, summed over all lanes, measured phase only. valid 0: not engine=btt. */
struct result_btt {
	int valid;
	uint64_t fences; /* of the protocol, without those of libpmem_wc_workaround */
	uint64_t lines_flushed, bytes_stored, lock_waits, reader_waits, read_retries;
	uint64_t idle_zeroes; /* zeroes of blocks that were zero already */
	uint64_t zero_reads;  /* reads of zeros that are not stored anywhere */
	uint64_t lane_waits;  /* ops that waited for a lane shared with another worker */
	uint64_t scans;       /* looks at the blocks that all other lanes read, before writes */
};

/* how the content of a block was wrong; verify/verify.h defines the kinds */
enum result_finding_kind {
	RESULT_TORN,
	RESULT_MISDIRECTED,
	RESULT_STALE,
	RESULT_FUTURE,
	RESULT_FOREIGN,
	RESULT_UNREADABLE, /* the sweep could not read it */
	RESULT_FINDING_KINDS,
};

/* "torn", "misdirected", ... */
const char *result_finding_name(enum result_finding_kind kind);

#define RESULT_FINDINGS_MAX     8
#define RESULT_FINDING_TEXT_MAX 200

struct result_finding {
	enum result_finding_kind kind;
	int in_sweep;  /* 1: found by the sweep, 0: by a read of the load */
	unsigned lane; /* lane that read the block */
	uint64_t lba;
	char expected[RESULT_FINDING_TEXT_MAX], found[RESULT_FINDING_TEXT_MAX];
	unsigned host; /* like result_worker.host */
};

/* the findings of verify=stamp; valid 0: verify=none */
struct result_verify {
	int valid;
	uint64_t read, swept; /* blocks checked while the load ran, and by the sweep */
	uint64_t
		unknown; /* blocks that the sweep did not check, as their correct content is unknown */
	uint64_t by_stamp; /* of `read` and `swept`: checked by the stamp alone, without a record */
	uint64_t unchecked;   /* of `read`: not checked, as their correct content is unknown */
	uint64_t state_bytes; /* size of the states of all blocks, in memory or in the state file */
	uint64_t counts[RESULT_FINDING_KINDS];
	struct result_finding first[RESULT_FINDINGS_MAX]; /* the first nfirst are filled */
	unsigned nfirst;
	int layout;             /* 1 consistent, 0 not, -1 no layout or not checked */
	uint64_t layout_errors; /* findings of the layout check */
	char layout_first[RESULT_FINDING_TEXT_MAX]; /* the first finding, or why not checked */
};

/*
 * Adds ops that failed with one errno, of another worker or repeat: the earliest failure stays the first one. An errno
 * beyond RESULT_ERRNOS_MAX is dropped.
 */
void result_errno_add(struct result_op *op, const struct result_errno *from);

/* Adds the counters of another worker or run. */
void result_btt_add(struct result_btt *sum, const struct result_btt *btt);

/* Sum of the findings of all kinds and of the layout check. */
uint64_t result_verify_findings(const struct result_verify *verify);

/* Adds the figures and findings of another run of the same job. */
void result_verify_add(struct result_verify *sum, const struct result_verify *verify);

/* CPU time and context switches of a worker in the measured phase, from the kernel */
struct result_usage {
	double user_s, system_s;
	uint64_t
		voluntary_switches; /* the worker slept: until an op was due, or in a system call */
	uint64_t involuntary_switches; /* another task took the CPU */
};

struct result_worker {
	unsigned lane;
	struct place place; /* the place that it was pinned to */
	int cpu_seen;       /* CPU at its end, -1 unknown */
	int buffer_node;    /* node of its buffer's pages, -1 unknown */
	uint64_t ops, errors;
	int state_node; /* node of the pages with its pattern, pace and statistics, -1 unknown */
	int lane_node;  /* node of the engine's data for its lane; -1 unknown or no such data */
	struct result_usage usage;
	double cpu_share; /* CPU time by elapsed time in the measured phase; NAN unknown */
	uint64_t strays;  /* looks that found it on another CPU, one for each row of ops */
	int shares_cpu;   /* 1: another worker that ran at the same time has the same CPU */
	unsigned host;    /* in result.hosts, from 1; 0: the result is of one host */
};

/* time that others took from the workers' CPUs in the measured phase; NAN unknown */
struct result_disturbance {
	double steal_s;     /* the hypervisor, the mean of the workers' CPUs */
	double throttled_s; /* the CPU limit of the control group */
};

/* the workers of a run together */
struct result_crew {
	struct result_usage usage;
	uint64_t strays;
	double cpu_share; /* the smallest one; NAN: none is known */
};

/* A worker that was switched out more often in a second, and this often at all, is noted. */
#define RESULT_SWITCHES_RATE  10.0
#define RESULT_SWITCHES_LEAST 10

/* beyond these shares of the ops of a kind that changed or read nothing */
#define RESULT_IDLE_NOTE    0.20
#define RESULT_IDLE_INVALID 0.90 /* zeroes alone: to read an empty namespace may be meant */

/* beyond these shares of the measured phase a reason is noted, or the run is invalid */
#define RESULT_LOST_NOTE          0.01
#define RESULT_LOST_INVALID       0.10
#define RESULT_LOST_SECONDS       0.1   /* less lost time never makes a run invalid */
#define RESULT_LOST_SECONDS_LEAST 0.001 /* less is not noted: the figures are not that exact */
/* Steal and throttled time do not judge a shorter phase: the kernel counts them in steps that are too long for it. */
#define RESULT_LOST_PHASE_LEAST 0.1 /* s */

/* one step of the time series */
struct result_interval {
	double start_s, length_s; /* since the start of the measured phase */
	uint64_t ops[OP_KINDS];
	uint64_t errors;
};

/* from good to bad; result_lower keeps the worst */
enum result_status {
	RESULT_VALID,
	RESULT_INTERRUPTED,
	RESULT_MISSED,
	RESULT_INCONCLUSIVE,
	RESULT_INVALID
};

/* "valid", "interrupted", "missed", "inconclusive" or "invalid" */
const char *result_status_name(enum result_status status);

struct result_run {
	const struct job *job;             /* borrowed from result.jobs */
	const struct result_namespace *ns; /* borrowed from result.namespaces */
	struct result_layout layout;
	unsigned repeat;           /* from 0; every format prints result_repeat() */
	enum result_status status; /* of this run alone */
	double elapsed_s;          /* measured phase */
	int interrupted;           /* 1: a signal ended it early */
	int ended_by_ops;          /* 1: it may end before runtime, when jobs have done their ops */
	struct result_op ops[OP_KINDS];
	struct result_pace pace;
	struct result_btt btt;
	struct result_disturbance disturbance;
	struct result_verify verify;
	struct result_errno unfilled; /* blocks that precondition=fill or age could not write */
	struct result_worker *workers;
	size_t nworkers;
	struct result_interval *intervals;
	size_t nintervals;
	double harness_ns_per_op; /* of this job, from a short run with engine=null; NAN: not measured */
	/*
	 * 1: a round before the steady window (key steady_state). No figure is taken from it; only failed ops
	 * and findings of verify count.
	 */
	int settling;
	unsigned round;      /* of the sweep or of the step, from 0; 0 in any other result */
	uint64_t started_at; /* of this run: seconds since the epoch */
	/* the reasons that are about this run alone, without its name; the first nreasons are filled */
	char *reasons[RESULT_RUN_REASONS_MAX];
	unsigned nreasons;
};

/* The rounds of a job with steady_state. result.runs has all of them too. */
struct result_steady {
	const struct job *job; /* borrowed from result.jobs */
	double *iops;          /* of each round, all kinds of op */
	size_t nrounds;
	double range_percent, slope_percent; /* over the last rounds; NAN: too few */
	int reached;                         /* 1: both figures were within their limits */
	unsigned round;                      /* like result_run.round */
};

/*
 * A sweep measures the jobs at several points: with other values of some keys. result.jobs has the jobs of point 0
 * first, then the same jobs of point 1, and so on. Each round runs every point once, so that runs of one round are
 * pairs. npoints 0: the result is no sweep.
 */
struct result_study {
	char **keys; /* the swept keys, in the order in which they were given */
	size_t nkeys;
	char **values; /* of point p and key k at [p * nkeys + k], as in a job file */
	size_t npoints;
	unsigned rounds; /* asked for; an interrupted sweep has fewer */
	uint64_t seed;   /* decides the order of the points in each round */
};

/* Where a result comes from that was read from a file. NULL: this process has measured it. */
struct result_origin {
	char *version, *commit; /* of the bttbench that measured it */
	char *why_not_tsc;      /* the memory of clock.why_not_tsc */
};

/* A figure of one host for one job. */
struct result_figure {
	const struct job *job; /* borrowed from result.jobs */
	char metric[32];       /* a name of metric.h: "iops", "read.p99" */
	double value;          /* median over the measured runs of the host; NAN unknown */
	double deviation;      /* from the median of all hosts, in scaled MADs; NAN unknown */
};

/* When a host measured one run of a merged result. */
struct result_span {
	uint64_t started_at; /* of the measured phase: seconds since the epoch */
	double elapsed_s;
};

/*
 * One of the results that a merged result adds up: of a host, or of a part of one. The runs of the merged result hold the
 * sums.
 */
struct result_member {
	char *name; /* the name of the host, with /1, /2 ... when several results are from it */
	char id[RESULT_ID_MAX]; /* of its result */
	uint64_t started_at;
	struct result_host host;
	struct result_namespace *namespaces; /* as many as result.namespaces, in their order */
	size_t nnamespaces;
	enum result_status status;
	char *reasons[RESULT_REASONS_MAX];
	size_t nreasons;
	struct result_figure *figures; /* every host has the same ones */
	size_t nfigures;
	struct result_span *spans; /* as many as result.runs, in their order */
	size_t nspans;
};

/* A figure that is further from the median of the hosts stands out. members.h says how deviations are scaled. */
#define RESULT_DEVIATION_MAX 3.5

struct result {
	char id[RESULT_ID_MAX]; /* the same in every format; "" before result_name */
	struct job_list jobs;
	char *job_path;      /* NULL: the built-in default */
	uint64_t started_at; /* seconds since the epoch */
	struct result_host host;
	struct result_namespace *namespaces; /* in the order in which jobs first name them */
	size_t nnamespaces;                  /* at least 1 */
	struct clock clock;
	struct result_run *runs;
	size_t nruns;
	struct result_steady *steady;
	size_t nsteady;
	int interrupted_by; /* signal that ended the runs early, 0: none */
	enum result_status status;
	/* why it is not valid, and doubts about a valid one; the first nreasons are filled */
	char *reasons[RESULT_REASONS_MAX];
	size_t nreasons;
	size_t status_reason; /* index in reasons[] of the reason for the status */
	struct result_origin origin;
	struct result_study study;
	/*
	 * A merged result: result.host has only facts that all hosts share, and the names of all. nhosts 0: a result of
	 * one host.
	 */
	struct result_member *hosts;
	size_t nhosts;
	struct result_qualification qualification;
};

/* Frees all memory that the result owns, and sets *result to zero. */
void result_free(struct result *result);
void result_namespace_free(struct result_namespace *ns);

/*
 * Sets result.id, which no other result has: start time (UTC) and a random number, "20261126T024825Z-9f3a1c07". Call it
 * once, after started_at is known.
 */
void result_name(struct result *result);

/* Release and commit of the bttbench that measured the result. */
const char *result_version(const struct result *result);
const char *result_commit(const struct result *result);

/*
 * Sets the status to `status` when that is worse than the current one. Call it before result_add_reason adds the reason
 * for it. result_lower_run also lowers the status of one run.
 */
void result_lower(struct result *result, enum result_status status);
void result_lower_run(struct result *result, struct result_run *run, enum result_status status);

/* The reason for result.status; NULL when there is none. */
const char *result_status_reason(const struct result *result);

/*
 * 1 for a sweep and for a qualification: each of its points is visited in turn, with a new layout, and a few bad runs do
 * not spoil the whole. The points of a qualification are its jobs.
 */
int result_has_visits(const struct result *result);

/* "valid", or of a qualification "PASS", "FAIL", "INVALID", "INCONCLUSIVE", "NOT FINISHED" */
const char *result_verdict_name(const struct result *result);

/* The jobs of one point: all of them, without a sweep. */
size_t result_point_jobs(const struct result *result);

/* The number of the point of a job in result.jobs, from 0; 0 without a sweep. */
size_t result_point(const struct result *result, const struct job *job);

/* The value of swept key `key`, an index in study.keys, at a point. */
const char *result_point_value(const struct result *result, size_t point, size_t key);

/* "nfree=64 lanes=2"; "" without a sweep. A long text is cut. */
struct result_point_text {
	char text[256];
};
struct result_point_text result_point_name(const struct result *result, size_t point);

/* The index of a key in study.keys, or -1. */
int result_study_key(const struct result *result, const char *key);

/* Free the memory of a host, and of an array of namespaces. */
void result_host_free(struct result_host *host);
void result_namespaces_free(struct result_namespace *namespaces, size_t count);

/* Frees the arrays of one run. */
void result_run_free(struct result_run *run);

/*
 * Adds a reason (printf form). When RESULT_REASONS_MAX is reached, the reason for the status replaces the last one and
 * any other is dropped. Also dropped when memory runs out.
 */
void result_add_reason(struct result *result, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same for one run: its reasons beyond RESULT_RUN_REASONS_MAX are dropped. */
void result_run_add_reason(struct result_run *run, const char *reason);

/* The number of the repeat as all formats print it: from 1. */
unsigned result_repeat(const struct result_run *run);

/* 1 unless the run is invalid, inconclusive or settling: its numbers can be used. */
int result_is_good(const struct result_run *run);

/*
 * 1 when the time of an op can be attributed to its kind: with an ordered clock, or in a job with one kind of op.
 * Otherwise the histograms of the run stay empty, and every format shows unknown times.
 */
int result_is_attributable(const struct clock *clock, const struct job *job);

/* The length of the measured phase that the job asks for; NAN: it ends with the ops of a job. */
double result_asked_s(const struct result_run *run);

/* Adds up the workers of a run. */
struct result_crew result_crew_of(const struct result_run *run);

/*
 * The lowest of the job's percentiles that is a lower bound on the response time, as more ops were due and not started
 * than would lie beyond it; 100: only the maximum is one; NAN: none. `op` is a kind of the run; NULL: the lowest of all
 * kinds.
 */
double result_lower_bound_from(const struct result_run *run, const struct result_op *op);

/* 1 when the job asked for this kind of op or the run has some. */
int result_has_op(const struct result_run *run, enum op_kind kind);

/* Ops of all kinds that succeeded. */
uint64_t result_run_ops(const struct result_run *run);

/* Bytes of one op, from the ops or from the job's block size; 0 when both are unknown. */
uint64_t result_op_bytes(const struct result_run *run);

/* Bytes that the ops of one kind moved. */
uint64_t result_bytes(const struct result_run *run, const struct result_op *op);

/* `counter` divided by result_run_ops; NAN without ops. */
double result_per_op(const struct result_run *run, uint64_t counter);

/*
 * Write amplification: bytes stored to media per byte that writes and zeroes had to change; NAN without such ops. Only
 * for runs with btt.valid.
 */
double result_stored_per_user_byte(const struct result_run *run);

/* "flush", "msync", "the device", ...: makes stores to this namespace durable */
const char *result_persisted_by(const struct result_namespace *ns);

/* 1 when a run persisted its stores to this namespace with msync, so that its latencies are those of msync. */
int result_is_synced(const struct result *result, const struct result_namespace *ns);

#endif
