/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * seats_test.c -- places for the workers of jobs that run together, on made-up machines.
 *
 * outcome() shows the seats as "cpu cpu | cpu ..." with a bar between jobs, or the error line.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "numa/seats.h"

#define JOBS_MAX 4

/* two sockets with one node, four cores and eight processing units each, numbered core by core */
static const char two_sockets[] = "package:2 numa:1 core:4 pu:2";
static const char four_cores[] = "package:1 numa:1 core:4 pu:1";

static struct why said;

/* Jobs of one group, up to the first without a name; the namespace is on `near_node`. */
static const char *
outcome(const char *machine, int near_node, const struct job jobs[JOBS_MAX])
{
	struct topology *t = topology_open_synthetic(machine, NULL);
	unsigned njobs = 0, worker = 0;
	struct seats seats;
	size_t used = 0;

	assert_non_null(t);
	while (njobs < JOBS_MAX && jobs[njobs].name[0])
		njobs++;
	said.text[0] = '\0';
	if (!seats_take(&seats, t, jobs, njobs, near_node, &said)) {
		for (unsigned i = 0; i < njobs; i++) {
			used += (size_t)snprintf(said.text + used, sizeof(said.text) - used, "%s",
						 i ? " |" : "");
			for (unsigned k = 0; k < seats.counts[i]; k++)
				used += (size_t)snprintf(said.text + used, sizeof(said.text) - used,
							 "%s%d", used ? " " : "",
							 seats.places[worker++].cpu);
		}
		assert_int_equal(worker, seats.total);
	}
	seats_free(&seats);
	topology_close(t);
	return said.text;
}

#define OUTCOME(machine, near_node, ...) \
	outcome(machine, near_node, (const struct job[JOBS_MAX]){__VA_ARGS__})

static void
jobs_take_cores_in_order_and_never_twice(void **state)
{
	(void)state;
	assert_string_equal(OUTCOME(four_cores, 0, {.name = "a", .threads = 1},
				    {.name = "b", .threads = 2}, {.name = "c", .threads = 1}),
			    "0 | 1 2 | 3");
}

static void
threads_all_takes_the_remaining_cores(void **state)
{
	(void)state;
	assert_string_equal(OUTCOME(four_cores, 0, {.name = "a", .threads = JOB_THREADS_ALL}),
			    "0 1 2 3");
	assert_string_equal(OUTCOME(four_cores, 0, {.name = "a", .threads = 3},
				    {.name = "b", .threads = JOB_THREADS_ALL}),
			    "0 1 2 | 3");
}

static void
worker_shares_no_core_when_smt_is_avoided(void **state)
{
	(void)state;
	assert_string_equal(OUTCOME(two_sockets, 0, {.name = "a", .threads = 2},
				    {.name = "b", .threads = JOB_THREADS_ALL}),
			    "0 2 | 4 6");
	assert_string_equal(OUTCOME(two_sockets, 0,
				    {.name = "a", .threads = 3, .placement.smt = SMT_USE},
				    {.name = "b", .threads = JOB_THREADS_ALL}),
			    "0 1 2 | 4 6");
	assert_string_equal(OUTCOME(two_sockets, 0,
				    {.name = "a",
				     .threads = 1,
				     .placement = {.kind = PLACEMENT_CPUS, .cpus = {{1 << 1}}}},
				    {.name = "b", .threads = JOB_THREADS_ALL}),
			    "1 | 2 4 6");
}

static void
second_unit_of_a_taken_core_is_free_when_smt_is_used(void **state)
{
	(void)state;
	assert_string_equal(
		OUTCOME(two_sockets, 0, {.name = "a", .threads = 4},
			{.name = "b", .threads = JOB_THREADS_ALL, .placement.smt = SMT_USE}),
		"0 2 4 6 | 1 3 5 7");
}

static void
job_on_another_node_is_not_in_the_way(void **state)
{
	(void)state;
	assert_string_equal(
		OUTCOME(two_sockets, 0, {.name = "a", .threads = 4},
			{.name = "b", .threads = 4, .placement.kind = PLACEMENT_REMOTE}),
		"0 2 4 6 | 8 10 12 14");
	assert_string_equal(
		OUTCOME(two_sockets, 0, {.name = "a", .threads = 2},
			{.name = "b", .threads = 4, .placement.kind = PLACEMENT_SPREAD}),
		"0 2 | 8 10 4 12");
}

static void
too_many_workers_are_refused_with_the_number_of_free_places(void **state)
{
	(void)state;
	assert_string_equal(
		OUTCOME(four_cores, 0, {.name = "a", .threads = 3}, {.name = "b", .threads = 2}),
		"job 'b': threads=2: 1 of 4 places are left by the jobs that run together with it "
		"(allowed: fewer threads, stonewall, or oversubscribe=1)");
	assert_string_equal(
		OUTCOME(four_cores, 0, {.name = "a", .threads = 4},
			{.name = "b",
			 .threads = 1,
			 .placement = {.kind = PLACEMENT_CPUS, .cpus = {{1 << 2}}}}),
		"job 'b': threads=1: 0 of 1 places are left by the jobs that run together with it "
		"(allowed: fewer threads, stonewall, or oversubscribe=1)");
	assert_string_equal(OUTCOME(four_cores, 0, {.name = "a", .threads = 4},
				    {.name = "b", .threads = JOB_THREADS_ALL}),
			    "job 'b': threads=all: 0 of 4 places are left by the jobs that run "
			    "together with it "
			    "(allowed: fewer threads, stonewall, or oversubscribe=1)");
}

static void
too_large_first_job_is_refused_like_a_single_job(void **state)
{
	(void)state;
	assert_non_null(
		strstr(OUTCOME(four_cores, 0, {.name = "a", .threads = 5}), "oversubscribe=1"));
	assert_non_null(strchr(said.text, '4'));
}

static void
oversubscribed_job_shares_only_when_it_must(void **state)
{
	(void)state;
	assert_string_equal(OUTCOME(four_cores, 0, {.name = "a", .threads = 2},
				    {.name = "b", .threads = 2, .placement.oversubscribe = 1}),
			    "0 1 | 2 3");
	assert_string_equal(OUTCOME(four_cores, 0, {.name = "a", .threads = 2},
				    {.name = "b", .threads = 3, .placement.oversubscribe = 1}),
			    "0 1 | 0 1 2");
}

static void
threads_all_without_free_places_is_refused_even_if_it_may_share(void **state)
{
	(void)state;
	assert_non_null(strstr(
		OUTCOME(four_cores, 0, {.name = "a", .threads = 4},
			{.name = "b", .threads = JOB_THREADS_ALL, .placement.oversubscribe = 1}),
		"0 of 4 places are left"));
}

static void
missing_place_is_refused_for_any_job(void **state)
{
	(void)state;
	assert_non_null(strstr(OUTCOME(four_cores, 0, {.name = "a", .threads = 1},
				       {.name = "b",
					.threads = 1,
					.placement = {.kind = PLACEMENT_NODE, .node = 9}}),
			       "9"));
	assert_null(strchr(said.text, '|'));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jobs_take_cores_in_order_and_never_twice),
		cmocka_unit_test(threads_all_takes_the_remaining_cores),
		cmocka_unit_test(worker_shares_no_core_when_smt_is_avoided),
		cmocka_unit_test(second_unit_of_a_taken_core_is_free_when_smt_is_used),
		cmocka_unit_test(job_on_another_node_is_not_in_the_way),
		cmocka_unit_test(too_many_workers_are_refused_with_the_number_of_free_places),
		cmocka_unit_test(too_large_first_job_is_refused_like_a_single_job),
		cmocka_unit_test(oversubscribed_job_shares_only_when_it_must),
		cmocka_unit_test(threads_all_without_free_places_is_refused_even_if_it_may_share),
		cmocka_unit_test(missing_place_is_refused_for_any_job),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
