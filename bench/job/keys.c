/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * keys.c -- the table of all keys. A new key needs a row here and a field in struct job.
 *
 * Invariant: every `initial` parses without error (keys_set_defaults asserts this).
 */
#include "keys.h"

#include <assert.h>
#include <string.h>

#include "limit.h"

#define FIELD(f) .field_off = offsetof(struct job, f), .field_size = sizeof(((struct job *)0)->f)

#define SECOND   1000000000ull
#define HOUR     (3600 * SECOND)
#define YEAR     (8760 * HOUR)
#define GIB      (1ull << 30)
#define MILLISEC 1000000ull

#define WORDS(...)                                             \
	.type = &key_type_word, .words = (const char *const[]) \
	{                                                      \
		__VA_ARGS__, NULL                              \
	}
#define NUMBER(kind, low, high) \
	.type = &key_type_number, .unit = &key_unit_##kind, .min = (low), .max = (high)

static const struct key keys[] = {
	{
		.name = "engine",
		WORDS("btt", "raw", "null", "pmemblk", "block"),
		FIELD(engine),
		.initial = "btt",
		.meaning = "what executes operations: the BTT, the bare mapped memory, nothing, "
			   "the system's "
			   "libpmemblk on a pool file, a block device (or a file) past the page "
			   "cache, one operation outstanding for each thread; there a zero is "
			   "BLKZEROOUT (on a file fallocate)",
	},
	{
		.name = "namespace",
		.type = &key_type_path,
		.values = "the path of a file or a device, or dram:SIZE; or default",
		FIELD(ns_spec),
		.initial = "default",
		.meaning = "what the job goes to; default: NS of the command. Jobs that run "
			   "together share one",
	},
	{
		.name = "rw",
		WORDS("read", "write", "zero", "randread", "randwrite", "randzero", "rw", "randrw"),
		FIELD(rw),
		.initial = "randrw",
		.meaning = "kind and order of operations",
	},
	{
		.name = "rwmix",
		.measure = "percent of operations",
		.type = &key_type_mix,
		.values = "shares of read, write and zero like read:70,write:25,zero:5; sum 100",
		.initial = "read:70,write:25,zero:5",
		.meaning = "percent of operations of each kind, for rw=rw and rw=randrw",
	},
	{
		.name = "bs",
		NUMBER(size, 512, GIB),
		.zero_word = "sector",
		FIELD(bs),
		.initial = "sector",
		.meaning = "bytes of one block; sector: as the layout has it",
	},
	{
		.name = "blocks",
		.measure = "blocks",
		NUMBER(count, 1, JOB_BLOCKS_MAX),
		FIELD(blocks),
		.initial = "1",
		.meaning = "consecutive blocks of one operation, which is as whole as each of them "
			   "and no more: it fails with the first that does. Operations start "
			   "whole operations apart from the start of the region",
	},
	{
		.name = "threads",
		.measure = "workers",
		NUMBER(count, 1, 10000),
		.zero_word = "all",
		FIELD(threads),
		.initial = "1",
		.meaning = "workers, one lane each; all: one per core of the chosen nodes",
	},
	{
		.name = "lanes",
		.measure = "lanes",
		NUMBER(count, 1, 10000),
		.zero_word = "threads",
		FIELD(lanes),
		.initial = "threads",
		.meaning = "lanes the layout is opened with; threads: as many as threads",
	},
	{
		.name = "nfree",
		.measure = "blocks",
		NUMBER(count, 1, 1000000),
		.zero_word = "layout",
		FIELD(nfree),
		.initial = "layout",
		.meaning = "free blocks per arena; layout: as it has them, 256 when one is made",
	},
	{
		.name = "flavour",
		WORDS("uefi", "kernel", "pmdk"),
		FIELD(flavour),
		.initial = "uefi",
		.meaning = "variant of a layout that is made",
	},
	{
		.name = "commit",
		WORDS("two-fence", "strict"),
		FIELD(commit),
		.initial = "two-fence",
		.meaning =
			"fences in a write: strict: four; two-fence: two, the map left to the log",
	},
	{
		.name = "placement",
		.measure = "CPU and node numbers of the operating system",
		.type = &key_type_placement,
		.values = "local, remote, spread, node:N, cpus:LIST like cpus:0-3,8",
		.initial = "local",
		.meaning = "where workers run; local: on the node of the namespace",
	},
	{
		.name = "smt",
		WORDS("avoid", "use"),
		FIELD(placement.smt),
		.initial = "avoid",
		.meaning = "avoid: one worker per core; use: one per hardware thread",
	},
	{
		.name = "oversubscribe",
		WORDS("0", "1"),
		FIELD(placement.oversubscribe),
		.initial = "0",
		.meaning = "1: more workers than places share them; 0: that is an error",
	},
	{
		.name = "pattern",
		.type = &key_type_pattern,
		.values = "uniform, seq, zipf:THETA from 0.01 to 5 like zipf:0.99, "
			  "hotspot:OPS/BLOCKS in percent like hotspot:80/20, stride:N from 1 to 1T "
			  "like stride:8",
		.derived = "uniform when rw is rand*, else seq",
		.meaning =
			"which block, or group of `blocks` blocks, comes next; zipf: the r-th most "
			"popular in proportion to 1/r^THETA; hotspot: OPS percent of the "
			"operations to BLOCKS percent of the blocks; stride: every N-th, then "
			"those beside them, until all have come. Popular blocks lie scattered, "
			"as the seed draws them",
	},
	{
		.name = "partition",
		WORDS("shared", "thread"),
		FIELD(partition),
		.derived = "thread when the pattern is seq, else shared",
		.meaning = "shared: every worker uses all blocks of the region; thread: an equal "
			   "part each, and the last one what is left over; no two meet",
	},
	{
		.name = "region",
		.type = &key_type_region,
		.values = "all, or offset:OFF,size:SIZE or one of them, each a size like 64M or a "
			  "percentage like 25%; whole blocks",
		.initial = "all",
		.meaning = "bytes, or percent of the layout's blocks, that the job keeps to, "
			   "precondition=fill too; size: to the end when it is not given",
	},
	{
		.name = "lookahead",
		WORDS("none", "next"),
		FIELD(lookahead),
		.initial = "next",
		.meaning =
			"next: the map line of the next operation is fetched while this one runs, "
			"as "
			"the processor does by itself where no clock is read in between; none: not",
	},
	{
		.name = "runtime",
		NUMBER(duration, 0, YEAR),
		FIELD(runtime_ns),
		.initial = "10s",
		.meaning = "seconds of the measured phase; 0, also when only ops is given: until "
			   "ops are done",
	},
	{
		.name = "ramp_time",
		NUMBER(duration, 0, YEAR),
		FIELD(ramp_time_ns),
		.initial = "0",
		.meaning = "seconds of load before the measured phase",
	},
	{
		.name = "ops",
		.measure = "operations per worker",
		NUMBER(count, 0, UINT64_MAX),
		FIELD(ops),
		.initial = "0",
		.meaning = "operations per thread in the measured phase; 0: no limit. The phase "
			   "ends when every "
			   "job that has such a limit has reached it, or after runtime",
	},
	{
		.name = "rate_iops",
		.measure = "operations per second and worker",
		NUMBER(count, 1, PACE_RATE_MAX),
		.zero_word = "off",
		FIELD(rate_iops),
		.initial = "off",
		.meaning = "open loop: operations per second and thread, started when they are "
			   "due, or "
			   "late, but never skipped; off: one after the other",
	},
	{
		.name = "arrival",
		WORDS("linear", "poisson"),
		FIELD(arrival),
		.initial = "linear",
		.meaning =
			"with rate_iops; linear: evenly spaced, poisson: independent of each other",
	},
	{
		.name = "seed",
		NUMBER(seed, 0, UINT64_MAX),
		FIELD(seed),
		.initial = "1",
		.meaning = "start of the random sequence; the same seed, the same operations",
	},
	{
		.name = "stonewall",
		WORDS("0", "1"),
		FIELD(stonewall),
		.initial = "0",
		.meaning =
			"1, or the bare word: starts when the jobs before it are through; 0: runs "
			"together with them, on the same engine and from the same moment on",
	},
	{
		.name = "repeat",
		.measure = "runs",
		NUMBER(count, 1, 1000),
		FIELD(repeat),
		.initial = "1",
		.meaning = "measured runs, each with a result of its own; run n, from 0, draws "
			   "from seed+n",
	},
	{
		.name = "steady_state",
		.measure = "runs (rounds, max), percent (range, slope)",
		.type = &key_type_rounds,
		.values =
			"off, or any of rounds:5,range:20,slope:10,max:25 (percent; rounds and max "
			"from 2 to 100)",
		.initial = "off",
		.meaning = "repeats the run until the IOPS of the last `rounds` runs differ by at "
			   "most "
			   "`range` percent of their mean and the least-squares line through them "
			   "rises "
			   "or falls by at most `slope` percent of it; these runs are the result. "
			   "After "
			   "`max` runs the result is inconclusive",
	},
	{
		.name = LIMIT_KEY,
		.measure = "operations per second (iops), bytes per second (bw), operations "
			   "(errors), seconds (the others)",
		.type = &key_type_limit,
		.values = "<= VALUE or >= VALUE; OP: read, write, zero, total, or randread, "
			  "randwrite, "
			  "randzero for rw=rand*; METRIC: iops, bw (bytes per second), errors, and "
			  "but "
			  "for total min, mean, max, p99, p99.9, ... (durations)",
		.derived = "none",
		.meaning = "what every measured run must hold, else the exit code is 3, like "
			   "limit.randwrite.p99 <= 4us. With rate_iops latencies are response "
			   "times, from "
			   "when an operation was due. A result with failed operations is invalid "
			   "unless a "
			   "limit on errors allows them",
	},
	{
		.name = "precondition",
		WORDS("none", "fault", "fill"),
		FIELD(precondition),
		.derived = "fill when reads are in the mix, else fault",
		.meaning = "before the load; fault: touch every page, fill: write every block of "
			   "the region once",
	},
	{
		.name = "verify",
		WORDS("none", "stamp"),
		FIELD(verify),
		.initial = "none",
		.meaning =
			"stamp: every 8 bytes written say by whom, at which sequence and for which "
			"block; each read and a sweep at the end check them",
	},
	{
		.name = "interval",
		NUMBER(duration, 10 * MILLISEC, HOUR),
		FIELD(interval_ns),
		.initial = "1s",
		.meaning = "seconds of one step of the time series",
	},
	{
		.name = "percentiles",
		.measure = "percent of operations",
		.type = &key_type_percentiles,
		.values = "at most 16 ascending percentages above 0 like 50,99,99.9",
		.initial = "50,90,95,99,99.9,99.99",
		.meaning = "percentiles of latency to print",
	},
};

#define NKEYS (sizeof(keys) / sizeof(keys[0]))

static_assert(NKEYS <= JOB_KEYS_MAX, "job.key_line has a place for every key");
static_assert(JOB_PERCENTILES_MAX == 16, "the row of percentiles names the number");

const struct key *
keys_at(unsigned index)
{
	return index < NKEYS ? &keys[index] : NULL;
}

int
key_is_flag(const struct key *key)
{
	return key->words && !strcmp(key->words[0], "0");
}

const struct key *
keys_find(const char *name)
{
	if (strncmp(name, LIMIT_PREFIX, strlen(LIMIT_PREFIX)) == 0)
		name = LIMIT_KEY;
	for (const struct key *key = keys; key < keys + NKEYS; key++)
		if (strcmp(key->name, name) == 0)
			return key;
	return NULL;
}

unsigned
keys_index(const struct key *key)
{
	return (unsigned)(key - keys);
}

int
keys_line(const struct job *job, const char *name)
{
	const struct key *key = keys_find(name);

	assert(key);
	return job->key_line[keys_index(key)];
}

void
keys_set_defaults(struct job *job)
{
	struct why why;

	for (const struct key *key = keys; key < keys + NKEYS; key++) {
		int err = key->initial ? key->type->parse(key, job, key->initial, &why) : 0;

		assert(!err);
		(void)err;
	}
	job->nlimits = 0;
	memset(job->key_line, 0, sizeof(job->key_line));
}

int
keys_set(const struct key *key, struct job *job, const char *value, int line, struct why *why)
{
	if (key->type->parse(key, job, value, why))
		return -1;
	job->key_line[keys_index(key)] = line;
	if (key->type == &key_type_limit)
		job->limits[job->nlimits - 1].line = line;
	return 0;
}
