/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_fault_test.c -- the N-th call of a namespace fails, N = 1, 2, 3 ... until all of it goes through: in
 * formatting, in opening and use, in a repair. What a call that failed was to store is on media in whole, in
 * half or not at all. Whatever happens the call that needed it says so, and the layout is consistent when it
 * is next opened: a block that a call has acknowledged, or that a read has returned, is there; one whose call
 * failed is all old or all new.
 */
#include "btt_repair_support.h"

#define SIZE       (16 * MIB)
#define LANES      4u
#define USED       8u
#define ZEROS      0u
#define FIRST_SEED 10u
#define LAST_SEED  13u
#define MARKED     UINT32_MAX
#define NCALLS     4096u /* more than any of it makes */

static const struct ns_callback *const tables[] = {&ram_five, &ram_bounce, &ram_mapped};

/* a bad page, around which some calls find a way; and anything else, which nobody does */
static const int errnos[] = {EIO, ENXIO};

struct fault {
	struct ram *ram;
	struct media m;
	uint64_t call;
	unsigned halves;
	int err;
};

static void
arm(struct fault *f)
{
	f->ram->bad_call = f->call;
	f->ram->bad_halves = f->halves;
	f->ram->bad_errno = f->err;
}

/* 1 when the call that was to fail has come */
static int
disarm(struct fault *f)
{
	int came = f->ram->bad_call == 0;

	f->ram->bad_call = 0;
	return came;
}

/* whoever needed the call that failed says that it has failed too; where it is a bad page it may do without */
static void
expect_told(const struct fault *f, int failed, int came)
{
	if (f->err == EIO)
		assert_true(came || !failed);
	else
		assert_int_equal(failed, came);
}

/*
 * `trial` with each call failing in turn, on each kind of namespace, with either errno, what it was to store
 * left in each of three ways. A trial judges itself, and returns 1 when the call came.
 */
static void
every_call(int (*trial)(struct fault *f), unsigned step)
{
	struct ram *ram = ram_open(SIZE, 0xa5);

	for (unsigned i = 0; i < LENGTH(tables) * 6; i++) {
		struct fault f = {ram, ram_media(ram, tables[i / 6], 0), 0, i % 3,
				  errnos[i / 3 % 2]};

		do {
			f.call += f.call ? step : 1;
			assert_true(f.call < NCALLS);
		} while (trial(&f));
		assert_true(f.call > 1); /* else nothing was tried */
	}
	ram_close(ram);
}

/* FAULTS_STEP thins the calls out, for valgrind; FAULTS_ALL leaves none out */
static unsigned
step_of(unsigned usual)
{
	const char *step = getenv("FAULTS_STEP"), *all = getenv("FAULTS_ALL");

	if (all && *all)
		return 1;
	return step && *step ? usual * (unsigned)atoi(step) : usual;
}

static void
each_call_in_turn(int (*trial)(struct fault *f))
{
	every_call(trial, step_of(1));
}

static int
format(struct fault *f, enum btt_existing existing, uint32_t nfree)
{
	const struct btt_format_options options = {
		.lbasize = 4096, .nfree = nfree, .existing = existing};

	return btt_format(&options, f->m.size, f->m.ns, f->m.cb);
}

/* no BTT, and dirt wherever one will have its tables */
static void
make_dirty(struct fault *f)
{
	memset(f->m.bytes, 0xa5, PAGE);
	memset(f->m.bytes + f->m.size - 64 * 1024, 0xa5, 64 * 1024);
}

static void
expect_fresh(struct fault *f)
{
	struct btt *btt = media_open(&f->m, BTT_READ_WRITE);

	assert_null(btt_readonly_reason(btt));
	assert_int_equal(btt_check(btt), 1);
	for (uint64_t lba = 0; lba < USED; lba++)
		expect_zeros(btt, 0, lba);
	write_block(btt, 1, 3, 7);
	expect_block(btt, 0, 3, 7);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
}

/* nothing at all, or all of it */
static void
expect_none_or_fresh(struct fault *f)
{
	struct btt *btt = media_try_open(&f->m, BTT_READ_ONLY);

	if (btt) {
		btt_fini(btt);
		expect_fresh(f);
		return;
	}
	expect_failed(-1, ENOENT, "no info block");
}

static int
try_format(struct fault *f)
{
	int err, came;

	make_dirty(f);
	arm(f);
	err = format(f, BTT_KEEP_EXISTING, LANES) != 0;
	came = disarm(f);
	expect_told(f, err, came);
	if (err)
		expect_none_or_fresh(f);
	else
		expect_fresh(f);
	assert_int_equal(format(f, BTT_REPLACE_EXISTING, LANES), 0);
	expect_fresh(f);
	return came;
}

static void
formatting_that_fails_leaves_no_layout_or_a_whole_one(void **state)
{
	(void)state;
	each_call_in_turn(try_format);
}

/* of another size, and block 3 is in use */
static void
make_old(struct fault *f)
{
	struct btt *btt;

	make_dirty(f);
	assert_int_equal(format(f, BTT_KEEP_EXISTING, 64), 0);
	btt = media_open(&f->m, BTT_READ_WRITE);
	write_block(btt, 2, 3, 30);
	btt_fini(btt);
}

static int
is_old(const struct fault *f)
{
	struct btt *btt = media_try_open(&f->m, BTT_READ_ONLY);
	int found = btt && btt_nlane(btt) == 64;

	if (found)
		expect_block(btt, 0, 3, 30);
	if (btt)
		btt_fini(btt);
	return found;
}

static int
try_reformat(struct fault *f)
{
	int err, came;

	make_old(f);
	arm(f);
	err = format(f, BTT_REPLACE_EXISTING, LANES) != 0;
	came = disarm(f);
	expect_told(f, err, came);
	if (!err)
		expect_fresh(f);
	else if (!is_old(f))
		expect_none_or_fresh(f);
	return came;
}

static void
formatting_over_an_old_layout_leaves_that_one_none_or_the_new_one(void **state)
{
	(void)state;
	each_call_in_turn(try_reformat);
}

/* what a block may hold: what was acknowledged last, or what a call that failed was to put there */
struct model {
	uint32_t sure[USED], maybe[USED];
};

static uint32_t
value_of(struct btt *btt, unsigned lane, uint64_t lba)
{
	static const uint8_t zeros[4096];
	uint8_t buf[4096], want[4096];

	if (btt_read(btt, lane, lba, buf))
		return MARKED;
	if (!memcmp(buf, zeros, sizeof(buf)))
		return ZEROS;
	for (uint32_t seed = FIRST_SEED; seed <= LAST_SEED; seed++) {
		fill(want, sizeof(want), seed);
		if (!memcmp(buf, want, sizeof(buf)))
			return seed;
	}
	fail_msg("lba %ju is torn", (uintmax_t)lba);
	return 0;
}

/* a read that fails because its call did returns nothing */
static void
observe(struct model *model, struct btt *btt, unsigned lane, uint64_t lba)
{
	uint32_t value = value_of(btt, lane, lba);

	if (value == MARKED && !strstr(btt_errormsg(), "marked bad"))
		return;
	if (value == model->maybe[lba])
		model->sure[lba] = value;
	assert_int_equal(value, model->sure[lba]);
}

static int
change(struct btt *btt, unsigned lane, uint64_t lba, uint32_t value)
{
	uint8_t buf[4096];

	if (value == ZEROS)
		return btt_set_zero(btt, lane, lba);
	if (value == MARKED)
		return btt_set_error(btt, lane, lba);
	fill(buf, sizeof(buf), value);
	return btt_write(btt, lane, lba, buf);
}

static void
change_and_note(struct model *model, struct btt *btt, unsigned lane, uint64_t lba, uint32_t value)
{
	if (!change(btt, lane, lba, value))
		model->sure[lba] = model->maybe[lba] = value;
	else if (errno != EROFS)
		model->maybe[lba] = value;
}

/* each lane, each kind of call, blocks that change lanes */
static void
use(struct model *model, struct btt *btt)
{
	static const uint32_t values[] = {FIRST_SEED, ZEROS, 11, MARKED, 12, LAST_SEED};

	for (unsigned i = 0; i < LENGTH(values) * LANES; i++) {
		uint64_t lba = i * 5 % USED;

		change_and_note(model, btt, i % LANES, lba, values[i % LENGTH(values)]);
		observe(model, btt, (i + 1) % LANES, lba);
	}
}

static void
expect_model(const struct fault *f, struct model *model)
{
	struct btt *btt = media_open(&f->m, BTT_READ_WRITE);

	assert_null(btt_readonly_reason(btt));
	assert_int_equal(btt_check(btt), 1);
	for (uint64_t lba = 0; lba < USED; lba++)
		observe(model, btt, 0, lba);
	for (unsigned i = 0; i < LANES * USED; i++)
		write_block(btt, i % LANES, i / LANES, 100 + i);
	for (uint64_t lba = 0; lba < USED; lba++)
		expect_block(btt, 0, lba, 100 + (unsigned)lba * LANES + LANES - 1);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
}

static struct btt *
open_as(const struct fault *f, enum btt_commit commit)
{
	const struct btt_open_options options = {.commit = commit};

	return btt_open(&options, f->m.size, f->m.ns, f->m.cb);
}

static int
try_use(struct fault *f, enum btt_commit commit)
{
	struct model model = {0};
	struct btt *btt;
	int came;

	make_dirty(f);
	assert_int_equal(format(f, BTT_KEEP_EXISTING, LANES), 0);
	btt = open_as(f, commit);
	assert_non_null(btt);
	use(&model, btt);
	btt_fini(btt);
	arm(f);
	btt = open_as(f, commit); /* it or what follows */
	if (btt) {
		use(&model, btt);
		(void)btt_check(btt);
		btt_fini(btt);
	}
	came = disarm(f);
	assert_true(btt || came);
	expect_model(f, &model);
	return came;
}

static int
try_strict_use(struct fault *f)
{
	return try_use(f, BTT_COMMIT_STRICT);
}

static int
try_two_fence_use(struct fault *f)
{
	return try_use(f, BTT_COMMIT_TWO_FENCE);
}

static void
use_that_fails_keeps_what_was_acknowledged(void **state)
{
	(void)state;
	each_call_in_turn(try_strict_use);
	each_call_in_turn(try_two_fence_use);
}

/* a check that could not read everything says so; it does not say that all is well */
static int
try_check(struct fault *f)
{
	struct btt *btt;
	int came, result;

	make_dirty(f);
	assert_int_equal(format(f, BTT_KEEP_EXISTING, LANES), 0);
	arm(f);
	btt = media_try_open(&f->m, BTT_READ_ONLY);
	result = btt ? btt_check(btt) : -1;
	if (btt)
		btt_fini(btt);
	came = disarm(f);
	expect_told(f, result != 1, came);
	expect_fresh(f);
	return came;
}

static void
a_check_that_could_not_see_all_does_not_call_it_consistent(void **state)
{
	(void)state;
	each_call_in_turn(try_check);
}

static void (*const damages[])(const struct media *m) = {
	lose_primary,       lose_backup,   flag_error_in_backup_and_lose_primary,
	cut_write_and_flag, dirty_padding, use_slot_2_and_cut_write,
	twin_free_blocks,
};

/* as media_in_use() */
static void
make_used(const struct fault *f)
{
	const struct btt_format_options options = {.lbasize = 512};
	struct btt *btt;

	assert_int_equal(btt_format(&options, f->m.size, f->m.ns, f->m.cb), 0);
	btt = media_open(&f->m, BTT_READ_WRITE);
	for (unsigned i = 0; i < BLOCKS; i++)
		write_block(btt, i % 4, i, i);
	btt_fini(btt);
}

/* 1 when the call came */
static int
try_repair(struct fault *f, void (*damage)(const struct media *m))
{
	struct said said;
	int result, came;

	memset(f->m.bytes, 0, PAGE);
	memset(f->m.bytes + f->m.size - PAGE, 0, PAGE);
	make_used(f);
	damage(&f->m);
	arm(f);
	result = repair(&f->m, BTT_REPAIR_CHANGE, NULL, 0, &said);
	came = disarm(f);
	expect_told(f, result != 1, came);
	assert_int_equal(repair(&f->m, BTT_REPAIR_CHANGE, NULL, 0, &said), 1);
	expect_blocks(&f->m, 0);
	return came;
}

static unsigned damage_tried;

static int
try_damage(struct fault *f)
{
	return try_repair(f, damages[damage_tried]);
}

static void
a_repair_that_fails_is_taken_up_by_the_next(void **state)
{
	(void)state;
	for (damage_tried = 0; damage_tried < LENGTH(damages); damage_tried++)
		every_call(try_damage, step_of(37)); /* a call a log entry: most are much alike */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formatting_that_fails_leaves_no_layout_or_a_whole_one),
		cmocka_unit_test(formatting_over_an_old_layout_leaves_that_one_none_or_the_new_one),
		cmocka_unit_test(use_that_fails_keeps_what_was_acknowledged),
		cmocka_unit_test(a_check_that_could_not_see_all_does_not_call_it_consistent),
		cmocka_unit_test(a_repair_that_fails_is_taken_up_by_the_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
