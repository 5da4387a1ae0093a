/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * job.h -- a job as the load generator sees it: every key parsed, checked and in its unit.
 *
 * job_list.h loads jobs, job_key.h reads a job key by key, keys.c has the table of all keys.
 */
#ifndef BENCH_JOB_H
#define BENCH_JOB_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "pattern/pace.h"
#include "pattern/pattern.h"
#include "placement.h"
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
	struct job_source *source; /* job/source.h: the file and line of each position */
};

#endif
