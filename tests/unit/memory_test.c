/* SPDX-License-Identifier: BSD-3-Clause */
/* memory_test.c -- alignment, contents and node of the memory that numa/memory allocates. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "numa/memory.h"
#include "numa/topology.h"
#include "run/worker.h"

#define ANYWHERE -1

struct fixture {
	struct topology *topology;
	struct memory *memory;
	int node; /* a node with cores */
};

static int
set_up(void **state)
{
	static struct fixture f;
	const struct placement spread = {.kind = PLACEMENT_SPREAD};
	struct place place = {.node = -1};
	struct why why;

	f.topology = topology_open(&why);
	assert_non_null(f.topology);
	assert_int_equal(topology_place(f.topology, &spread, -1, &place, 1, &why), 0);
	f.node = place.node;
	f.memory = memory_open(f.topology);
	assert_non_null(f.memory);
	*state = &f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	memory_close(f->memory);
	topology_close(f->topology);
	return 0;
}

static int
all_zero(const unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i])
			return 0;
	return 1;
}

static void
memory_has_the_requested_alignment(void **state)
{
	struct fixture *f = *state;

	for (int node = ANYWHERE; node <= f->node; node += f->node + 1)
		for (size_t align = 128; align <= (4 << 20); align *= 2) {
			void *ptr = memory_alloc(f->memory, node, 1000, align);

			assert_non_null(ptr);
			assert_int_equal((uintptr_t)ptr % align, 0);
			memory_free(f->memory, ptr);
		}
}

/* An allocator tends to hand out recently freed memory next. */
static void
reused_memory_is_zeroed(void **state)
{
	static const size_t sizes[] = {128, 5000, 300000, 5000000};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
		for (int again = 0; again < 4; again++) {
			unsigned char *ptr = memory_alloc(f->memory, f->node, sizes[i], 128);

			assert_non_null(ptr);
			assert_true(all_zero(ptr, sizes[i]));
			memset(ptr, 0xa5, sizes[i]);
			memory_free(f->memory, ptr);
		}
}

static void
allocations_do_not_overlap(void **state)
{
	struct fixture *f = *state;
	unsigned char *ptr[64];

	for (int i = 0; i < 64; i++) {
		ptr[i] = memory_alloc(f->memory, i % 2 ? f->node : ANYWHERE, 4096, 128);
		assert_non_null(ptr[i]);
		memset(ptr[i], i, 4096);
	}
	for (int i = 0; i < 64; i++) {
		assert_int_equal(ptr[i][0], i);
		assert_memory_equal(ptr[i], ptr[i] + 1, 4095);
		memory_free(f->memory, ptr[i]);
	}
}

static void
touched_pages_lie_on_the_node(void **state)
{
	struct fixture *f = *state;
	const size_t size = 8 << 20;
	void *ptr = memory_alloc(f->memory, f->node, size, 4096);

	assert_non_null(ptr);
	memset(ptr, 1, size);
	assert_int_equal(topology_area_node(f->topology, ptr, size), f->node);
	memory_free(f->memory, ptr);
}

/* The node of each page of an area: move_pages(2) without a target node reports it. */
static void
assert_pages_on(int node, char *area, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *first = area - (uintptr_t)area % page;
	size_t count = ((size_t)(area - first) + size + page - 1) / page;
	void **pages = calloc(count, sizeof(*pages));
	int *status = calloc(count, sizeof(*status));

	assert_non_null(pages);
	assert_non_null(status);
	for (size_t i = 0; i < count; i++)
		pages[i] = first + i * page;
	if (syscall(SYS_move_pages, 0, count, pages, NULL, status, 0)) {
		print_message("move_pages: %s\n", strerror(errno));
		skip();
	}
	for (size_t i = 0; i < count; i++)
		assert_int_equal(status[i], node);
	free(pages);
	free(status);
}

/* The statistics and state of a worker, and its buffers from the smallest block size on. */
static void
every_page_of_a_worker_is_on_its_node(void **state)
{
	static const size_t sizes[] = {sizeof(struct worker), 512, 4096, 1 << 20};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
		for (int n = 0; n < 4; n++) {
			size_t align = i ? 4096 : WORKER_PAD;
			char *ptr = memory_alloc(f->memory, f->node, sizes[i], align);

			assert_non_null(ptr);
			memset(ptr, 1, sizes[i]);
			assert_pages_on(f->node, ptr, sizes[i]);
			memory_free(f->memory, ptr);
		}
}

/* The kernel's list of policies: the line for the mapping of `ptr` contains "bind:N". */
static int
policy_is_bind(const void *ptr, int node)
{
	FILE *maps = fopen("/proc/self/numa_maps", "r");
	char line[4096], policy[64], wanted[64];
	unsigned long start;
	int bound = 0;

	if (!maps)
		return -1;
	snprintf(wanted, sizeof wanted, "bind:%d", node);
	while (fgets(line, sizeof line, maps))
		if (sscanf(line, "%lx %63s", &start, policy) == 2 && start <= (uintptr_t)ptr)
			bound = strncmp(policy, wanted, strlen(wanted)) == 0;
	fclose(maps);
	return bound;
}

static void
only_memory_for_a_node_is_bound_to_it(void **state)
{
	struct fixture *f = *state;
	void *here = memory_alloc(f->memory, f->node, 1 << 20, 4096);
	void *anywhere = memory_alloc(f->memory, ANYWHERE, 1 << 20, 4096);

	assert_non_null(here);
	assert_non_null(anywhere);
	if (policy_is_bind(here, f->node) < 0)
		skip();
	assert_int_equal(policy_is_bind(here, f->node), 1);
	assert_int_equal(policy_is_bind(anywhere, f->node), 0);
	memory_free(f->memory, here);
	memory_free(f->memory, anywhere);
}

static void
missing_node_is_out_of_memory(void **state)
{
	struct fixture *f = *state;

	errno = 0;
	assert_null(memory_alloc(f->memory, 1000, 4096, 128));
	assert_int_equal(errno, ENOMEM);
	errno = 0;
	assert_null(memory_alloc(f->memory, 1000, 64 << 20, 4096));
	assert_int_equal(errno, ENOMEM);
}

static void
more_than_the_address_space_is_out_of_memory(void **state)
{
	struct fixture *f = *state;

	errno = 0;
	assert_null(memory_alloc(f->memory, f->node, SIZE_MAX / 4, 128));
	assert_int_equal(errno, ENOMEM);
	assert_null(memory_alloc(f->memory, ANYWHERE, SIZE_MAX / 4, 128));
}

static void
freeing_nothing_is_allowed(void **state)
{
	struct fixture *f = *state;

	memory_free(f->memory, NULL);
}

static size_t
address_space_pages(void)
{
	FILE *statm = fopen("/proc/self/statm", "r");
	size_t pages;

	assert_non_null(statm);
	assert_int_equal(fscanf(statm, "%zu", &pages), 1);
	fclose(statm);
	return pages;
}

/* Leaking 100 times 16 MiB would show; jemalloc keeps far less than 400 MiB for itself. */
static void
closing_releases_the_address_space(void **state)
{
	struct fixture *f = *state;
	size_t before = address_space_pages();

	for (int i = 0; i < 100; i++) {
		struct memory *m = memory_open(f->topology);
		void *ptr = memory_alloc(m, f->node, 16 << 20, 128);

		assert_non_null(ptr);
		memory_free(m, ptr);
		memory_close(m);
	}
	assert_true(address_space_pages() < before + (400 << 20) / 4096);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_has_the_requested_alignment),
		cmocka_unit_test(reused_memory_is_zeroed),
		cmocka_unit_test(allocations_do_not_overlap),
		cmocka_unit_test(touched_pages_lie_on_the_node),
		cmocka_unit_test(every_page_of_a_worker_is_on_its_node),
		cmocka_unit_test(only_memory_for_a_node_is_bound_to_it),
		cmocka_unit_test(missing_node_is_out_of_memory),
		cmocka_unit_test(more_than_the_address_space_is_out_of_memory),
		cmocka_unit_test(freeing_nothing_is_allowed),
		cmocka_unit_test(closing_releases_the_address_space),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
