/* SPDX-License-Identifier: BSD-3-Clause */
/* result_test.c -- sums of workers, repeats and rounds: nothing that one of them found gets lost or counts twice. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "result/result.h"

/* Findings at the blocks lba, lba + 1, ...; counters from `seed` on. */
static struct result_verify
verify_of(uint64_t seed, unsigned nfirst, uint64_t lba)
{
	struct result_verify v = {
		.valid = 1,
		.read = seed,
		.swept = seed + 1,
		.unknown = seed + 2,
		.by_stamp = seed + 3,
		.unchecked = seed + 4,
		.state_bytes = 8000,
		.layout = 1,
		.nfirst = nfirst,
	};

	for (unsigned kind = 0; kind < RESULT_FINDING_KINDS; kind++)
		v.counts[kind] = seed + 10 + kind;
	for (unsigned i = 0; i < nfirst; i++)
		v.first[i].lba = lba + i;
	return v;
}

static void
findings_of_all_runs_are_added(void **state)
{
	struct result_verify sum = {0}, one = verify_of(100, 2, 7), other = verify_of(1000, 1, 50);

	(void)state;
	result_verify_add(&sum, &one);
	result_verify_add(&sum, &other);
	assert_int_equal(sum.valid, 1);
	assert_int_equal(sum.read, 1100);
	assert_int_equal(sum.swept, 1102);
	assert_int_equal(sum.unknown, 1104);
	assert_int_equal(sum.by_stamp, 1106);
	assert_int_equal(sum.unchecked, 1108);
	assert_int_equal(sum.state_bytes, 8000); /* of one set of blocks */
	for (unsigned kind = 0; kind < RESULT_FINDING_KINDS; kind++)
		assert_int_equal(sum.counts[kind], 1120 + 2 * kind);
	assert_int_equal(sum.nfirst, 3);
	assert_int_equal(sum.first[0].lba, 7);
	assert_int_equal(sum.first[1].lba, 8);
	assert_int_equal(sum.first[2].lba, 50);
	assert_int_equal(result_verify_findings(&sum),
			 result_verify_findings(&one) + result_verify_findings(&other));
}

static void
a_run_without_findings_hides_none(void **state)
{
	struct result_verify sum = {.valid = 1, .layout = 1}, bad = verify_of(0, 1, 3);

	(void)state;
	bad.layout = 0;
	bad.layout_errors = 4;
	strcpy(bad.layout_first, "arena 0, flog");
	result_verify_add(&sum, &bad);
	result_verify_add(&sum, &(struct result_verify){.valid = 1, .layout = 1});
	result_verify_add(&sum, &(struct result_verify){.valid = 0, .read = 99});
	assert_int_equal(sum.layout, 0);
	assert_int_equal(sum.layout_errors, 4);
	assert_string_equal(sum.layout_first, "arena 0, flog");
	assert_int_equal(sum.nfirst, 1);
	assert_int_equal(sum.read, 0);
}

static void
more_findings_than_have_room_are_counted(void **state)
{
	struct result_verify sum = {0}, many = verify_of(0, RESULT_FINDINGS_MAX - 1, 0);

	(void)state;
	result_verify_add(&sum, &many);
	result_verify_add(&sum, &many);
	assert_int_equal(sum.nfirst, RESULT_FINDINGS_MAX);
	assert_int_equal(sum.first[RESULT_FINDINGS_MAX - 1].lba, 0);
	assert_int_equal(sum.counts[RESULT_TORN], 20);
}

static void
layout_of_several_runs_is_as_bad_as_the_worst(void **state)
{
	/* 1 consistent, 0 not, -1 not checked */
	static const int cases[][3] = {{1, 1, 1},   {1, 0, 0},  {0, 1, 0},  {1, -1, -1},
				       {-1, 1, -1}, {-1, 0, 0}, {0, -1, 0}, {-1, -1, -1}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct result_verify sum = {0}, one = {.valid = 1, .layout = cases[i][0]},
				     other = {.valid = 1, .layout = cases[i][1]};

		result_verify_add(&sum, &one);
		result_verify_add(&sum, &other);
		assert_int_equal(sum.layout, cases[i][2]);
	}
}

static void
equal_errnos_are_one_and_the_earliest_failure_is_the_first(void **state)
{
	struct result_op op = {0};

	(void)state;
	result_errno_add(&op, &(struct result_errno){EIO, 2, 70, 900});
	result_errno_add(&op, &(struct result_errno){EROFS, 1, 80, 100});
	result_errno_add(&op, &(struct result_errno){EIO, 3, 71, 800});
	result_errno_add(&op, &(struct result_errno){EIO, 4, 72, 850});
	assert_int_equal(op.nerrnos, 2);
	assert_int_equal(op.errnos[0].err, EIO);
	assert_int_equal(op.errnos[0].count, 9);
	assert_int_equal(op.errnos[0].first_lba, 71);
	assert_int_equal(op.errnos[0].first_ns, 800);
	assert_int_equal(op.errnos[1].count, 1);
}

static void
an_errno_without_room_leaves_the_others_alone(void **state)
{
	struct result_op op = {0};

	(void)state;
	for (int err = 1; err <= RESULT_ERRNOS_MAX + 1; err++)
		result_errno_add(&op, &(struct result_errno){err, 1, 0, 0});
	result_errno_add(&op, &(struct result_errno){RESULT_ERRNOS_MAX, 1, 0, 0});
	assert_int_equal(op.nerrnos, RESULT_ERRNOS_MAX);
	assert_int_equal(op.errnos[RESULT_ERRNOS_MAX - 1].count, 2);
}

static void
every_counter_of_a_btt_is_added(void **state)
{
	struct result_btt sum = {0}, one = {.valid = 1};
	uint64_t *counters = &one.fences;
	const uint64_t *sums = &sum.fences;
	size_t n = (sizeof(one) - offsetof(struct result_btt, fences)) / sizeof(*counters);

	(void)state;
	result_btt_add(&sum, &(struct result_btt){0});
	assert_int_equal(sum.valid, 0);
	for (size_t i = 0; i < n; i++)
		counters[i] = i + 1;
	result_btt_add(&sum, &one);
	result_btt_add(&sum, &one);
	assert_int_equal(sum.valid, 1);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(sums[i], 2 * (i + 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings_of_all_runs_are_added),
		cmocka_unit_test(a_run_without_findings_hides_none),
		cmocka_unit_test(more_findings_than_have_room_are_counted),
		cmocka_unit_test(layout_of_several_runs_is_as_bad_as_the_worst),
		cmocka_unit_test(equal_errnos_are_one_and_the_earliest_failure_is_the_first),
		cmocka_unit_test(an_errno_without_room_leaves_the_others_alone),
		cmocka_unit_test(every_counter_of_a_btt_is_added),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
