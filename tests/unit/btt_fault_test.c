/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_fault_test.c -- a call of the namespace fails during formatting, a check or a repair. The function reports it.
 * There is no layout or a whole one, and the next repair succeeds.
 */
#include "btt_fault_support.h"
#include "btt_repair_support.h"

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

/* No layout, or a complete one. */
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
failed_formatting_leaves_no_layout_or_a_whole_one(void **state)
{
	(void)state;
	each_call_in_turn(try_format);
}

/* Another size, and block 3 is in use. */
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
failed_formatting_over_a_layout_leaves_the_old_one_none_or_the_new_one(void **state)
{
	(void)state;
	each_call_in_turn(try_reformat);
}

/* A check that could not read everything reports an error and does not report "consistent". */
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
a_check_that_could_not_read_everything_does_not_report_consistent(void **state)
{
	(void)state;
	each_call_in_turn(try_check);
}

static void (*const damages[])(const struct media *m) = {
	lose_primary,       lose_backup,   flag_error_in_backup_and_lose_primary,
	cut_write_and_flag, dirty_padding, use_slot_2_and_cut_write,
	twin_free_blocks,
};

/* The same layout as media_in_use(). */
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

/* 1 when the failing call was made. */
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
the_next_repair_completes_a_failed_one(void **state)
{
	(void)state;
	for (damage_tried = 0; damage_tried < LENGTH(damages); damage_tried++)
		every_call(try_damage, step_of(37)); /* one call per log entry; most are alike */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failed_formatting_leaves_no_layout_or_a_whole_one),
		cmocka_unit_test(
			failed_formatting_over_a_layout_leaves_the_old_one_none_or_the_new_one),
		cmocka_unit_test(a_check_that_could_not_read_everything_does_not_report_consistent),
		cmocka_unit_test(the_next_repair_completes_a_failed_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
