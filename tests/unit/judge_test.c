/* SPDX-License-Identifier: BSD-3-Clause */
/* judge_test.c -- what a run is worth by where its workers and their memory were. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "../../bench/load/judge.h"

static struct job a_job;

/* judges a run of one worker on CPU 3, node 1; the result is the caller's to free */
static struct result
judged(struct result_worker worker)
{
	struct result result = {0};
	struct result_run run = {.job = &a_job, .workers = &worker, .nworkers = 1};

	worker.place = (struct place){.cpu = 3, .core = 1, .node = 1};
	run.ops[OP_READ].count = 1;
	judge_run(&result, &run);
	return result;
}

static void
worker_in_its_place_is_no_reason(void **state)
{
	static const struct result_worker good[] = {
		{.cpu_seen = 3, .buffer_node = 1, .state_node = 1},
		{.cpu_seen = -1, .buffer_node = -1, .state_node = -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct result result = judged(good[i]);

		assert_int_equal(result.status, RESULT_VALID);
		assert_int_equal(result.nreasons, 0);
		result_free(&result);
	}
}

static void
worker_that_moved_makes_the_result_invalid(void **state)
{
	struct result result =
		judged((struct result_worker){.cpu_seen = 2, .buffer_node = 1, .state_node = 1});

	(void)state;
	assert_int_equal(result.status, RESULT_INVALID);
	assert_int_equal(result.nreasons, 1);
	assert_string_equal(result.reasons[0], "worker 0 was put on CPU 3 and ran on CPU 2");
	result_free(&result);
}

static void
memory_on_another_node_is_told(void **state)
{
	struct result result =
		judged((struct result_worker){.cpu_seen = 3, .buffer_node = 0, .state_node = 2});

	(void)state;
	assert_int_equal(result.status, RESULT_VALID);
	assert_int_equal(result.nreasons, 2);
	assert_string_equal(result.reasons[0], "worker 0 is on node 1 and its buffer on node 0");
	assert_string_equal(result.reasons[1],
			    "worker 0 is on node 1 and its statistics on node 2");
	result_free(&result);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(worker_in_its_place_is_no_reason),
		cmocka_unit_test(worker_that_moved_makes_the_result_invalid),
		cmocka_unit_test(memory_on_another_node_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
