/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pmemblk_loop.c -- a plain libpmemblk loop, for comparison with engine=btt.
 *
 *   pmemblk_loop POOL BSIZE read|write THREADS SECONDS SEED
 *
 * Makes the pool (1 GiB) if it is missing and writes every block once. Then each thread, pinned to its own CPU from 0
 * on, reads or writes random blocks. The loop contains only the call and the choice of the next block; it reads
 * the clock every 256 operations. A warm-up of half of SECONDS does not count. Prints operations per second, the sum of
 * all threads.
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
#include <unistd.h>

#define POOL_SIZE   ((size_t)1 << 30)
#define THREADS_MAX 2
#define OPS_A_LOOK  256
#define WARM_UP     0.5 /* this part of SECONDS, before the measurement */

enum kind { KIND_READ, KIND_WRITE };

struct thread {
	pthread_t id;
	PMEMblkpool *pool;
	pthread_barrier_t *start;
	uint64_t rng[4]; /* xoshiro256** */
	uint64_t nblock;
	double seconds;
	enum kind kind;
	int cpu;
	double iops;
	int err; /* errno of an early end, or 0 */
	char *buf;
} __attribute__((aligned(128)));

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
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

static inline long long
next_block(struct thread *t)
{
	return (long long)(((unsigned __int128)draw(t->rng) * t->nblock) >> 64);
}

/* Returns the number of operations. Each kind has its own loop, so no loop tests the kind. */
static uint64_t
loop_reads(struct thread *t, double until)
{
	uint64_t ops = 0;

	do {
		for (int i = 0; i < OPS_A_LOOK; i++) {
			if (pmemblk_read(t->pool, t->buf, next_block(t))) {
				t->err = errno;
				return ops;
			}
		}
		ops += OPS_A_LOOK;
	} while (now() < until);
	return ops;
}

static uint64_t
loop_writes(struct thread *t, double until)
{
	uint64_t ops = 0;

	do {
		for (int i = 0; i < OPS_A_LOOK; i++) {
			if (pmemblk_write(t->pool, t->buf, next_block(t))) {
				t->err = errno;
				return ops;
			}
		}
		ops += OPS_A_LOOK;
	} while (now() < until);
	return ops;
}

static uint64_t
loop(struct thread *t, double until)
{
	return t->kind == KIND_READ ? loop_reads(t, until) : loop_writes(t, until);
}

static void *
run_thread(void *arg)
{
	struct thread *t = arg;
	uint64_t ops;
	double start;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)t->cpu, &set);
	t->err = pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
	pthread_barrier_wait(t->start);
	if (t->err)
		return NULL;
	loop(t, now() + t->seconds * WARM_UP);
	start = now();
	ops = loop(t, start + t->seconds);
	t->iops = (double)ops / (now() - start);
	return NULL;
}

/* A new pool is written once completely, so that each read reads a stored block. */
static PMEMblkpool *
open_pool(const char *path, size_t bsize)
{
	PMEMblkpool *pool;
	char *buf;

	if (!access(path, F_OK))
		return pmemblk_open(path, bsize);
	pool = pmemblk_create(path, bsize, POOL_SIZE, 0600);
	buf = calloc(1, bsize);
	for (size_t i = 0; pool && buf && i < pmemblk_nblock(pool); i++) {
		memcpy(buf, &i, sizeof(i));
		if (pmemblk_write(pool, buf, (long long)i)) {
			pmemblk_close(pool);
			pool = NULL;
		}
	}
	free(buf);
	return pool;
}

/*
 * Makes every page present, so that no page fault is measured: the guest's own pages, and by a read of each block
 * those of a hypervisor below. The handle of a pool is the address of its mapping.
 */
static int
fault_pages(PMEMblkpool *pool, char *buf)
{
	int err = madvise(pool, POOL_SIZE, MADV_POPULATE_WRITE);

	for (size_t i = 0; !err && i < pmemblk_nblock(pool); i++)
		err = pmemblk_read(pool, buf, (long long)i);
	return err;
}

static int
run_threads(struct thread *threads, int nthreads)
{
	pthread_barrier_t start;
	double iops = 0;
	int err = 0;

	pthread_barrier_init(&start, NULL, (unsigned)nthreads);
	for (int i = 0; i < nthreads; i++) {
		threads[i].start = &start;
		if (pthread_create(&threads[i].id, NULL, run_thread, &threads[i])) {
			fprintf(stderr, "pmemblk_loop: no thread\n");
			exit(1);
		}
	}
	for (int i = 0; i < nthreads; i++) {
		pthread_join(threads[i].id, NULL);
		iops += threads[i].iops;
		err = threads[i].err ? threads[i].err : err;
	}
	pthread_barrier_destroy(&start);
	if (err)
		fprintf(stderr, "pmemblk_loop: %s\n", strerror(err));
	else
		printf("%.0f\n", iops);
	return err;
}

static int
usage(void)
{
	fprintf(stderr, "usage: pmemblk_loop POOL BSIZE read|write THREADS(1-%d) SECONDS SEED\n",
		THREADS_MAX);
	return 1;
}

int
main(int argc, char **argv)
{
	struct thread threads[THREADS_MAX] = {0};
	PMEMblkpool *pool;
	uint64_t seed;
	size_t bsize;
	int nthreads, err;

	if (argc != 7 || (strcmp(argv[3], "read") && strcmp(argv[3], "write")))
		return usage();
	bsize = strtoul(argv[2], NULL, 10);
	nthreads = atoi(argv[4]);
	seed = strtoull(argv[6], NULL, 0);
	if (bsize < PMEMBLK_MIN_BLK || nthreads < 1 || nthreads > THREADS_MAX)
		return usage();
	pool = open_pool(argv[1], bsize);
	if (!pool) {
		fprintf(stderr, "pmemblk_loop: %s: %s\n", argv[1], pmemblk_errormsg());
		return 1;
	}
	for (int i = 0; i < nthreads; i++) {
		struct thread *t = &threads[i];

		t->pool = pool;
		t->nblock = pmemblk_nblock(pool);
		t->seconds = atof(argv[5]);
		t->kind = strcmp(argv[3], "read") ? KIND_WRITE : KIND_READ;
		t->cpu = i;
		t->buf = aligned_alloc(4096, (bsize + 4095) / 4096 * 4096);
		if (!t->buf)
			return 1;
		memset(t->buf, 'a' + i, bsize);
		for (int word = 0; word < 4; word++)
			t->rng[word] = splitmix64(&seed);
	}
	if (fault_pages(pool, threads[0].buf)) {
		fprintf(stderr, "pmemblk_loop: %s: faulting its pages: %s\n", argv[1],
			strerror(errno));
		return 1;
	}
	err = run_threads(threads, nthreads);
	for (int i = 0; i < nthreads; i++)
		free(threads[i].buf);
	pmemblk_close(pool);
	return err ? 1 : 0;
}
