/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * stress_main.c -- stress MILLISECONDS SEED [SCENES]: four threads use a few blocks of one map line or several, one by
 * one or in batches, and are delayed at the critical points (delay.h). Each scene, or each scene with SCENES in its name,
 * takes MILLISECONDS in each commit order. The oracle checks every read
 * (oracle.h). After each scene the layout is consistent and each block holds a last value, also after reopening.
 *
 * Exit: 0 no fault, 1 a fault (the first one ends the run), 2 usage, 3 a thread hung.
 */
#include "../unit/btt_ram.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "delay.h"
#include "oracle.h"

#define THREADS   ORACLE_THREADS
#define HANGING_S 60

#define BATCH_MOST 4u
#define LANES_MOST 12u

/* the lanes that a thread uses */
enum lanes { OWN_LANE, ANY_LANE };

struct scene {
	const char *name;
	unsigned lanes, blocks;
	uint32_t lbasize;
	enum lanes which;
	unsigned writes, zeroes, errors; /* per 100 calls; the others are reads */
	int is_initial;  /* initial map entries over old data, as the kernel lays it out */
	unsigned batch;  /* most blocks of a call */
	unsigned apart;  /* distance of blocks; with 16 each has a map line of its own */
	unsigned rotate; /* free blocks that each lane writes in turn */
};

#define OLD_DATA 0xa5

static const struct scene scenes[] = {
	{"one block, a lane a thread", 4, 1, 512, OWN_LANE, 50, 0, 0, 0, 1, 1, 1},
	{"one map line, mostly read", 4, 3, 4096, OWN_LANE, 25, 0, 0, 0, 1, 1, 1},
	{"one map line, three lanes from hand to hand", 3, 5, 512, ANY_LANE, 50, 0, 0, 1, 1, 1, 1},
	{"one block, two lanes from hand to hand", 2, 1, 4096, ANY_LANE, 40, 0, 0, 0, 1, 1, 1},
	{"one lane from hand to hand", 1, 2, 512, ANY_LANE, 50, 0, 0, 0, 1, 1, 1},
	{"zeroes and reads of one block", 4, 1, 512, OWN_LANE, 20, 30, 0, 1, 1, 1, 1},
	{"zeroes, errors and lanes from hand to hand", 3, 2, 512, ANY_LANE, 25, 15, 10, 0, 1, 1, 1},
	{"batches of two, two blocks", 8, 2, 512, OWN_LANE, 50, 0, 0, 0, 2, 1, 1},
	{"batches of three map lines", 12, 3, 4096, OWN_LANE, 40, 0, 0, 1, 3, 16, 1},
	{"batches, zeroes, errors, lanes from hand to hand", 6, 5, 512, ANY_LANE, 45, 5, 2, 0, 4, 8,
	 1},
	{"one block, two free blocks a lane", 4, 1, 512, OWN_LANE, 50, 0, 0, 0, 1, 1, 2},
	{"three free blocks a lane, lanes from hand to hand", 3, 3, 4096, ANY_LANE, 40, 5, 0, 1, 1,
	 1, 3},
	{"batches, two free blocks a lane", 8, 3, 512, OWN_LANE, 50, 5, 0, 0, 2, 1, 2},
};

struct lane_token {
	_Alignas(64) _Atomic int taken;
};

/* the running scene */
static struct stage {
	const struct scene *scene;
	struct btt *btt;
	struct oracle oracle;
	struct lane_token tokens[LANES_MOST];
	pthread_barrier_t barrier;
	_Atomic int is_over;
	pthread_mutex_t lock;
	char found[256]; /* the first fault */
} stage = {.lock = PTHREAD_MUTEX_INITIALIZER};

struct worker {
	unsigned number;
	uint64_t random, count, calls, blocks_in_batches;
	_Alignas(64) uint8_t buf[BATCH_MOST][ORACLE_BYTES];
};

/* The arguments of a batch. */
struct batch {
	unsigned n;
	unsigned lane[BATCH_MOST], block[BATCH_MOST];
	uint64_t lba[BATCH_MOST];
	void *to[BATCH_MOST];
	const void *from[BATCH_MOST];
	int error[BATCH_MOST];
};

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void
found(const struct worker *w, unsigned block, const char *what)
{
	pthread_mutex_lock(&stage.lock);
	if (!stage.found[0])
		snprintf(stage.found, sizeof(stage.found), "thread %u, block %u: %s", w->number,
			 block, what);
	pthread_mutex_unlock(&stage.lock);
	atomic_store_explicit(&stage.is_over, 1, memory_order_relaxed);
}

/* The caller owes the library this order: the next user of a lane has seen the changes of its last user. */
static unsigned
take_lane(struct worker *w)
{
	if (stage.scene->which == OWN_LANE)
		return w->number;
	for (unsigned turns = 1;; turns++) {
		unsigned lane = (unsigned)(next_random(&w->random) % stage.scene->lanes);

		if (!atomic_exchange_explicit(&stage.tokens[lane].taken, 1, memory_order_acquire))
			return lane;
		if (turns % 64 == 0)
			sched_yield();
	}
}

/* The lanes of a batch, up to scene->batch of them. It waits for the first one only, so no two threads wait in a circle. */
static void
take_more_lanes(struct worker *w, struct batch *b)
{
	for (unsigned i = 1; i < stage.scene->batch; i++) {
		unsigned lane = w->number + THREADS * b->n;

		if (stage.scene->which == ANY_LANE) {
			lane = (unsigned)(next_random(&w->random) % stage.scene->lanes);
			if (atomic_exchange_explicit(&stage.tokens[lane].taken, 1,
						     memory_order_acquire))
				continue;
		}
		b->lane[b->n++] = lane;
	}
}

/* The user of a lane may move its records to its own memory. */
static void
adopt_now_and_then(struct worker *w, unsigned lane)
{
	size_t size;

	if (next_random(&w->random) % 256 == 0 && !btt_adopt_lane(stage.btt, lane, &size))
		found(w, 0, btt_errormsg());
}

static void
give_lane(unsigned lane)
{
	if (stage.scene->which == ANY_LANE)
		atomic_store_explicit(&stage.tokens[lane].taken, 0, memory_order_release);
}

static uint64_t
lba_of(unsigned block)
{
	return (uint64_t)block * stage.scene->apart;
}

static void
read_block(struct worker *w, unsigned lane, unsigned block)
{
	struct oracle_read read = {.block = block, .who = w->number};
	uint32_t len = stage.scene->lbasize;
	const char *why;
	int err;

	oracle_before_read(&stage.oracle, &read);
	delay();
	err = btt_read(stage.btt, lane, lba_of(block), w->buf[0]);
	if (err && errno != EIO) {
		found(w, block, btt_errormsg());
		return;
	}
	delay();
	why = oracle_check(&stage.oracle, &read, err ? NULL : w->buf[0], len);
	if (why)
		found(w, block, why);
}

static int
make_change(struct worker *w, unsigned lane, const struct oracle_change *change)
{
	switch (change->kind) {
	case ORACLE_ZERO:
		return btt_set_zero(stage.btt, lane, lba_of(change->block));
	case ORACLE_ERROR:
		return btt_set_error(stage.btt, lane, lba_of(change->block));
	default:
		return btt_write(stage.btt, lane, lba_of(change->block), w->buf[0]);
	}
}

static void
change_block(struct worker *w, unsigned lane, unsigned block, enum oracle_kind kind)
{
	struct oracle_change change = {
		.block = block, .who = w->number, .kind = kind, .count = ++w->count};

	oracle_begin(&stage.oracle, &change, w->buf[0], stage.scene->lbasize);
	delay();
	if (make_change(w, lane, &change)) {
		found(w, block, btt_errormsg());
		return;
	}
	delay();
	oracle_end(&stage.oracle, &change);
}

static void
read_batch(struct worker *w, struct batch *b)
{
	struct oracle_read reads[BATCH_MOST];
	const char *why;

	for (unsigned i = 0; i < b->n; i++) {
		reads[i] = (struct oracle_read){.block = b->block[i], .who = w->number};
		oracle_before_read(&stage.oracle, &reads[i]);
	}
	delay();
	btt_read_batch(stage.btt, b->lane, b->lba, b->to, b->n, b->error);
	delay();
	for (unsigned i = 0; i < b->n; i++) {
		why = b->error[i] && b->error[i] != EIO
			      ? btt_errormsg()
			      : oracle_check(&stage.oracle, &reads[i],
					     b->error[i] ? NULL : w->buf[i], stage.scene->lbasize);
		if (why)
			found(w, b->block[i], why);
	}
}

/* A write of a block that comes again later in the batch never begins: nobody may see its data. */
static void
write_batch(struct worker *w, struct batch *b)
{
	struct oracle_change changes[BATCH_MOST];
	unsigned nchanges = 0;

	for (unsigned i = 0; i < b->n; i++) {
		int is_last = 1;

		for (unsigned later = i + 1; later < b->n; later++)
			is_last &= b->block[later] != b->block[i];
		memset(w->buf[i], 0xee, stage.scene->lbasize);
		if (!is_last)
			continue;
		changes[nchanges] = (struct oracle_change){.block = b->block[i],
							   .who = w->number,
							   .kind = ORACLE_DATA,
							   .count = ++w->count};
		oracle_begin(&stage.oracle, &changes[nchanges++], w->buf[i], stage.scene->lbasize);
	}
	delay();
	if (btt_write_batch(stage.btt, b->lane, b->lba, b->from, b->n, b->error)) {
		found(w, b->block[0], btt_errormsg());
		return;
	}
	delay();
	for (unsigned i = 0; i < nchanges; i++)
		oracle_end(&stage.oracle, &changes[i]);
}

static void
call_batch(struct worker *w, struct batch *b, int is_write)
{
	for (unsigned i = 0; i < b->n; i++) {
		b->block[i] = (unsigned)(next_random(&w->random) % stage.scene->blocks);
		b->lba[i] = lba_of(b->block[i]);
		b->from[i] = b->to[i] = w->buf[i];
	}
	if (is_write)
		write_batch(w, b);
	else
		read_batch(w, b);
	w->blocks_in_batches += b->n;
}

static void
call_once(struct worker *w)
{
	const struct scene *s = stage.scene;
	unsigned block = (unsigned)(next_random(&w->random) % s->blocks);
	unsigned dice = (unsigned)(next_random(&w->random) % 100);
	struct batch b = {.n = 1, .lane = {take_lane(w)}};

	adopt_now_and_then(w, b.lane[0]);
	if (next_random(&w->random) % 4)
		take_more_lanes(w, &b);
	if (dice >= s->writes && dice < s->writes + s->zeroes)
		change_block(w, b.lane[0], block, ORACLE_ZERO);
	else if (dice >= s->writes && dice < s->writes + s->zeroes + s->errors)
		change_block(w, b.lane[0], block, ORACLE_ERROR);
	else if (b.n > 1)
		call_batch(w, &b, dice < s->writes);
	else if (dice < s->writes)
		change_block(w, b.lane[0], block, ORACLE_DATA);
	else
		read_block(w, b.lane[0], block);
	for (unsigned i = 0; i < b.n; i++)
		give_lane(b.lane[i]);
}

static void *
work(void *arg)
{
	struct worker *w = arg;

	delay_begin(next_random(&w->random));
	pthread_barrier_wait(&stage.barrier);
	while (!atomic_load_explicit(&stage.is_over, memory_order_relaxed)) {
		call_once(w);
		w->calls++;
	}
	return NULL;
}

/* How often the critical points mattered, over all scenes. */
static struct {
	uint64_t calls, blocks_in_batches, waits_for_readers, retries, waits_for_locks;
} met;

static void
count_met(const struct worker *workers)
{
	struct btt_counters c;

	for (unsigned i = 0; i < THREADS; i++) {
		met.calls += workers[i].calls;
		met.blocks_in_batches += workers[i].blocks_in_batches;
	}
	for (unsigned i = 0; i < stage.scene->lanes; i++) {
		btt_get_counters(stage.btt, i, &c, sizeof(c));
		met.waits_for_readers += c.reader_waits;
		met.retries += c.read_retries;
		met.waits_for_locks += c.lock_waits;
	}
}

static void
run_threads(struct worker *workers, unsigned milliseconds)
{
	const struct timespec while_ = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
	pthread_t threads[THREADS];

	atomic_store(&stage.is_over, 0);
	pthread_barrier_init(&stage.barrier, NULL, THREADS + 1);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
	pthread_barrier_wait(&stage.barrier);
	nanosleep(&while_, NULL);
	atomic_store(&stage.is_over, 1);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&stage.barrier);
	count_met(workers);
}

/* Nothing is in flight here. */
static void
look_at_all(struct worker *w)
{
	for (unsigned block = 0; block < stage.scene->blocks && !stage.found[0]; block++)
		read_block(w, 0, block);
	if (!stage.found[0] && btt_check(stage.btt) != 1)
		found(w, 0, "the layout is not consistent");
}

static void
lay_out(const struct media *m)
{
	const struct btt_format_options options = {.flavour = BTT_FLAVOUR_UEFI,
						   .existing = BTT_REPLACE_EXISTING,
						   .lbasize = stage.scene->lbasize,
						   .nfree = stage.scene->lanes *
							    stage.scene->rotate};

	assert_int_equal(btt_format(&options, m->size, m->ns, m->cb), 0);
	stage.oracle.first = 0;
	if (!stage.scene->is_initial)
		return;
	memset(map_at(m, 0), 0, 4ull * external_nlba(m));
	for (unsigned block = 0; block < ORACLE_BLOCKS; block++)
		memset(data_at(m, (uint32_t)lba_of(block)), OLD_DATA, ORACLE_BYTES);
	stage.oracle.first = OLD_DATA;
}

static void
open_stage(const struct media *m, enum btt_commit commit)
{
	const struct btt_open_options options = {
		.commit = commit, .maxlane = stage.scene->lanes, .rotate = stage.scene->rotate};

	stage.btt = btt_open(&options, m->size, m->ns, m->cb);
	assert_non_null(stage.btt);
}

static void
play(const struct media *m, enum btt_commit commit, unsigned milliseconds, uint64_t *seed)
{
	static struct worker workers[THREADS];

	memset(workers, 0, sizeof(workers));
	memset(stage.oracle.word, 0, sizeof(stage.oracle.word));
	for (unsigned i = 0; i < THREADS; i++)
		workers[i] = (struct worker){.number = i, .random = next_random(seed)};
	for (unsigned turn = 0; turn < 2 && !stage.found[0]; turn++) {
		open_stage(m, commit);
		run_threads(workers, milliseconds / 2);
		look_at_all(&workers[0]);
		btt_fini(stage.btt);
	}
	if (stage.found[0])
		return;
	open_stage(m, commit);
	look_at_all(&workers[0]);
	btt_fini(stage.btt);
}

static void
stop_hanging(int signal)
{
	static const char said[] = "stress: a thread hung\n";

	(void)signal;
	_exit(write(STDOUT_FILENO, said, sizeof(said) - 1) < 0 ? 1 : 3);
}

/* 0, or 1 after a fault. */
static int
play_all(struct media *m, unsigned milliseconds, uint64_t seed, const char *scenes_wanted)
{
	static const char *const orders[] = {
		[BTT_COMMIT_TWO_FENCE] = "two-fence", [BTT_COMMIT_STRICT] = "strict"};

	for (size_t i = 0; i < 2 * LENGTH(scenes); i++) {
		stage.scene = &scenes[i / 2];
		if (!strstr(stage.scene->name, scenes_wanted))
			continue;
		alarm(HANGING_S);
		lay_out(m);
		play(m, (enum btt_commit)(i % 2), milliseconds, &seed);
		if (stage.found[0]) {
			printf("%s, %s: %s\n", stage.scene->name, orders[i % 2], stage.found);
			return 1;
		}
	}
	return 0;
}

/*
 * Mapped memory, as shipped; under ThreadSanitizer a namespace with copies that it can see.
 */
static int
play_on_media(unsigned milliseconds, uint64_t seed, const char *scenes_wanted)
{
	struct media m;
	int status;
#ifdef __SANITIZE_THREAD__
	struct ram *ram = ram_open(16 * MIB, OLD_DATA);

	m = ram_media(ram, &ram_five, 0);
	status = play_all(&m, milliseconds, seed, scenes_wanted);
	ram_close(ram);
#else
	m = media_dram(16 * MIB, OLD_DATA);
	status = play_all(&m, milliseconds, seed, scenes_wanted);
	media_close(&m);
#endif
	return status;
}

int
main(int argc, char **argv)
{
	uint64_t seed = argc == 3 || argc == 4 ? strtoull(argv[2], NULL, 0) : 0;
	int status;

	if (!seed) {
		fprintf(stderr, "usage: stress MILLISECONDS SEED [SCENES]\n");
		return 2;
	}
	signal(SIGALRM, stop_hanging);
	status = play_on_media((unsigned)strtoul(argv[1], NULL, 0), seed, argc == 4 ? argv[3] : "");
	printf("seed %ju: %zu scenes in 2 orders, %ju calls, blocks in batches: %ju; waits for "
	       "readers: %ju, reads that looked again: %ju, waits for locks: %ju\n",
	       (uintmax_t)seed, LENGTH(scenes), (uintmax_t)met.calls,
	       (uintmax_t)met.blocks_in_batches, (uintmax_t)met.waits_for_readers,
	       (uintmax_t)met.retries, (uintmax_t)met.waits_for_locks);
	return status;
}
