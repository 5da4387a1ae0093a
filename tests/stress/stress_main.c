/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * stress_main.c -- stress MILLISECONDS SEED: four threads use a few blocks of one map line and are delayed at the
 * critical points (delay.h). Each scene takes MILLISECONDS in each commit order. The oracle checks every read
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

/* the lanes that a thread uses */
enum lanes { OWN_LANE, ANY_LANE };

struct scene {
	const char *name;
	unsigned lanes, blocks;
	uint32_t lbasize;
	enum lanes which;
	unsigned writes, zeroes, errors; /* per 100 calls; the others are reads */
	int is_initial; /* initial map entries over old data, as the kernel lays it out */
};

#define OLD_DATA 0xa5

static const struct scene scenes[] = {
	{"one block, a lane a thread", 4, 1, 512, OWN_LANE, 50, 0, 0, 0},
	{"one map line, mostly read", 4, 3, 4096, OWN_LANE, 25, 0, 0, 0},
	{"one map line, three lanes from hand to hand", 3, 5, 512, ANY_LANE, 50, 0, 0, 1},
	{"one block, two lanes from hand to hand", 2, 1, 4096, ANY_LANE, 40, 0, 0, 0},
	{"one lane from hand to hand", 1, 2, 512, ANY_LANE, 50, 0, 0, 0},
	{"zeroes and reads of one block", 4, 1, 512, OWN_LANE, 20, 30, 0, 1},
	{"zeroes, errors and lanes from hand to hand", 3, 2, 512, ANY_LANE, 25, 15, 10, 0},
};

struct lane_token {
	_Alignas(64) _Atomic int taken;
};

/* the running scene */
static struct stage {
	const struct scene *scene;
	struct btt *btt;
	struct oracle oracle;
	struct lane_token tokens[THREADS];
	pthread_barrier_t barrier;
	_Atomic int is_over;
	pthread_mutex_t lock;
	char found[256]; /* the first fault */
} stage = {.lock = PTHREAD_MUTEX_INITIALIZER};

struct worker {
	unsigned number;
	uint64_t random, count, calls;
	_Alignas(64) uint8_t buf[ORACLE_BYTES];
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

static void
read_block(struct worker *w, unsigned lane, unsigned block)
{
	struct oracle_read read = {.block = block, .who = w->number};
	uint32_t len = stage.scene->lbasize;
	const char *why;
	int err;

	oracle_before_read(&stage.oracle, &read);
	delay();
	err = btt_read(stage.btt, lane, block, w->buf);
	if (err && errno != EIO) {
		found(w, block, btt_errormsg());
		return;
	}
	delay();
	why = oracle_check(&stage.oracle, &read, err ? NULL : w->buf, len);
	if (why)
		found(w, block, why);
}

static int
make_change(struct worker *w, unsigned lane, const struct oracle_change *change)
{
	switch (change->kind) {
	case ORACLE_ZERO:
		return btt_set_zero(stage.btt, lane, change->block);
	case ORACLE_ERROR:
		return btt_set_error(stage.btt, lane, change->block);
	default:
		return btt_write(stage.btt, lane, change->block, w->buf);
	}
}

static void
change_block(struct worker *w, unsigned lane, unsigned block, enum oracle_kind kind)
{
	struct oracle_change change = {
		.block = block, .who = w->number, .kind = kind, .count = ++w->count};

	oracle_begin(&stage.oracle, &change, w->buf, stage.scene->lbasize);
	delay();
	if (make_change(w, lane, &change)) {
		found(w, block, btt_errormsg());
		return;
	}
	delay();
	oracle_end(&stage.oracle, &change);
}

static void
call_once(struct worker *w)
{
	const struct scene *s = stage.scene;
	unsigned block = (unsigned)(next_random(&w->random) % s->blocks);
	unsigned dice = (unsigned)(next_random(&w->random) % 100);
	unsigned lane = take_lane(w);

	adopt_now_and_then(w, lane);
	if (dice < s->writes)
		change_block(w, lane, block, ORACLE_DATA);
	else if (dice < s->writes + s->zeroes)
		change_block(w, lane, block, ORACLE_ZERO);
	else if (dice < s->writes + s->zeroes + s->errors)
		change_block(w, lane, block, ORACLE_ERROR);
	else
		read_block(w, lane, block);
	give_lane(lane);
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
	uint64_t calls, waits_for_readers, retries, waits_for_locks;
} met;

static void
count_met(const struct worker *workers)
{
	struct btt_counters c;

	for (unsigned i = 0; i < THREADS; i++)
		met.calls += workers[i].calls;
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
						   .nfree = stage.scene->lanes};

	assert_int_equal(btt_format(&options, m->size, m->ns, m->cb), 0);
	stage.oracle.first = 0;
	if (!stage.scene->is_initial)
		return;
	memset(map_at(m, 0), 0, 4ull * external_nlba(m));
	memset(data_at(m, 0), OLD_DATA, ORACLE_BYTES * ORACLE_BLOCKS);
	stage.oracle.first = OLD_DATA;
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
		stage.btt = media_open_to_write(m, commit);
		run_threads(workers, milliseconds / 2);
		look_at_all(&workers[0]);
		btt_fini(stage.btt);
	}
	if (stage.found[0])
		return;
	stage.btt = media_open_to_write(m, commit);
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
play_all(struct media *m, unsigned milliseconds, uint64_t seed)
{
	static const char *const orders[] = {
		[BTT_COMMIT_TWO_FENCE] = "two-fence", [BTT_COMMIT_STRICT] = "strict"};

	for (size_t i = 0; i < 2 * LENGTH(scenes); i++) {
		stage.scene = &scenes[i / 2];
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
play_on_media(unsigned milliseconds, uint64_t seed)
{
	struct media m;
	int status;
#ifdef __SANITIZE_THREAD__
	struct ram *ram = ram_open(16 * MIB, OLD_DATA);

	m = ram_media(ram, &ram_five, 0);
	status = play_all(&m, milliseconds, seed);
	ram_close(ram);
#else
	m = media_dram(16 * MIB, OLD_DATA);
	status = play_all(&m, milliseconds, seed);
	media_close(&m);
#endif
	return status;
}

int
main(int argc, char **argv)
{
	uint64_t seed = argc == 3 ? strtoull(argv[2], NULL, 0) : 0;
	int status;

	if (!seed) {
		fprintf(stderr, "usage: stress MILLISECONDS SEED\n");
		return 2;
	}
	signal(SIGALRM, stop_hanging);
	status = play_on_media((unsigned)strtoul(argv[1], NULL, 0), seed);
	printf("seed %ju: %zu scenes in 2 orders, %ju calls; waits for readers: %ju, reads that "
	       "looked again: %ju, waits for locks: %ju\n",
	       (uintmax_t)seed, LENGTH(scenes), (uintmax_t)met.calls,
	       (uintmax_t)met.waits_for_readers, (uintmax_t)met.retries,
	       (uintmax_t)met.waits_for_locks);
	return status;
}
