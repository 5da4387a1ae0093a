/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * stand_in.c -- takes the place of libpmemblk.so.1 under engine=pmemblk. It keeps no data; it records each call.
 *
 * Environment:
 *	STAND_IN_FILE		a new file: room for the records of all threads, a thread after the other
 *	STAND_IN_THREADS	threads that may call, in the order of their first call
 *	STAND_IN_CALLS		calls of each thread; one more fails
 *	STAND_IN_BLOCKS		blocks of the pool
 *	STAND_IN_SPIN_NS	N above 0: a call takes N to 5 N, twice that for a write, three times for a zero,
 *				and one call of 500 ten times as long. The records have the real durations.
 *
 * The file is mapped and touched before the first call, so that a record costs a few stores.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum kind { READ, WRITE, ZERO };

struct call {
	uint64_t start_ns, end_ns; /* CLOCK_MONOTONIC_RAW; 0: no call */
	uint32_t block;
	uint16_t thread, kind;
};

static struct call *calls;
static uint64_t calls_each, nthreads, nblocks, spin_ns;
static size_t block_size;
static _Atomic unsigned threads_seen;
static const char *problem = "";

void *pmemblk_open(const char *path, size_t bsize);
void pmemblk_close(void *pool);
size_t pmemblk_bsize(void *pool);
size_t pmemblk_nblock(void *pool);
int pmemblk_read(void *pool, void *buf, long long block);
int pmemblk_write(void *pool, const void *buf, long long block);
int pmemblk_set_zero(void *pool, long long block);
const char *pmemblk_errormsg(void);

static uint64_t
number_from(const char *variable)
{
	const char *text = getenv(variable);

	return text ? strtoull(text, NULL, 10) : 0;
}

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void *
pmemblk_open(const char *path, size_t bsize)
{
	const char *file = getenv("STAND_IN_FILE");
	size_t size;
	int fd;

	(void)path;
	block_size = bsize ? bsize : 512;
	nthreads = number_from("STAND_IN_THREADS");
	calls_each = number_from("STAND_IN_CALLS");
	nblocks = number_from("STAND_IN_BLOCKS");
	spin_ns = number_from("STAND_IN_SPIN_NS");
	size = nthreads * calls_each * sizeof(*calls);
	fd = file ? open(file, O_RDWR | O_CREAT | O_EXCL, 0600) : -1;
	if (fd < 0 || ftruncate(fd, (off_t)size)) {
		problem = "stand-in: STAND_IN_FILE is no new file";
		return NULL;
	}
	calls = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (calls == MAP_FAILED) {
		problem = "stand-in: no memory for the records";
		return NULL;
	}
	memset(calls, 0, size);
	return calls;
}

void
pmemblk_close(void *pool)
{
	munmap(pool, nthreads * calls_each * sizeof(*calls));
}

size_t
pmemblk_bsize(void *pool)
{
	(void)pool;
	return block_size;
}

size_t
pmemblk_nblock(void *pool)
{
	(void)pool;
	return nblocks;
}

static int
record(enum kind kind, long long block)
{
	static _Thread_local struct call *next, *end;
	static _Thread_local unsigned thread;
	static _Thread_local uint64_t random = 88172645463325252u;
	uint64_t until;

	if (!next) {
		thread = atomic_fetch_add(&threads_seen, 1);
		next = end = calls + thread * calls_each;
		if (thread < nthreads)
			end += calls_each;
	}
	if (next == end) {
		errno = ENOSPC;
		return -1;
	}
	next->block = (uint32_t)block;
	next->thread = (uint16_t)thread;
	next->kind = (uint16_t)kind;
	next->start_ns = next->end_ns = now_ns();
	if (spin_ns) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		until = (spin_ns + random % (4 * spin_ns)) * (kind + 1) *
			((random >> 32) % 500 ? 1 : 10);
		until += next->start_ns;
		while (next->end_ns < until)
			next->end_ns = now_ns();
	}
	next++;
	return 0;
}

int
pmemblk_read(void *pool, void *buf, long long block)
{
	(void)pool;
	(void)buf;
	return record(READ, block);
}

int
pmemblk_write(void *pool, const void *buf, long long block)
{
	(void)pool;
	(void)buf;
	return record(WRITE, block);
}

int
pmemblk_set_zero(void *pool, long long block)
{
	(void)pool;
	return record(ZERO, block);
}

const char *
pmemblk_errormsg(void)
{
	return problem;
}
