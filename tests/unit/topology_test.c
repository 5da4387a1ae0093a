/* SPDX-License-Identifier: BSD-3-Clause */
/* topology_test.c -- binding on this machine, and no binding on a made-up one. */
#include "placement_support.h"

#include <errno.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

static void
nothing_is_bound_on_a_made_up_machine(void **state)
{
	struct topology *t = open_synthetic(TWO_SOCKETS);
	char page[1];

	(void)state;
	errno = 0;
	assert_int_equal(topology_bind_thread(t, 0), -1);
	assert_int_equal(errno, ENOTSUP);
	assert_int_equal(topology_last_cpu(t), -1);
	assert_int_equal(topology_bind_area(t, page, sizeof page, 0), -1);
	assert_int_equal(topology_area_node(t, page, sizeof page), -1);
	topology_close(t);
}

static void
invalid_description_is_refused(void **state)
{
	(void)state;
	assert_null(topology_open_synthetic("nonsense", NULL));
	assert_null(topology_open_synthetic(TWO_SOCKETS, "16")); /* no CPU would be left */
}

/* ---- this machine ---- */

static struct topology *
open_here(void)
{
	struct topology *t = topology_open();

	assert_non_null(t);
	return t;
}

static cpu_set_t
affinity(void)
{
	cpu_set_t set;

	assert_int_equal(sched_getaffinity(0, sizeof set, &set), 0);
	return set;
}

static void
bound_thread_runs_on_that_cpu(void **state)
{
	struct topology *t = open_here();
	cpu_set_t mine = affinity();

	(void)state;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET((size_t)cpu, &mine)) {
			assert_int_equal(topology_bind_thread(t, cpu), 0);
			assert_int_equal(topology_last_cpu(t), cpu);
			assert_int_equal(sched_getcpu(), cpu);
		}
	assert_int_equal(topology_bind_thread(t, CPU_SETSIZE + 1), -1);
	assert_int_equal(topology_bind_thread(t, -1), -1);
	assert_int_equal(sched_setaffinity(0, sizeof mine, &mine), 0);
	topology_close(t);
}

static void
topology_contains_only_cpus_that_the_affinity_allows(void **state)
{
	struct placement p = with_smt(kind(PLACEMENT_SPREAD));
	cpu_set_t mine = affinity(), only;
	struct topology *t;
	struct place place;
	struct why why;
	size_t cpu = CPU_SETSIZE - 1;

	(void)state;
	while (!CPU_ISSET(cpu, &mine))
		cpu--;
	CPU_ZERO(&only);
	CPU_SET(cpu, &only);
	assert_int_equal(sched_setaffinity(0, sizeof only, &only), 0);
	t = open_here();
	assert_int_equal(sched_setaffinity(0, sizeof mine, &mine), 0);
	assert_int_equal(topology_cores(t), 1);
	assert_int_equal(topology_capacity(t, &p, UNKNOWN, &why), 1);
	assert_int_equal(topology_place(t, &p, UNKNOWN, &place, 1, &why), 0);
	assert_int_equal(place.cpu, cpu);
	topology_close(t);
}

static void
bound_area_has_its_touched_pages_on_the_node(void **state)
{
	struct topology *t = open_here();
	struct placement p = kind(PLACEMENT_SPREAD);
	size_t len = 300 * (size_t)sysconf(_SC_PAGESIZE);
	struct place place;
	struct why why;
	char *area = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_true(area != MAP_FAILED);
	assert_int_equal(topology_place(t, &p, UNKNOWN, &place, 1, &why), 0);
	assert_int_equal(topology_bind_area(t, area, len, place.node), 0);
	assert_int_equal(topology_area_node(t, area, len), -1);
	memset(area, 1, len);
	assert_int_equal(topology_area_node(t, area, len), place.node);
	munmap(area, len);
	topology_close(t);
}

static void
area_is_not_bound_to_a_missing_node(void **state)
{
	struct topology *t = open_here();
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *area = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_true(area != MAP_FAILED);
	errno = 0;
	assert_int_equal(topology_bind_area(t, area, page, 1000), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(topology_bind_area(t, area, page, -1), -1);
	munmap(area, page);
	topology_close(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_bound_on_a_made_up_machine),
		cmocka_unit_test(invalid_description_is_refused),
		cmocka_unit_test(bound_thread_runs_on_that_cpu),
		cmocka_unit_test(topology_contains_only_cpus_that_the_affinity_allows),
		cmocka_unit_test(bound_area_has_its_touched_pages_on_the_node),
		cmocka_unit_test(area_is_not_bound_to_a_missing_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
