/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * litmus.c -- the race of a reader and a writer for one block, on two processors, with the real rtt.h.
 *
 *	litmus ROUNDS SECONDS [scan]	prints the number of blocks that were overwritten during a read
 *
 * Each round has a mapped block. The reader does R1 to R5, but observes the block for a while instead of copying it. The
 * writer does W1 to W4. With `scan`, its W2 and W3 are those of another block, and it waits only if they find this one
 * read, as a lane with several free blocks does (btt/rotate.c). The program is built with btt/rtt.[ch], and again with
 * copies that weaken one step (litmus.t): so the same round breaks.
 *
 * Exit: 0 no block was overwritten, 1 one was (the first one ends the run), 2 usage, 77 only one processor.
 */
#include "rtt.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define READER 0u
#define WRITER 1u
#define BLOCK  7u
#define GONE   8u  /* the mapped block after W1 */
#define OTHER  9u  /* a free block that nobody reads */
#define LOOKS  200 /* number of times the reader looks at its block */
#define SKEWS  24  /* numbers of steps that a processor waits after they met */

struct round {
	_Alignas(PAD_BYTES) _Atomic uint32_t map;
	_Alignas(PAD_BYTES) _Atomic uint32_t
		block; /* 0; the writer stores the number of the round */
	_Alignas(PAD_BYTES) _Atomic uint64_t arrived;
	struct rtt rtt;
	uint64_t rounds;
	int is_scan;
	time_t deadline;
	uint64_t broken, overlaps; /* written by the reader */
	uint64_t waits;            /* written by the writer */
	_Atomic int stop;
};

static struct round round_;

/* Both continue at the same moment, as nearly as two processors can. */
static void
meet(uint64_t turn)
{
	unsigned spins = 0;

	atomic_fetch_add_explicit(&round_.arrived, 1, memory_order_seq_cst);
	while (atomic_load_explicit(&round_.arrived, memory_order_acquire) < 2 * turn) {
		if (++spins % 4096 == 0)
			sched_yield();
	}
}

/*
 * The moment that shows a missing fence is shorter than the time by which one processor leaves a meeting later than the
 * other, and that time depends on the machine. So every second round delays one or both by a number of steps; these
 * rounds try every pair of numbers.
 */
static void
skew(uint64_t round, uint64_t steps)
{
	while (round % 2 && steps--)
		__asm__ volatile("");
}

static void
read_once(void)
{
	uint32_t found = atomic_load_explicit(&round_.map, memory_order_acquire);

	if (found != BLOCK)
		return;
	rtt_publish(&round_.rtt, READER, rtt_block(0, found));
	if (atomic_load_explicit(&round_.map, memory_order_acquire) == found) {
		round_.overlaps++;
		for (int i = 0; i < LOOKS; i++) {
			if (atomic_load_explicit(&round_.block, memory_order_relaxed)) {
				round_.broken++;
				break;
			}
		}
	}
	rtt_clear(&round_.rtt, READER);
}

static void
write_once(void)
{
	const uint64_t blocks[2] = {rtt_block(0, OTHER), rtt_block(0, BLOCK)};
	uint32_t held = 2;

	atomic_store_explicit(&round_.map, GONE, memory_order_release);
	if (round_.is_scan)
		rtt_scan(&round_.rtt, WRITER, blocks, 2, &held);
	if (held >> 1)
		round_.waits += (uint64_t)rtt_wait(&round_.rtt, WRITER, blocks[1]);
	atomic_store_explicit(&round_.block, 1, memory_order_relaxed);
}

static void
pin(int number)
{
	cpu_set_t allowed, one;

	sched_getaffinity(0, sizeof(allowed), &allowed);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &allowed) || number--)
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof(one), &one);
		return;
	}
}

static void *
reader(void *arg)
{
	uint64_t turn = 0;

	(void)arg;
	pin(0);
	for (uint64_t i = 0; i < round_.rounds && !atomic_load(&round_.stop); i++) {
		atomic_store(&round_.map, BLOCK);
		atomic_store(&round_.block, 0);
		meet(++turn);
		skew(i, i / 2 % SKEWS);
		read_once();
		if (round_.broken || (i % 1024 == 0 && time(NULL) > round_.deadline))
			atomic_store(&round_.stop, 1);
		meet(++turn);
	}
	return NULL;
}

static void *
writer(void *arg)
{
	uint64_t turn = 0;

	(void)arg;
	pin(1);
	for (uint64_t i = 0; i < round_.rounds && !atomic_load(&round_.stop); i++) {
		meet(++turn);
		skew(i, i / 2 / SKEWS % SKEWS);
		write_once();
		meet(++turn);
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	pthread_t threads[2];
	cpu_set_t allowed;

	if (argc != 3 && argc != 4) {
		fputs("usage: litmus ROUNDS SECONDS [scan]\n", stderr);
		return 2;
	}
	sched_getaffinity(0, sizeof(allowed), &allowed);
	if (CPU_COUNT(&allowed) < 2) {
		puts("only one processor: nothing can overlap");
		return 77;
	}
	round_.rounds = strtoull(argv[1], NULL, 10);
	round_.deadline = time(NULL) + atol(argv[2]);
	round_.is_scan = argc == 4;
	if (rtt_init(&round_.rtt, 2) || pthread_create(&threads[0], NULL, reader, NULL) ||
	    pthread_create(&threads[1], NULL, writer, NULL))
		return 2;
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	printf("rounds=%ju read=%ju waited=%ju broken=%ju\n",
	       (uintmax_t)(atomic_load(&round_.arrived) / 4), (uintmax_t)round_.overlaps,
	       (uintmax_t)round_.waits, (uintmax_t)round_.broken);
	rtt_fini(&round_.rtt);
	return round_.broken != 0;
}
