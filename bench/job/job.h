/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * job.h -- a job as the load generator sees it: every key parsed, checked and in its unit.
 *
 * keys.c holds the one table of keys: parser, error texts, help and man page all come from it.
 */
#ifndef BENCH_JOB_H
#define BENCH_JOB_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "pattern/pace.h"
#include "pattern/pattern.h"
#include "numa/topology.h"
#include "pattern/op.h"

#define JOB_NAME_MAX        64
#define JOB_PERCENTILES_MAX 16
#define JOB_THREADS_ALL     0       /* one per core of the chosen nodes */
#define JOB_KEYS_MAX        64      /* places for keys in a job */
#define JOB_LINE_SET        INT_MAX /* "line" of what --set gave */
#define JOB_LIMITS_MAX      16
#define JOB_BLOCKS_MAX      65536
#define JOB_NAMESPACE_MAX   200

enum job_engine {
	JOB_ENGINE_BTT,
	JOB_ENGINE_RAW,
	JOB_ENGINE_NULL,
	JOB_ENGINE_PMEMBLK,
	JOB_ENGINE_BLOCK
};
enum job_rw {
	JOB_READ,
	JOB_WRITE,
	JOB_ZERO,
	JOB_RANDREAD,
	JOB_RANDWRITE,
	JOB_RANDZERO,
	JOB_RW,
	JOB_RANDRW
};
enum job_precondition { JOB_PRECONDITION_NONE, JOB_PRECONDITION_FAULT, JOB_PRECONDITION_FILL };
enum job_lookahead { JOB_LOOKAHEAD_NONE, JOB_LOOKAHEAD_NEXT };
enum job_partition { JOB_PARTITION_SHARED, JOB_PARTITION_THREAD };
/* the values of enum btt_flavour */
enum job_flavour { JOB_FLAVOUR_UEFI, JOB_FLAVOUR_KERNEL, JOB_FLAVOUR_PMDK };
/* the values of enum btt_commit */
enum job_commit { JOB_COMMIT_TWO_FENCE, JOB_COMMIT_STRICT };
enum job_verify { JOB_VERIFY_NONE, JOB_VERIFY_STAMP };

/* the first three are of enum op_kind; the last three the same, of random operations */
enum job_limit_op {
	JOB_LIMIT_READ,
	JOB_LIMIT_WRITE,
	JOB_LIMIT_ZERO,
	JOB_LIMIT_TOTAL,
	JOB_LIMIT_RANDREAD,
	JOB_LIMIT_RANDWRITE,
	JOB_LIMIT_RANDZERO
};
/* from MIN on latencies: of response where there is a rate, else of service */
enum job_limit_metric {
	JOB_LIMIT_IOPS,
	JOB_LIMIT_BW,
	JOB_LIMIT_ERRORS,
	JOB_LIMIT_MIN,
	JOB_LIMIT_MEAN,
	JOB_LIMIT_MAX,
	JOB_LIMIT_PERCENTILE
};

struct job_limit {
	enum job_limit_op op;
	enum job_limit_metric metric;
	double percentile; /* JOB_LIMIT_PERCENTILE */
	int at_least;      /* 1: >= value, 0: <= value */
	uint64_t value;    /* ops/s, bytes/s, errors or ns */
	int line;          /* as key_line */
};

/* rounds 0: off. Steady: both figures of the last `rounds` rounds are within their percentage. */
struct job_steady {
	unsigned rounds, rounds_max;
	double range_percent, slope_percent;
};

struct job_source;

/* part of a region, of the blocks that the layout has */
struct job_extent {
	int is_percent;
	double percent; /* in millionths */
	uint64_t bytes;
};

struct job_region {
	struct job_extent offset, size;
	int to_end; /* 1: no size was given */
};

struct job {
	char name[JOB_NAME_MAX];         /* section name: printable ASCII */
	int line;                        /* position of the section's heading: job/source.h */
	const struct job_source *source; /* of its lines, of the list; NULL: no file */
	enum job_engine engine;
	char ns_spec[JOB_NAMESPACE_MAX]; /* "": the command's NS */
	enum job_rw rw;
	unsigned percent[OP_KINDS]; /* of read, write, zero: from rwmix, or 100 of what rw says */
	uint32_t bs;                /* bytes; 0 = the sector size of the layout */
	unsigned blocks;            /* of bs bytes, consecutive: one op */
	unsigned threads;           /* JOB_THREADS_ALL or >= 1 */
	unsigned lanes;             /* 0 = threads */
	uint32_t nfree;             /* 0 = the layout's, or 256 when one is made */
	enum job_flavour flavour;   /* of a layout that is made (dram:) */
	enum job_commit commit;
	struct placement placement;
	enum pattern_kind pattern; /* when not given: from rw */
	struct pattern_shape shape;
	enum job_partition partition; /* when not given: from pattern */
	struct job_region region;
	enum job_lookahead lookahead;
	uint64_t runtime_ns;   /* measured phase; 0 = until `ops` are done */
	uint64_t ramp_time_ns; /* before it, not measured */
	uint64_t ops;          /* per thread; 0 = no limit */
	uint64_t rate_iops;    /* open loop: per thread; 0 = closed */
	enum pace_arrival arrival;
	uint64_t seed;
	enum job_precondition precondition; /* when not given: from the mix */
	enum job_verify verify;
	uint64_t interval_ns; /* step of the time series */
	unsigned stonewall;   /* 1: starts only when the jobs before it are through */
	unsigned repeat;      /* measured runs */
	struct job_steady steady;
	struct job_limit limits[JOB_LIMITS_MAX];
	unsigned nlimits;
	double percentiles[JOB_PERCENTILES_MAX];
	unsigned npercentiles;
	/* where key i was given: 0 nowhere, its position (below `line`: [global]), or JOB_LINE_SET */
	int key_line[JOB_KEYS_MAX];
};

struct job_list {
	struct job *jobs;
	size_t count;
	struct job_source *source; /* job/source.h: what the positions of lines mean */
};

/*
 * Reads a job file; NULL = the built-in default job, which says what workloads/default.job says.
 * Then applies `sets` ("key=value", the last wins) to every job. `--set ops=` alone lifts the
 * runtime of the file, `--set rw=` to one kind its rwmix. 0, or -1 with one line in `why`: file,
 * job, line, key, value and what is allowed; the list is then empty. errno is ENOMEM when it was memory that
 * was missing.
 */
int job_list_load(struct job_list *list, const char *path, char *const *sets, size_t nsets,
		  char *why, size_t why_size);
void job_list_free(struct job_list *list);

/* whether it `is` so of a file that the job file includes */
int job_list_any_include(const struct job_list *list, int (*is)(const char *file, const char *arg),
			 const char *arg);

/* how many jobs from list->jobs[first] on run together: up to the next stonewall */
size_t job_group_length(const struct job_list *list, size_t first);

/*
 * What the jobs of a group ask of the engine they share, as one job: the first one's, but with ops
 * that change blocks when any has them, the precondition that does most, and the most blocks an op.
 */
void job_group_unite(const struct job *jobs, size_t count, struct job *united);

/* parts of a limit as text: "p99.9", "limit.write.p99.9", "4us"; a value of NAN is "none" */
struct job_limit_text {
	char text[64];
};
struct job_limit_text job_limit_metric_name(const struct job_limit *limit);
struct job_limit_text job_limit_key(const struct job_limit *limit);
struct job_limit_text job_limit_value(const struct job_limit *limit, double value);

/* 1 when a job file, the built-in job or --set gave this key, 0 when it holds its default */
int job_key_given(const struct job *job, const char *key);

/*
 * How a message about a key starts: "job 'oltp', line 7: bs=5000" or "--set bs=5000", and for a
 * default "job 'oltp': bs=sector".
 */
void job_key_where(const struct job *job, const char *key, char *text, size_t size);

/*
 * The table of keys. Text, and the part of a man page that follows a heading: key, meaning, values, unit, default.
 * Words, for shell completion: a line for each key, with the words that its value can be or begin with; the
 * row of limits is a line for each OP.METRIC.
 */
void job_keys_print(FILE *out);
void job_keys_print_man(FILE *out);
void job_keys_print_words(FILE *out);

/*
 * Calls `each` for every key with its effective value as job-file text. A job file of these lines
 * gives the same job.
 */
void job_each_key(const struct job *job,
		  void (*each)(void *arg, const char *key, const char *value), void *arg);

/* what stands between key and value: "=", or nothing where the value brings it, as "<=4us" of a limit does */
const char *job_key_sign(const char *value);

#endif
