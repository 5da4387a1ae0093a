/* SPDX-License-Identifier: BSD-3-Clause */
/* topology_test.c -- binding on this machine, and no binding on a made-up one. */
#include "placement_support.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
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
	const struct topology_limits none = {.cpuset = "16"};

	(void)state;
	assert_null(topology_open_synthetic("nonsense", NULL));
	assert_null(topology_open_synthetic(TWO_SOCKETS, &none)); /* no CPU would be left */
}

/* ---- this machine ---- */

static struct why why;

static struct topology *
open_here(void)
{
	struct topology *t = topology_open(&why);

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
	size_t cpu = CPU_SETSIZE - 1;

	(void)state;
	while (!CPU_ISSET(cpu, &mine))
		cpu--;
	CPU_ZERO(&only);
	CPU_SET(cpu, &only);
	assert_int_equal(sched_setaffinity(0, sizeof only, &only), 0);
	t = open_here();
	assert_int_equal(sched_setaffinity(0, sizeof mine, &mine), 0);
	assert_int_equal(topology_capacity(t, &p, UNKNOWN, &why), 1);
	assert_int_equal(topology_place(t, &p, UNKNOWN, &place, 1, &why), 0);
	assert_int_equal(place.cpu, cpu);
	topology_close(t);
}

static void
listed_cpu_outside_the_affinity_is_granted_and_the_affinity_stays(void **state)
{
	cpu_set_t mine = affinity(), only, after;
	struct topology *t;
	struct place place;
	struct placement p;
	char list[16];
	size_t first = 0, last = CPU_SETSIZE - 1;

	(void)state;
	while (!CPU_ISSET(first, &mine))
		first++;
	while (!CPU_ISSET(last, &mine))
		last--;
	if (first == last)
		skip();
	CPU_ZERO(&only);
	CPU_SET(first, &only);
	assert_int_equal(sched_setaffinity(0, sizeof only, &only), 0);
	t = open_here();
	snprintf(list, sizeof list, "%zu", last);
	p = cpus(list);
	assert_int_equal(topology_capacity(t, &p, UNKNOWN, &why), 1);
	assert_int_equal(topology_place(t, &p, UNKNOWN, &place, 1, &why), 0);
	assert_int_equal(place.cpu, last);
	after = affinity();
	assert_true(CPU_EQUAL(&after, &only));
	assert_int_equal(topology_bind_thread(t, place.cpu), 0);
	assert_int_equal(sched_getcpu(), last);
	assert_int_equal(sched_setaffinity(0, sizeof mine, &mine), 0);
	p = with_smt(kind(PLACEMENT_SPREAD));
	assert_int_equal(topology_capacity(t, &p, UNKNOWN, &why), 1);
	topology_close(t);
}

static void
missing_cpu_of_this_machine_is_named_as_missing(void **state)
{
	struct topology *t = open_here();
	struct placement p = cpus("8191");

	(void)state;
	assert_int_equal(topology_capacity(t, &p, UNKNOWN, &why), 0);
	assert_non_null(strstr(why.text, "CPU 8191: this machine has no such CPU (allowed: "));
	topology_close(t);
}

static void
variable_that_describes_another_machine_is_refused_by_name(void **state)
{
	(void)state;
	setenv("HWLOC_SYNTHETIC", "numa:2 core:1 pu:1", 1);
	assert_null(topology_open(&why));
	unsetenv("HWLOC_SYNTHETIC");
	assert_string_equal(why.text,
			    "HWLOC_SYNTHETIC=numa:2 core:1 pu:1: not a description of this "
			    "machine, so nothing can be pinned to its CPUs (allowed: this "
			    "variable unset, or HWLOC_THISSYSTEM=1 with a description of this "
			    "machine)");
	setenv("HWLOC_THISSYSTEM", "0", 1);
	assert_null(topology_open(&why));
	unsetenv("HWLOC_THISSYSTEM");
	assert_string_equal(why.text,
			    "HWLOC_THISSYSTEM=0: not a description of this machine, so nothing can "
			    "be pinned to its CPUs (allowed: this variable unset)");
}

static void
description_with_a_missing_cpu_or_node_is_not_this_machine(void **state)
{
	static const struct {
		const char *description, *missing;
	} cases[] = {
		{"numa:1 core:1 pu:1(indexes=8191)", "CPU 8191 on node 0"},
		{"numa:1(indexes=1000) core:1 pu:1", "CPU 0 on node 1000"},
	};

	(void)state;
	setenv("HWLOC_THISSYSTEM", "1", 1);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char want[300];

		setenv("HWLOC_SYNTHETIC", cases[i].description, 1);
		assert_null(topology_open(&why));
		snprintf(want, sizeof want,
			 "HWLOC_SYNTHETIC=%s: not a description of this machine, which has no %s "
			 "(allowed: this variable unset)",
			 cases[i].description, cases[i].missing);
		assert_string_equal(why.text, want);
	}
	unsetenv("HWLOC_SYNTHETIC");
	topology_close(open_here()); /* HWLOC_THISSYSTEM=1 alone changes nothing */
	unsetenv("HWLOC_THISSYSTEM");
}

/* The first CPU of the affinity and its node are a part of this machine. */
static void
description_of_this_machine_is_used_if_a_variable_says_so(void **state)
{
	struct placement p = kind(PLACEMENT_SPREAD);
	struct topology *t = open_here();
	struct place place, same;
	char description[100];

	(void)state;
	assert_int_equal(topology_place(t, &p, UNKNOWN, &place, 1, &why), 0);
	topology_close(t);
	snprintf(description, sizeof description, "numa:1(indexes=%d) core:1 pu:1(indexes=%d)",
		 place.node, place.cpu);
	setenv("HWLOC_SYNTHETIC", description, 1);
	setenv("HWLOC_THISSYSTEM", "1", 1);
	t = open_here();
	unsetenv("HWLOC_SYNTHETIC");
	unsetenv("HWLOC_THISSYSTEM");
	assert_int_equal(topology_capacity(t, &p, UNKNOWN, &why), 1);
	assert_int_equal(topology_place(t, &p, UNKNOWN, &same, 1, &why), 0);
	assert_int_equal(same.cpu, place.cpu);
	assert_int_equal(same.node, place.node);
	topology_close(t);
}

static void
bound_area_has_its_touched_pages_on_the_node(void **state)
{
	struct topology *t = open_here();
	struct placement p = kind(PLACEMENT_SPREAD);
	size_t len = 300 * (size_t)sysconf(_SC_PAGESIZE);
	struct place place;
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
		cmocka_unit_test(listed_cpu_outside_the_affinity_is_granted_and_the_affinity_stays),
		cmocka_unit_test(missing_cpu_of_this_machine_is_named_as_missing),
		cmocka_unit_test(variable_that_describes_another_machine_is_refused_by_name),
		cmocka_unit_test(description_with_a_missing_cpu_or_node_is_not_this_machine),
		cmocka_unit_test(description_of_this_machine_is_used_if_a_variable_says_so),
		cmocka_unit_test(bound_area_has_its_touched_pages_on_the_node),
		cmocka_unit_test(area_is_not_bound_to_a_missing_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
