/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * keys.c -- the table of all keys; keys_set.c works with it. A new key needs a row here and a field in struct job.
 *
 * Invariant: every `initial` parses without error (keys_set_defaults asserts this).
 */
#include "keys.h"

#include <assert.h>

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
/* where not every value is a word: how values can begin, for completion */
#define COMPLETIONS(...)               \
	.words = (const char *const[]) \
	{                              \
		__VA_ARGS__, NULL      \
	}
#define NUMBER(kind, low, high) \
	.type = &key_type_number, .unit = &key_unit_##kind, .min = (low), .max = (high)

static const struct key keys[] = {
	{
		.name = "engine",
		WORDS("btt", "raw", "null", "pmemblk", "block", "floor"),
		FIELD(engine),
		.initial = "btt",
		.meaning = "executes the operations. btt: libbtt. raw: copies and flushes on "
			   "the mapped memory, without a BTT. null: no work, to measure the "
			   "load generator itself. pmemblk: libpmemblk of the system, on a "
			   "pool file. block: a block device or a file, past the page cache, "
			   "one operation at a time for each thread; a zero is BLKZEROOUT, on "
			   "a file fallocate. floor: only the stores and fences that no write "
			   "of a BTT can do without. A write is the block and 16 bytes, a fence, "
			   "16 bytes of a map line, a fence; a read is a copy; a zero is 4 bytes "
			   "and a fence",
	},
	{
		.name = "namespace",
		.type = &key_type_path,
		COMPLETIONS("default", "dram:"),
		.values = "the path of a file or a device, or dram:SIZE; or default",
		FIELD(ns_spec),
		.initial = "default",
		.meaning = "namespace of the job. default: NS of the command. Jobs that run "
			   "together share one namespace",
	},
	{
		.name = "namespace_node",
		.measure = "node number of the operating system",
		.type = &key_type_node,
		COMPLETIONS("auto"),
		.values = "auto, or the number of a node",
		FIELD(ns_node),
		.initial = "auto",
		.meaning = "the NUMA node that placement=local and remote take for that of the "
			   "namespace. auto: as bttbench list shows it; memory is bound to the "
			   "node of the first worker. A number settles it by hand, when the "
			   "sources of this machine disagree; memory (dram:) is bound to the "
			   "node. All jobs on a namespace need the same value",
	},
	{
		.name = "rw",
		WORDS("read", "write", "zero", "randread", "randwrite", "randzero", "rw", "randrw"),
		FIELD(rw),
		.initial = "randrw",
		.meaning = "kind and order of the operations",
	},
	{
		.name = "rwmix",
		.measure = "percent of operations",
		.type = &key_type_mix,
		COMPLETIONS("read:70,write:25,zero:5", "read:70,write:30"),
		.values = "shares of read, write and zero like read:70,write:25,zero:5; sum 100",
		.initial = "read:70,write:25,zero:5",
		.meaning = "percentage of each kind of operation, for rw=rw and rw=randrw",
	},
	{
		.name = "bs",
		NUMBER(size, 512, GIB),
		.zero_word = "sector",
		FIELD(bs),
		.initial = "sector",
		.meaning = "bytes of one block. sector: the sector size of the layout",
	},
	{
		.name = "blocks",
		.measure = "blocks",
		NUMBER(count, 1, JOB_BLOCKS_MAX),
		FIELD(blocks),
		.initial = "1",
		.meaning = "consecutive blocks of one operation. Each block is atomic; the "
			   "operation as a whole is not. It stops at the first block that "
			   "fails; engine=btt does the blocks as batches (see batch) of up to "
			   "64, if each worker can own as many lanes, and then the other "
			   "blocks of a batch are done. Operations are aligned: they start at "
			   "multiples of this many blocks from the start of the region",
	},
	{
		.name = "batch",
		.measure = "blocks",
		NUMBER(count, 1, JOB_BATCH_MAX),
		FIELD(batch),
		.initial = "1",
		.meaning = "blocks that a worker reads or writes in one call of engine=btt, each "
			   "chosen by the pattern: a group commit. The writes of a batch share "
			   "their fences; each block is atomic, the batch as a whole is not. All "
			   "blocks of a batch have one kind of operation; zeroes are done one "
			   "after the other. Each worker owns this many lanes. Operations and "
			   "IOPS count blocks, and latencies are those of batches",
	},
	{
		.name = "threads",
		.measure = "workers",
		NUMBER(count, 1, 10000),
		.zero_word = "all",
		FIELD(threads),
		.initial = "1",
		.meaning = "number of workers. Each one owns a lane, or as many as batch and "
			   "blocks need. all: one worker for each core of the chosen nodes",
	},
	{
		.name = "lanes",
		.measure = "lanes",
		NUMBER(count, 1, 10000),
		.zero_word = "threads",
		FIELD(lanes),
		.initial = "threads",
		.meaning = "number of lanes to open the layout with. threads: as many as "
			   "threads own. Fewer than threads: workers share lanes, each locked for "
			   "the time of an "
			   "op, as in the kernel with more CPUs than lanes; the result counts the "
			   "waits. More: the others stay idle; a second lane turns read tracking "
			   "on, further lanes cost nothing",
	},
	{
		.name = "nfree",
		.measure = "blocks",
		NUMBER(count, 1, 1000000),
		.zero_word = "layout",
		FIELD(nfree),
		.initial = "layout",
		.meaning = "free blocks of each arena. layout: as in the existing layout, 256 "
			   "in a new one",
	},
	{
		.name = "rotate",
		.measure = "free blocks",
		NUMBER(count, 1, JOB_ROTATE_MAX),
		FIELD(rotate),
		.initial = "1",
		.meaning = "free blocks of each arena that a lane writes in turn, at most nfree "
			   "divided by lanes. With one, every write has to look at the blocks "
			   "that all other lanes read, because the write before it freed the "
			   "block that it needs. With more, a freed block rests, one look "
			   "serves as many writes, and the log entries of a lane lie on as many "
			   "cache lines",
	},
	{
		.name = "flavour",
		WORDS("uefi", "kernel", "pmdk"),
		FIELD(flavour),
		.initial = "uefi",
		.meaning = "variant of a new layout",
	},
	{
		.name = "commit",
		WORDS("two-fence", "strict"),
		FIELD(commit),
		.initial = "two-fence",
		.meaning = "order of stores and fences in a write. strict: four fences. "
			   "two-fence: two fences; the map entry can be recovered from the log",
	},
	{
		.name = "placement",
		.measure = "CPU and node numbers of the operating system",
		.type = &key_type_placement,
		COMPLETIONS("local", "remote", "spread", "node:", "cpus:"),
		.values = "local, remote, spread, node:N, cpus:LIST like cpus:0-3,8 or "
			  "cpus:0-126:2",
		.initial = "local",
		.meaning = "CPUs of the workers. local: on the node of the namespace. remote: "
			   "on the other nodes. spread: over all nodes. node: on node N. cpus: "
			   "on the CPUs of LIST, also on CPUs outside the affinity of the "
			   "process if the kernel allows it, as for isolated CPUs. In LIST, "
			   "A-B:N is every N-th CPU from A to B, and A-B:M/N the first M of "
			   "every N CPUs; the order does not matter",
	},
	{
		.name = "smt",
		WORDS("avoid", "use"),
		FIELD(placement.smt),
		.initial = "avoid",
		.meaning = "avoid: one worker for each core. use: one worker for each hardware "
			   "thread",
	},
	{
		.name = "oversubscribe",
		WORDS("0", "1"),
		FIELD(placement.oversubscribe),
		.initial = "0",
		.meaning = "1: allows more workers than CPUs; they share the CPUs. 0: more "
			   "workers than CPUs are an error",
	},
	{
		.name = "pattern",
		.type = &key_type_pattern,
		COMPLETIONS("uniform", "seq", "zipf:", "hotspot:", "stride:"),
		.values = "uniform, seq, zipf:THETA from 0.01 to 5 like zipf:0.99, "
			  "hotspot:OPS/BLOCKS in percent like hotspot:80/20, stride:N from 1 to 1T "
			  "like stride:8",
		.derived = "uniform when rw is rand*, else seq",
		.meaning = "choice of the next block (or group of `blocks` blocks). uniform: "
			   "every block with the same probability. seq: one block after the "
			   "other. zipf: the r-th most popular block has a share in proportion "
			   "to 1/r^THETA. hotspot: OPS percent of the operations go to BLOCKS "
			   "percent of the blocks. stride: every N-th block to the end, then "
			   "again from the second block, and so on until all blocks were used. "
			   "Popular blocks are scattered over the region; the seed decides "
			   "where",
	},
	{
		.name = "partition",
		WORDS("shared", "thread"),
		FIELD(partition),
		.derived = "thread when the pattern is seq, else shared",
		.meaning = "shared: every worker uses all blocks of the region. thread: each "
			   "worker has an equal part of its own; the last one also has the "
			   "remainder",
	},
	{
		.name = "region",
		.type = &key_type_region,
		COMPLETIONS("all", "offset:", "size:"),
		.values = "all, or offset:OFF,size:SIZE or one of them, each a size like 64M or a "
			  "percentage like 25%; whole blocks",
		.initial = "all",
		.meaning = "part of the layout that the job uses, in bytes or in percent of "
			   "its blocks. precondition=fill and age write this part only. Without "
			   "size, the region ends at the last block",
	},
	{
		.name = "lookahead",
		WORDS("none", "next", "two"),
		FIELD(lookahead),
		.initial = "none",
		.meaning = "next: fetches the map line of the next operation while this one "
			   "runs (engine=raw: its first lines). two: fetches the map line of the "
			   "operation after the next one, and the first lines of the block of the "
			   "next one. Both are foresight, which a client does not have, so every "
			   "format names it in the result. none: no such fetch",
	},
	{
		.name = "runtime",
		NUMBER(duration, 0, YEAR),
		FIELD(runtime_ns),
		.initial = "10s",
		.meaning = "length of the measured phase in seconds. 0: the phase lasts until "
			   "ops are done; this is also the default when ops is given",
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
		.meaning = "operations of each thread in the measured phase. 0: no limit. The "
			   "phase ends when all jobs with a limit have reached it, or after "
			   "runtime",
	},
	{
		.name = "rate_iops",
		.measure = "operations per second and worker",
		NUMBER(count, 1, PACE_RATE_MAX),
		.zero_word = "off",
		FIELD(rate_iops),
		.initial = "off",
		.meaning = "open loop: operations per second of each thread. An operation "
			   "starts when it is due, or late when the one before it still runs; "
			   "none is skipped. Before each operation a thread spins for up to 10 ms "
			   "(100 us if it shares its CPU with another worker) so that the "
			   "processor is warm; during a longer wait it sleeps first. off: closed "
			   "loop, one operation after the other",
	},
	{
		.name = "arrival",
		WORDS("linear", "poisson"),
		FIELD(arrival),
		.initial = "linear",
		.meaning = "times at which operations are due, with rate_iops. linear: evenly "
			   "spaced, and the operations of the threads of a job take turns. "
			   "poisson: independent of each other",
	},
	{
		.name = "seed",
		NUMBER(seed, 0, UINT64_MAX),
		FIELD(seed),
		.initial = "1",
		.meaning = "start of the random sequence. The same seed gives the same "
			   "operations",
	},
	{
		.name = "stonewall",
		WORDS("0", "1"),
		FIELD(stonewall),
		.initial = "0",
		.meaning = "1, or the word alone: the job starts after the jobs before it have "
			   "ended. 0: it runs together with them, on the same engine, and "
			   "starts at the same moment",
	},
	{
		.name = "repeat",
		.measure = "runs",
		NUMBER(count, 1, 1000),
		FIELD(repeat),
		.initial = "1",
		.meaning = "number of measured runs. Each has its own result; repeat n, "
			   "counted from 1, uses seed+n-1",
	},
	{
		.name = "steady_state",
		.measure = "runs (rounds, max), percent (range, slope)",
		.type = &key_type_rounds,
		COMPLETIONS("off", "rounds:5,range:20,slope:10,max:25"),
		.values =
			"off, or any of rounds:5,range:20,slope:10,max:25 (percent; rounds and max "
			"from 2 to 100)",
		.initial = "off",
		.meaning = "repeats the run until the IOPS of the last `rounds` runs are "
			   "stable: they differ by at most `range` percent of their mean, and "
			   "the least-squares line through them rises or falls by at most "
			   "`slope` percent of that mean. Figures come from these runs; the "
			   "result marks the runs before them as settling. Run n, counted from "
			   "1, uses seed+n-1. After `max` runs the result is inconclusive",
	},
	{
		.name = LIMIT_KEY,
		.measure = "operations per second (iops), bytes per second (bw), operations "
			   "(errors), a duration with ns, us, ms, s or h (the others)",
		.type = &key_type_limit,
		.values = "<= VALUE or >= VALUE; OP: read, write, zero, total, and with "
			  "rw=rand* randread, randwrite, randzero; METRIC: iops, bw (bytes "
			  "per second), errors, and except for total the durations min, mean, "
			  "max, p99, p99.9, ...",
		.derived = "none",
		.meaning = "a condition on every measured run, like limit.randwrite.p99 <= "
			   "4us. The exit code is 3 when a run misses it. With rate_iops, "
			   "latencies are response times, counted from when an operation was "
			   "due. A result with failed operations is invalid unless a limit on "
			   "errors allows them",
	},
	{
		.name = "precondition",
		.measure = "passes (PASSES)",
		.type = &key_type_precondition,
		COMPLETIONS("none", "fault", "fill", "age", "age:"),
		.values = "none, fault, fill, age, age:PASSES from 1 to 100 like age:3",
		.derived = "fill when reads are in the mix, else fault",
		.meaning =
			"preparation before the load. fault: touches the pages of the region's "
			"blocks, and all of dram: and of the pool of engine=pmemblk. fill: also "
			"writes every block of the region once, in order; in a new layout, "
			"neighbours then lie side by side. age: like fill, in a "
			"scattered order; neighbours then lie apart, as after long use. PASSES "
			"repeats this, each time in another order. With an engine without a BTT, "
			"age is the same as fill",
	},
	{
		.name = "buffer_compress_percentage",
		.measure = "percent of bytes",
		NUMBER(count, 0, 100),
		FIELD(compress_percent),
		.initial = "0",
		.meaning = "share of zeros in the data of written blocks, the same in every 512 "
			   "bytes. The other bytes are random and can't be compressed",
	},
	{
		.name = "dedupe_percentage",
		.measure = "percent of blocks",
		NUMBER(count, 0, 100),
		FIELD(dedupe_percent),
		.initial = "0",
		.meaning = "share of written blocks with the data of an earlier block of the same "
			   "thread. All other blocks differ: each starts with the numbers of its "
			   "worker and its write, 16 bytes",
	},
	{
		.name = "verify",
		WORDS("none", "stamp"),
		FIELD(verify),
		.initial = "none",
		.meaning = "stamp: every 8 bytes that are written hold the writer, the "
			   "sequence number and the block. Each read checks them, and a sweep "
			   "checks all blocks at the end",
	},
	{
		.name = "verify_unknown",
		WORDS("finding", "accept"),
		FIELD(verify_unknown),
		.initial = "finding",
		.meaning = "with verify=stamp, in a job that only reads: a block without a record "
			   "must hold zeros or one whole stamp of its own; other content is a "
			   "finding, or accepted",
	},
	{
		.name = "latency_every",
		.measure = "operations",
		NUMBER(count, 1, 1000),
		FIELD(latency_every),
		.initial = "1",
		.meaning = "times one operation of each N, chosen at random; IOPS count all. 1: "
			   "times each operation. A clock reading keeps the cache misses of two "
			   "operations apart, so reads are faster with 32 than with 1. The time "
			   "is checked less often too: up to 2N-2 operations may follow the end of "
			   "the phase. Not with rate_iops or batch",
	},
	{
		.name = "interval",
		NUMBER(duration, 10 * MILLISEC, HOUR),
		FIELD(interval_ns),
		.initial = "1s",
		.meaning = "length of one step of the time series in seconds",
	},
	{
		.name = "percentiles",
		.measure = "percent of operations",
		.type = &key_type_percentiles,
		COMPLETIONS("50,90,95,99,99.9,99.99"),
		.values = "at most 16 ascending percentages above 0 like 50,99,99.9",
		.initial = "50,90,95,99,99.9,99.99",
		.meaning = "latency percentiles to print",
	},
};

#define NKEYS (sizeof(keys) / sizeof(keys[0]))

static_assert(NKEYS <= JOB_KEYS_MAX, "job.key_line has a place for every key");
static_assert(JOB_PERCENTILES_MAX == 16, "the row of percentiles names the number");
static_assert(PACE_SPIN_NS == 10 * MILLISEC && PACE_SPIN_SHARED_NS * 10 == MILLISEC,
	      "the row of rate_iops names the times");

const struct key *
keys_at(unsigned index)
{
	return index < NKEYS ? &keys[index] : NULL;
}
