/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lanes.c -- four threads write and read at the same time, each on a lane of its own.
 *
 *	cc -pthread $(pkg-config --cflags libbtt) lanes.c $(pkg-config --libs libbtt) -o lanes
 *	./lanes
 *
 * A lane is the right to do one operation at a time. Lanes need no lock of the program: threads may
 * even use the same block. The namespace is plain memory; replace btt_ns_open_dram with
 * btt_ns_open_path for a device or a file.
 */
#include <btt/btt.h>
#include <btt/ns.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define THREADS    4
#define WRITES     10000u
#define BLOCK_SIZE 4096u

struct worker {
	pthread_t thread;
	struct btt *btt;
	unsigned lane;
	int failed;
};

static void *
work(void *arg)
{
	struct worker *w = arg;
	uint64_t nlba = btt_nlba(w->btt), lba = w->lane, next;
	char block[BLOCK_SIZE] = {0};
	size_t size;

	/*
	 * Optional: moves the records of the lane to memory that this thread touches first, and so
	 * to its NUMA node. A real program pins the thread before.
	 */
	btt_adopt_lane(w->btt, w->lane, &size);

	for (unsigned i = 0; i < WRITES && !w->failed; i++, lba = next) {
		/*
		 * Optional: the map entry of the next block is fetched while this block is written.
		 */
		next = (lba * 2862933555777941757u + 3037000493u) % nlba;
		btt_prefetch(w->btt, next);

		memcpy(block, &i, sizeof(i));
		w->failed = btt_write(w->btt, w->lane, lba, block) ||
			    btt_read(w->btt, w->lane, lba, block);
	}
	if (w->failed) /* the text belongs to this thread */
		fprintf(stderr, "lanes: lane %u: %s\n", w->lane, btt_errormsg());
	return NULL;
}

static void
print_counters(const struct btt *btt, unsigned lane)
{
	struct btt_counters c;

	if (!btt_get_counters(btt, lane, &c, sizeof(c)))
		printf("lane %u: %ju fences, %ju bytes stored, %ju waits for locks, %ju for "
		       "readers\n",
		       lane, (uintmax_t)c.fences, (uintmax_t)c.bytes_stored,
		       (uintmax_t)c.lock_waits, (uintmax_t)c.reader_waits);
}

static int
run(struct btt *btt)
{
	struct worker workers[THREADS] = {0};
	int failed = 0;

	for (unsigned i = 0; i < THREADS; i++) {
		workers[i].btt = btt;
		workers[i].lane = i;
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i])) {
			workers[i].btt = NULL;
			failed = 1;
		}
	}
	for (unsigned i = 0; i < THREADS; i++) {
		if (workers[i].btt)
			pthread_join(workers[i].thread, NULL);
		failed |= workers[i].failed;
		print_counters(btt, i);
	}
	return failed;
}

int
main(void)
{
	const struct btt_format_options format = {.flavour = BTT_FLAVOUR_UEFI,
						  .lbasize = BLOCK_SIZE};
	const struct btt_open_options open = {.maxlane = THREADS};
	const uint64_t size = 64 << 20;
	struct btt_ns *ns = btt_ns_open_dram(size, 0);
	struct btt *btt = NULL;
	int failed;

	if (!ns || btt_format(&format, size, ns, btt_ns_callbacks(ns)) ||
	    !(btt = btt_open(&open, size, ns, btt_ns_callbacks(ns)))) {
		fprintf(stderr, "lanes: %s\n", btt_errormsg());
		failed = 1;
	} else {
		failed = run(btt);
		printf("consistent: %s\n", btt_check(btt) == 1 ? "yes" : "no");
		btt_fini(btt);
	}
	if (ns)
		btt_ns_close(ns);
	return failed;
}
