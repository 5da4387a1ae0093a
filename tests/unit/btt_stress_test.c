/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_stress_test.c -- four threads on four lanes and few blocks, so that they meet all the time.
 *
 * Every word of a block holds the number of the block, its writer and that writer's count. A reader must find equal
 * words and its own block, and never an earlier count of a writer after a later one. The callback namespace copies
 * with plain memcpy, so the thread sanitizer sees whether the map and the read tracking order every copy.
 */
#include "btt_ram.h"

#include <pthread.h>
#include <unistd.h>

#define THREADS 4
#define BLOCKS  5

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define TURNS 8000u
#else
#define TURNS 40000u
#endif

#define LONGEST_S 120

enum mix { WRITES_AND_READS, MOSTLY_READS, FLAGS_TOO };

struct worker {
	struct btt *btt;
	pthread_barrier_t *barrier;
	enum mix mix;
	uint32_t lbasize;
	unsigned lane;
	uint64_t random, count;
	uint64_t seen[BLOCKS][THREADS]; /* the last count of each writer */
	uint64_t torn, foreign, stale, failed;
	_Alignas(64) uint64_t buf[BLOCK_MAX / 8];
};

static uint64_t
next_random(struct worker *w)
{
	w->random ^= w->random << 13;
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return w->random;
}

/* Block, writer and count in one word; never zero. */
static uint64_t
name_of(uint64_t lba, unsigned writer, uint64_t count)
{
	return (lba + 1) << 56 | (uint64_t)writer << 48 | count;
}

static void
write_named(struct worker *w, uint64_t lba)
{
	uint64_t name = name_of(lba, w->lane, ++w->count);

	for (uint32_t i = 0; i < w->lbasize / 8; i++)
		w->buf[i] = name;
	w->failed += btt_write(w->btt, w->lane, lba, w->buf) != 0;
}

static void
check_named(struct worker *w, uint64_t lba)
{
	uint64_t name = w->buf[0];
	unsigned writer = name >> 48 & 0xff;

	for (uint32_t i = 1; i < w->lbasize / 8; i++) {
		if (w->buf[i] != name) {
			w->torn++;
			return;
		}
	}
	if (name == 0)
		return;
	if (name >> 56 != lba + 1 || writer >= THREADS) {
		w->foreign++;
		return;
	}
	w->stale += (name & 0xffffffffffff) < w->seen[lba][writer];
	w->seen[lba][writer] = name & 0xffffffffffff;
}

static void
read_named(struct worker *w, uint64_t lba)
{
	if (!btt_read(w->btt, w->lane, lba, w->buf))
		check_named(w, lba);
	else if (w->mix != FLAGS_TOO || errno != EIO)
		w->failed++;
}

static void *
work(void *arg)
{
	struct worker *w = arg;

	pthread_barrier_wait(w->barrier);
	for (unsigned i = 0; i < TURNS; i++) {
		uint64_t lba = next_random(w) % BLOCKS, dice = next_random(w) % 100;

		if (w->mix == FLAGS_TOO && dice >= 90)
			w->failed += btt_set_zero(w->btt, w->lane, lba) != 0;
		else if (w->mix == FLAGS_TOO && dice >= 80)
			w->failed += btt_set_error(w->btt, w->lane, lba) != 0;
		else if (dice < (w->mix == MOSTLY_READS && w->lane ? 5 : 50))
			write_named(w, lba);
		else
			read_named(w, lba);
	}
	return NULL;
}

/* The counts of a later turn are higher than all before, because blocks may still hold those. */
static void
run_workers(struct btt *btt, enum mix mix, unsigned turn)
{
	static struct worker workers[THREADS];
	pthread_t threads[THREADS];
	pthread_barrier_t barrier;
	struct btt_layout info = {0};

	btt_get_layout(btt, &info, sizeof(info));
	pthread_barrier_init(&barrier, NULL, THREADS);
	memset(workers, 0, sizeof(workers));
	alarm(LONGEST_S); /* a thread that hangs ends the program */
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i].btt = btt;
		workers[i].barrier = &barrier;
		workers[i].mix = mix;
		workers[i].lbasize = info.lbasize;
		workers[i].lane = i;
		workers[i].count = (uint64_t)turn << 32;
		workers[i].random = 0x9e3779b97f4a7c15u * (i + 1);
		assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	alarm(0);
	pthread_barrier_destroy(&barrier);
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(workers[i].torn, 0);
		assert_int_equal(workers[i].foreign, 0);
		assert_int_equal(workers[i].stale, 0);
		assert_int_equal(workers[i].failed, 0);
	}
}

/* Every readable block holds its own number. */
static void
expect_named_blocks(struct btt *btt, uint32_t lbasize)
{
	struct worker w = {.btt = btt, .mix = FLAGS_TOO, .lbasize = lbasize};

	for (uint64_t lba = 0; lba < BLOCKS; lba++)
		read_named(&w, lba);
	assert_int_equal(w.torn + w.foreign + w.failed, 0);
}

static void
stress(struct media *m, uint32_t lbasize, uint32_t nfree, enum mix mix)
{
	struct btt *btt;

	media_format(m, BTT_FLAVOUR_UEFI, lbasize, nfree);
	for (unsigned turn = 0; turn < 2; turn++) {
		btt = media_open(m, BTT_READ_WRITE);
		assert_null(btt_readonly_reason(btt));
		run_workers(btt, mix, turn);
		assert_int_equal(btt_check(btt), 1);
		expect_named_blocks(btt, lbasize);
		btt_fini(btt);
	}
	btt = media_open(m, BTT_READ_ONLY);
	assert_int_equal(btt_check(btt), 1);
	expect_named_blocks(btt, lbasize);
	btt_fini(btt);
}

static void
stress_dram(uint32_t lbasize, enum mix mix)
{
	struct media m = media_dram(16 * MIB, 0xa5);

	stress(&m, lbasize, THREADS, mix);
	media_close(&m);
}

/* Non-temporal stores. */
static void
no_block_is_torn_foreign_or_stale_in_mapped_memory(void **state)
{
	(void)state;
	stress_dram(512, WRITES_AND_READS);
	stress_dram(4096, MOSTLY_READS);
}

static void
flags_and_writes_of_one_block_never_hang_or_mix(void **state)
{
	(void)state;
	stress_dram(512, FLAGS_TOO);
}

/* Cached stores. */
static void
no_block_is_torn_foreign_or_stale_without_streaming_stores(void **state)
{
	(void)state;
	setenv("PMEM_NO_MOVNT", "1", 1);
	stress_dram(512, WRITES_AND_READS);
	unsetenv("PMEM_NO_MOVNT");
}

static void
no_block_is_torn_foreign_or_stale_through_callbacks(void **state)
{
	static const enum mix mixes[] = {WRITES_AND_READS, MOSTLY_READS, FLAGS_TOO};

	(void)state;
	for (size_t i = 0; i < LENGTH(mixes); i++) {
		struct ram *ram = ram_open(16 * MIB, 0xa5);
		struct media m = ram_media(ram, &ram_five, 0);

		stress(&m, i == 1 ? 4096 : 512, THREADS, mixes[i]);
		ram_close(ram);
	}
}

/* A namespace that many lanes wrote and closed at any time: opening finds nothing to recover. */
static void
each_reopening_after_many_lanes_finds_the_layout_consistent(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_PMDK, 512, 64);

	(void)state;
	for (unsigned turn = 0; turn < 20; turn++) {
		struct btt *btt = media_open(&m, BTT_READ_WRITE);

		for (unsigned i = 0; i < 640; i++)
			write_block(btt, (i + turn) % 64, i % 97, i + turn);
		assert_int_equal(btt_check(btt), 1);
		btt_fini(btt);
	}
	media_close(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_block_is_torn_foreign_or_stale_in_mapped_memory),
		cmocka_unit_test(flags_and_writes_of_one_block_never_hang_or_mix),
		cmocka_unit_test(no_block_is_torn_foreign_or_stale_without_streaming_stores),
		cmocka_unit_test(no_block_is_torn_foreign_or_stale_through_callbacks),
		cmocka_unit_test(each_reopening_after_many_lanes_finds_the_layout_consistent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
