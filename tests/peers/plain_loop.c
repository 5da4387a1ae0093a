/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * plain_loop.c -- the shortest loop around the calls of a library, to compare bttbench with.
 *
 *   plain_loop create POOL BSIZE BYTES
 *   plain_loop libpmemblk|libbtt POOL BSIZE read|write|mix THREADS SECONDS WARM_UP SEED timed|untimed
 *
 * `create` makes a PMEMBLK pool and writes every block once. The other form opens the pool with a library and makes
 * every page present. Then each thread, pinned to its own CPU from 0 on, works on random blocks, for WARM_UP seconds
 * without counting, then for SECONDS. mix: 70 % reads, 25 % writes, 5 % zeros. timed: an unordered reading of the TSC
 * follows each operation, and its latency goes into a histogram, as in bttbench with BTTBENCH_CLOCK=tsc-unordered.
 * untimed: only every 256th operation is followed by a clock reading.
 *
 * Prints one line of JSON: iops of all threads; cpu_share, the smallest share of its CPU that a thread had; p50_ns,
 * p99_ns and p999_ns of all operations (null: untimed).
 */
#include <errno.h>
#include <libpmemblk.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <x86intrin.h>

#include "btt.h"
#include "ns.h"

#define THREADS_MAX  2
#define OPS_A_LOOK   256
#define PAGE         4096u
#define READ_PERCENT 70u /* of a mix */
#define ZERO_PERCENT 5u

/* Latencies in ticks, with 6 significant bits: bucket SUBS * octave + the 6 bits below the highest one. */
#define SUB_BITS 6u
#define SUBS     (1u << SUB_BITS)
#define BUCKETS  (SUBS * (64u - SUB_BITS + 1u))

enum library { LIBPMEMBLK, LIBBTT };
enum op { OP_READ, OP_WRITE, OP_MIX };

/* the file, open in one of the libraries */
struct peer {
	enum library library;
	PMEMblkpool *pool;
	struct btt_ns *ns;
	struct btt *btt;
	uint64_t nblock;
};

struct thread {
	pthread_t id;
	const struct peer *peer;
	pthread_barrier_t *start;
	uint64_t rng[4]; /* xoshiro256** */
	double seconds, warm_up;
	enum op op;
	int is_timed;
	unsigned number; /* its CPU, and its lane of libbtt */
	double iops, cpu_share, ns_a_tick;
	int err; /* errno of an early end, or 0 */
	uint8_t *buf;
	uint32_t histogram[BUCKETS];
} __attribute__((aligned(128)));

static double
seconds_of(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static uint64_t
splitmix64(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static inline uint64_t
rotl(uint64_t x, int bits)
{
	return (x << bits) | (x >> (64 - bits));
}

static inline uint64_t
draw(uint64_t s[4])
{
	uint64_t drawn = rotl(s[1] * 5, 7) * 9;
	uint64_t shifted = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = rotl(s[3], 45);
	return drawn;
}

static inline void
record(struct thread *t, uint64_t ticks)
{
	unsigned octave = 63u - (unsigned)__builtin_clzll(ticks | SUBS) - SUB_BITS;

	t->histogram[octave * SUBS + (ticks >> octave)]++;
}

static inline int
read_block(const struct thread *t, enum library library, uint64_t lba)
{
	return library == LIBPMEMBLK ? pmemblk_read(t->peer->pool, t->buf, (long long)lba)
				     : btt_read(t->peer->btt, t->number, lba, t->buf);
}

static inline int
write_block(const struct thread *t, enum library library, uint64_t lba)
{
	return library == LIBPMEMBLK ? pmemblk_write(t->peer->pool, t->buf, (long long)lba)
				     : btt_write(t->peer->btt, t->number, lba, t->buf);
}

static inline int
zero_block(const struct thread *t, enum library library, uint64_t lba)
{
	return library == LIBPMEMBLK ? pmemblk_set_zero(t->peer->pool, (long long)lba)
				     : btt_set_zero(t->peer->btt, t->number, lba);
}

/* The high bits of a draw are the block, the low ones the kind of operation. */
static inline int
do_op(const struct thread *t, enum library library, enum op op, uint64_t drawn)
{
	uint64_t lba = (uint64_t)(((unsigned __int128)drawn * t->peer->nblock) >> 64);
	uint64_t percent;

	if (op == OP_READ)
		return read_block(t, library, lba);
	if (op == OP_WRITE)
		return write_block(t, library, lba);
	percent = ((drawn & UINT32_MAX) * 100) >> 32;
	if (percent < READ_PERCENT)
		return read_block(t, library, lba);
	return percent < 100 - ZERO_PERCENT ? write_block(t, library, lba)
					    : zero_block(t, library, lba);
}

/*
 * Returns the number of operations. Always inlined, with a constant library, op and is_timed: each combination has a
 * loop that tests none of them.
 */
static inline __attribute__((always_inline)) uint64_t
loop(struct thread *t, enum library library, enum op op, int is_timed, double until)
{
	uint64_t ops = 0, last = __rdtsc();

	do {
		for (int i = 0; i < OPS_A_LOOK; i++) {
			if (do_op(t, library, op, draw(t->rng))) {
				t->err = errno;
				return ops;
			}
			if (is_timed) {
				uint64_t now = __rdtsc();

				record(t, now - last);
				last = now;
			}
		}
		ops += OPS_A_LOOK;
	} while (seconds_of(CLOCK_MONOTONIC) < until);
	return ops;
}

#define LOOP(library, op) \
	(t->is_timed ? loop(t, library, op, 1, until) : loop(t, library, op, 0, until))

static uint64_t
drive(struct thread *t, double until)
{
	switch (t->op) {
	case OP_READ:
		return t->peer->library == LIBBTT ? LOOP(LIBBTT, OP_READ)
						  : LOOP(LIBPMEMBLK, OP_READ);
	case OP_WRITE:
		return t->peer->library == LIBBTT ? LOOP(LIBBTT, OP_WRITE)
						  : LOOP(LIBPMEMBLK, OP_WRITE);
	default:
		return t->peer->library == LIBBTT ? LOOP(LIBBTT, OP_MIX) : LOOP(LIBPMEMBLK, OP_MIX);
	}
}

static void *
run_thread(void *arg)
{
	struct thread *t = arg;
	double start, cpu_start, length;
	uint64_t ops, tick_start;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(t->number, &set);
	t->err = pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
	pthread_barrier_wait(t->start);
	if (t->err)
		return NULL;
	drive(t, seconds_of(CLOCK_MONOTONIC) + t->warm_up);
	memset(t->histogram, 0, sizeof(t->histogram));
	cpu_start = seconds_of(CLOCK_THREAD_CPUTIME_ID);
	start = seconds_of(CLOCK_MONOTONIC);
	tick_start = __rdtsc();
	ops = t->err ? 0 : drive(t, start + t->seconds);
	length = seconds_of(CLOCK_MONOTONIC) - start;
	t->ns_a_tick = length * 1e9 / (double)(__rdtsc() - tick_start);
	t->cpu_share = (seconds_of(CLOCK_THREAD_CPUTIME_ID) - cpu_start) / length;
	t->iops = (double)ops / length;
	return NULL;
}

/* Prints a percentile of the histogram, which is the sum of all threads. */
static void
print_percentile(const struct thread *t, const char *name, double percentile)
{
	uint64_t count = 0, below = 0;
	unsigned i;

	for (i = 0; i < BUCKETS; i++)
		count += t->histogram[i];
	for (i = 0; i < BUCKETS - 1; i++) {
		below += t->histogram[i];
		if ((double)below >= percentile / 100 * (double)count)
			break;
	}
	if (t->is_timed) {
		unsigned octave = i < 2 * SUBS ? 0 : i / SUBS - 1;
		double ticks = (double)((uint64_t)(i - octave * SUBS) << octave);

		printf(", \"%s\": %.1f", name, ticks * t->ns_a_tick);
	} else {
		printf(", \"%s\": null", name);
	}
}

static int
run_threads(struct thread *threads, unsigned nthreads)
{
	double iops = 0, cpu_share = 1;
	pthread_barrier_t start;
	int err = 0;

	pthread_barrier_init(&start, NULL, nthreads);
	for (unsigned i = 0; i < nthreads; i++) {
		threads[i].start = &start;
		if (pthread_create(&threads[i].id, NULL, run_thread, &threads[i])) {
			fprintf(stderr, "plain_loop: no thread\n");
			exit(1);
		}
	}
	for (unsigned i = 0; i < nthreads; i++) {
		struct thread *t = &threads[i];

		pthread_join(t->id, NULL);
		iops += t->iops;
		cpu_share = t->cpu_share < cpu_share ? t->cpu_share : cpu_share;
		err = t->err ? t->err : err;
		for (unsigned b = 0; i > 0 && b < BUCKETS; b++)
			threads[0].histogram[b] += t->histogram[b];
	}
	pthread_barrier_destroy(&start);
	if (err) {
		fprintf(stderr, "plain_loop: %s\n", strerror(err));
		return -1;
	}
	printf("{\"iops\": %.0f, \"cpu_share\": %.4f", iops, cpu_share);
	print_percentile(&threads[0], "p50_ns", 50);
	print_percentile(&threads[0], "p99_ns", 99);
	print_percentile(&threads[0], "p999_ns", 99.9);
	printf("}\n");
	return 0;
}

static int
create_pool(const char *path, size_t bsize, size_t bytes)
{
	PMEMblkpool *pool = pmemblk_create(path, bsize, bytes, 0600);
	char *buf = calloc(1, bsize);
	int err = 0;

	for (size_t i = 0; pool && buf && !err && i < pmemblk_nblock(pool); i++) {
		memcpy(buf, &i, sizeof(i));
		err = pmemblk_write(pool, buf, (long long)i);
	}
	if (!pool || !buf || err)
		fprintf(stderr, "plain_loop: %s: %s\n", path, pmemblk_errormsg());
	err = !pool || !buf || err;
	if (pool)
		pmemblk_close(pool);
	free(buf);
	return err ? -1 : 0;
}

static int
populate(void *base, size_t bytes)
{
	int err = madvise(base, bytes, MADV_POPULATE_WRITE);

	if (err)
		fprintf(stderr, "plain_loop: making pages present: %s\n", strerror(errno));
	return err;
}

/* Opens the pool and makes its pages present for stores. The handle of a pool of libpmemblk is the address of its mapping. */
static int
open_peer(struct peer *peer, const char *path, size_t bsize, unsigned nthreads)
{
	struct btt_open_options options = {.start = BTT_START_PROBE, .maxlane = nthreads};
	struct btt_ns_facts facts;
	struct btt_layout layout;

	if (peer->library == LIBPMEMBLK) {
		peer->pool = pmemblk_open(path, bsize);
		if (!peer->pool)
			return fprintf(stderr, "plain_loop: %s: %s\n", path, pmemblk_errormsg());
		peer->nblock = pmemblk_nblock(peer->pool);
		return populate(peer->pool, peer->nblock * bsize);
	}
	options.lbasize = (uint32_t)bsize;
	peer->ns = btt_ns_open_path(path, BTT_NS_READ_WRITE, 0, 0);
	if (!peer->ns)
		return fprintf(stderr, "plain_loop: %s\n", btt_errormsg());
	btt_ns_get_facts(peer->ns, &facts, sizeof(facts));
	peer->btt = btt_open(&options, facts.size, peer->ns, btt_ns_callbacks(peer->ns));
	if (!peer->btt)
		return fprintf(stderr, "plain_loop: %s: %s\n", path, btt_errormsg());
	btt_get_layout(peer->btt, &layout, sizeof(layout));
	if (layout.nlane < nthreads)
		return fprintf(stderr, "plain_loop: %s: %u lanes\n", path, layout.nlane);
	peer->nblock = layout.nlba;
	return populate(facts.base, facts.size);
}

static void
close_peer(const struct peer *peer)
{
	if (peer->pool)
		pmemblk_close(peer->pool);
	if (peer->btt)
		btt_fini(peer->btt);
	if (peer->ns)
		btt_ns_close(peer->ns);
}

static int
usage(void)
{
	fprintf(stderr,
		"usage: plain_loop create POOL BSIZE BYTES\n"
		"       plain_loop libpmemblk|libbtt POOL BSIZE read|write|mix THREADS(1-%d) "
		"SECONDS "
		"WARM_UP SEED timed|untimed\n",
		THREADS_MAX);
	return 2;
}

int
main(int argc, char **argv)
{
	static struct thread threads[THREADS_MAX];
	struct peer peer = {.library = LIBPMEMBLK};
	unsigned nthreads;
	uint64_t seed;
	size_t bsize;
	int err = 0;

	if (argc == 5 && !strcmp(argv[1], "create"))
		return create_pool(argv[2], strtoul(argv[3], NULL, 10), strtoull(argv[4], NULL, 10))
			       ? 1
			       : 0;
	if (argc != 10)
		return usage();
	bsize = strtoul(argv[3], NULL, 10);
	nthreads = (unsigned)atoi(argv[5]);
	seed = strtoull(argv[8], NULL, 0);
	if (bsize < PMEMBLK_MIN_BLK || nthreads < 1 || nthreads > THREADS_MAX)
		return usage();
	peer.library = strcmp(argv[1], "libbtt") ? LIBPMEMBLK : LIBBTT;
	if (open_peer(&peer, argv[2], bsize, nthreads))
		return 1;
	for (unsigned i = 0; i < nthreads; i++) {
		struct thread *t = &threads[i];

		t->peer = &peer;
		t->number = i;
		t->op = !strcmp(argv[4], "read")    ? OP_READ
			: !strcmp(argv[4], "write") ? OP_WRITE
						    : OP_MIX;
		t->seconds = atof(argv[6]);
		t->warm_up = atof(argv[7]);
		t->is_timed = !strcmp(argv[9], "timed");
		t->buf = aligned_alloc(PAGE, (bsize + PAGE - 1) / PAGE * PAGE);
		if (!t->buf)
			return 1;
		memset(t->buf, 'a' + (int)i, bsize);
		for (int word = 0; word < 4; word++)
			t->rng[word] = splitmix64(&seed);
	}
	err = run_threads(threads, nthreads);
	for (unsigned i = 0; i < nthreads; i++)
		free(threads[i].buf);
	close_peer(&peer);
	return err ? 1 : 0;
}
