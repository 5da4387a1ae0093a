/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_fault_use_test.c -- a call of the namespace fails during opening or use. The next opening finds the layout
 * consistent. Every block that a write acknowledged or a read returned is there. A block of a failed call is all old
 * or all new.
 */
#include "btt_fault_support.h"

#define ZEROS      0u
#define FIRST_SEED 10u
#define LAST_SEED  13u
#define MARKED     UINT32_MAX

/* The allowed values of a block: the last acknowledged one, and those of failed calls. */
struct model {
	uint32_t sure[USED], maybe[USED];
};

static uint32_t
value_in(const uint8_t buf[4096], uint64_t lba)
{
	static const uint8_t zeros[4096];
	uint8_t want[4096];

	if (!memcmp(buf, zeros, sizeof(zeros)))
		return ZEROS;
	for (uint32_t seed = FIRST_SEED; seed <= LAST_SEED; seed++) {
		fill(want, sizeof(want), seed);
		if (!memcmp(buf, want, sizeof(want)))
			return seed;
	}
	fail_msg("lba %ju is torn", (uintmax_t)lba);
	return 0;
}

static void
note_read(struct model *model, uint64_t lba, uint32_t value)
{
	if (value == model->maybe[lba])
		model->sure[lba] = value;
	assert_int_equal(value, model->sure[lba]);
}

/* A read that fails because of the failed call returns nothing. */
static void
observe(struct model *model, struct btt *btt, unsigned lane, uint64_t lba)
{
	uint8_t buf[4096];

	if (!btt_read(btt, lane, lba, buf))
		note_read(model, lba, value_in(buf, lba));
	else if (strstr(btt_errormsg(), "marked bad"))
		note_read(model, lba, MARKED);
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

/* Each block of a batch has its own result. Block 3 comes twice: its first value is never written. */
static void
use_batch(struct model *model, struct btt *btt)
{
	static const unsigned lane[] = {2, 0, 1, 3};
	static const uint64_t lba[] = {3, 6, 3, 1};
	static const uint32_t values[] = {FIRST_SEED, 11, 12, LAST_SEED};
	static uint8_t data[4][4096];
	void *const to[] = {data[0], data[1], data[2], data[3]};
	const void *const from[] = {data[0], data[1], data[2], data[3]};
	int error[4];

	for (unsigned i = 0; i < 4; i++)
		fill(data[i], sizeof(data[i]), values[i]);
	(void)btt_write_batch(btt, lane, lba, from, 4, error);
	assert_int_equal(error[0], error[2]);
	for (unsigned i = 1; i < 4; i++) {
		if (!error[i])
			model->sure[lba[i]] = model->maybe[lba[i]] = values[i];
		else if (error[i] != EROFS)
			model->maybe[lba[i]] = values[i];
	}
	(void)btt_read_batch(btt, lane, lba, to, 4, error);
	for (unsigned i = 0; i < 4; i++) {
		if (!error[i])
			note_read(model, lba[i], value_in(data[i], lba[i]));
	}
}

/* Every lane, every kind of call, and blocks that change lanes. */
static void
use(struct model *model, struct btt *btt)
{
	static const uint32_t values[] = {FIRST_SEED, ZEROS, 11, MARKED, 12, LAST_SEED};

	for (unsigned i = 0; i < LENGTH(values) * LANES; i++) {
		uint64_t lba = i * 5 % USED;

		change_and_note(model, btt, i % LANES, lba, values[i % LENGTH(values)]);
		observe(model, btt, (i + 1) % LANES, lba);
	}
	use_batch(model, btt);
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
	btt = open_as(f, commit); /* opening or the use after it fails */
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
failed_calls_keep_every_acknowledged_block(void **state)
{
	(void)state;
	each_call_in_turn(try_strict_use);
	each_call_in_turn(try_two_fence_use);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failed_calls_keep_every_acknowledged_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
