/* SPDX-License-Identifier: BSD-3-Clause */
/* pages_test.c -- page size and MAP_SYNC in a result are those of the kernel's mapping. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/host.h"

#define SIZE (16u << 20)

static uint64_t
page_bytes_under(int advice)
{
	uint8_t *base =
		mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct result_namespace ns = {.kind = (char[]){"dram"}};

	assert_ptr_not_equal(base, MAP_FAILED);
	assert_int_equal(madvise(base, SIZE, advice), 0);
	memset(base, 1, SIZE);
	host_read_mapping(base + SIZE / 2, &ns);
	munmap(base, SIZE);
	assert_int_equal(ns.map_sync, -1);
	return ns.page_bytes;
}

static void
small_pages_are_detected(void **state)
{
	(void)state;
	assert_int_equal(page_bytes_under(MADV_NOHUGEPAGE), 4096);
}

static void
huge_pages_are_detected_when_the_kernel_makes_them(void **state)
{
	FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "re");
	char modes[64] = "";

	(void)state;
	if (file && fgets(modes, sizeof(modes), file))
		fclose(file);
	if (strstr(modes, "[never]"))
		skip();
	/* fragmented memory may have no free huge page at first */
	for (int i = 0; i < 20; i++)
		if (page_bytes_under(MADV_HUGEPAGE) == 2u << 20)
			return;
	fail_msg("no 2 MiB page in 20 mappings");
}

/* the facts of a file in memory, where the kernel counts pages as soon as they are touched */
static void
facts_of_a_file(int touch, struct result_namespace *ns)
{
	int fd = memfd_create("file", MFD_CLOEXEC);
	uint8_t *base;

	assert_false(ftruncate(fd, SIZE));
	base = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(base, MAP_FAILED);
	madvise(base, SIZE, MADV_NOHUGEPAGE);
	if (touch)
		memset(base, 1, SIZE);
	host_read_mapping(base + SIZE / 2, ns);
	munmap(base, SIZE);
	close(fd);
}

static void
page_size_of_a_file_is_unknown_without_counted_pages(void **state)
{
	struct result_namespace ns = {.kind = (char[]){"file"}, .page_bytes = 1};

	(void)state;
	facts_of_a_file(0, &ns);
	assert_int_equal(ns.page_bytes, 0);
	facts_of_a_file(1, &ns);
	assert_int_equal(ns.page_bytes, 4096);
}

static void
file_in_memory_is_mapped_without_map_sync(void **state)
{
	struct result_namespace ns = {.kind = (char[]){"file"}, .map_sync = 1};

	(void)state;
	facts_of_a_file(1, &ns);
	assert_int_equal(ns.map_sync, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_pages_are_detected),
		cmocka_unit_test(huge_pages_are_detected_when_the_kernel_makes_them),
		cmocka_unit_test(page_size_of_a_file_is_unknown_without_counted_pages),
		cmocka_unit_test(file_in_memory_is_mapped_without_map_sync),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
