/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * job.h -- one job: every key parsed, checked and converted to its unit.
 *
 * job_list.h loads jobs, job_key.h reads and prints single keys, keys.c has the table of all keys.
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
#define JOB_KEYS_MAX        64      /* size of job.key_line */
#define JOB_ROTATE_MAX      16      /* BTT_ROTATE_MAX */
#define JOB_LINE_SET        INT_MAX /* the line of a value that --set gave */
#define JOB_LIMITS_MAX      16
#define JOB_BLOCKS_MAX      65536
#define JOB_BATCH_MAX       64 /* BTT_BATCH_MAX */
#define JOB_NAMESPACE_MAX   200
#define JOB_AGE_PASSES_MAX  100

enum job_engine {
	JOB_ENGINE_BTT,
	JOB_ENGINE_RAW,
	JOB_ENGINE_NULL,
	JOB_ENGINE_PMEMBLK,
	JOB_ENGINE_BLOCK,
	JOB_ENGINE_FLOOR
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
/* FILL and AGE also do FAULT */
enum job_precondition {
	JOB_PRECONDITION_NONE,
	JOB_PRECONDITION_FAULT,
	JOB_PRECONDITION_FILL,
	JOB_PRECONDITION_AGE
};
enum job_lookahead { JOB_LOOKAHEAD_NONE, JOB_LOOKAHEAD_NEXT, JOB_LOOKAHEAD_TWO };
enum job_partition { JOB_PARTITION_SHARED, JOB_PARTITION_THREAD };
/* same values as enum btt_flavour */
enum job_flavour { JOB_FLAVOUR_UEFI, JOB_FLAVOUR_KERNEL, JOB_FLAVOUR_PMDK };
/* same values as enum btt_commit */
enum job_commit { JOB_COMMIT_TWO_FENCE, JOB_COMMIT_STRICT };
enum job_verify { JOB_VERIFY_NONE, JOB_VERIFY_STAMP };
enum job_unknown { JOB_UNKNOWN_FINDING, JOB_UNKNOWN_ACCEPT };

/* The first three equal enum op_kind. The last three apply only to jobs with rw=rand*. */
enum job_limit_op {
	JOB_LIMIT_READ,
	JOB_LIMIT_WRITE,
	JOB_LIMIT_ZERO,
	JOB_LIMIT_TOTAL,
	JOB_LIMIT_RANDREAD,
	JOB_LIMIT_RANDWRITE,
	JOB_LIMIT_RANDZERO
};
/* MIN and all after it are latencies: response times if the job has a rate, else service times. */
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
	double percentile; /* for JOB_LIMIT_PERCENTILE */
	int at_least;      /* 1: >= value, 0: <= value */
	uint64_t value;    /* ops/s, bytes/s, errors or ns */
	int line;          /* like job.key_line */
};

/*
 * rounds = 0 means off. A job is steady when range and slope of its last `rounds` rounds are within
 * these percentages.
 */
struct job_steady {
	unsigned rounds, rounds_max;
	double range_percent, slope_percent;
};

struct job_source;

/* offset or size of a region: bytes, or a percentage of the blocks of the layout */
struct job_extent {
	int is_percent;
	double percent; /* resolution: 1e-6 */
	uint64_t bytes;
};

struct job_region {
	struct job_extent offset, size;
	int to_end; /* 1: no size given, the region ends with the layout */
};

/* The near node of a namespace, when the job gives it. */
struct job_node {
	int is_given, node;
};

struct job {
	char name[JOB_NAME_MAX];         /* section name: printable ASCII */
	int line;                        /* position of the section heading, see source.h */
	const struct job_source *source; /* owned by the list; NULL: the job has no file */
	enum job_engine engine;
	char ns_spec[JOB_NAMESPACE_MAX]; /* "": the NS argument of the command */
	struct job_node ns_node;
	enum job_rw rw;
	unsigned percent[OP_KINDS]; /* read, write, zero: from rwmix, or 100 for the kind of rw */
	uint32_t bs;                /* bytes; 0 = the sector size of the layout */
	unsigned blocks;            /* consecutive blocks of bs bytes in one op */
	unsigned threads;           /* JOB_THREADS_ALL or >= 1 */
	unsigned lanes;             /* 0 = threads */
	uint32_t nfree;             /* 0 = as in the layout, 256 in a new one */
	enum job_flavour flavour;   /* for a new layout (dram:) */
	enum job_commit commit;
	unsigned rotate; /* free blocks of each arena that a lane writes in turn */
	struct placement placement;
	enum pattern_kind pattern; /* default depends on rw */
	struct pattern_shape shape;
	enum job_partition partition; /* default depends on pattern */
	struct job_region region;
	enum job_lookahead lookahead;
	uint64_t runtime_ns;   /* length of the measured phase; 0 = until `ops` are done */
	uint64_t ramp_time_ns; /* load before the measured phase */
	uint64_t ops;          /* per thread; 0 = no limit */
	uint64_t rate_iops;    /* per thread; 0 = closed loop */
	enum pace_arrival arrival;
	uint64_t seed;
	enum job_precondition precondition; /* default depends on percent[] */
	unsigned age_passes; /* for JOB_PRECONDITION_AGE: times that it writes every block */
	enum job_verify verify;
	enum job_unknown verify_unknown;
	unsigned compress_percent; /* of the bytes of a written block: zeros */
	unsigned dedupe_percent;   /* of the written blocks: copies of an earlier one */
	unsigned latency_every;    /* one op of so many is timed; 1 in an open loop */
	uint64_t interval_ns;      /* step of the time series */
	unsigned stonewall;        /* 1: starts after all earlier jobs have ended */
	unsigned repeat;           /* number of measured runs */
	struct job_steady steady;
	struct job_limit limits[JOB_LIMITS_MAX];
	unsigned nlimits;
	double percentiles[JOB_PERCENTILES_MAX];
	unsigned npercentiles;
	unsigned batch; /* blocks that a worker does in one call; 1 = no batches */
	/*
	 * Where key i was given: 0 = nowhere, JOB_LINE_SET, or a position. A position below `line` is
	 * in [global].
	 */
	int key_line[JOB_KEYS_MAX];
};

/* How often the job writes every block of its region before its load; 0: it does not. */
static inline unsigned
job_fill_passes(const struct job *job)
{
	if (job->precondition == JOB_PRECONDITION_AGE)
		return job->age_passes;
	return job->precondition == JOB_PRECONDITION_FILL;
}

/* A line of the section [study] or [qualify]: a setting of a sweep or of a qualification, not of a job. */
struct job_setting {
	char *name, *value;
	int line; /* like job.line */
};

struct job_list {
	struct job *jobs;
	size_t count;
	struct job_source *source; /* maps positions to files and lines */
	struct job_setting *study;
	size_t nstudy;
	struct job_setting *qualify;
	size_t nqualify;
};

#endif
