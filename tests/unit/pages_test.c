/* SPDX-License-Identifier: BSD-3-Clause */
/* pages_test.c -- the page size in a result equals the page size of the kernel's mapping. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "host/host.h"

#define SIZE (16u << 20)

static uint64_t
page_bytes_under(int advice)
{
	uint8_t *base =
		mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t bytes;

	assert_ptr_not_equal(base, MAP_FAILED);
	assert_int_equal(madvise(base, SIZE, advice), 0);
	memset(base, 1, SIZE);
	bytes = host_page_bytes(base + SIZE / 2);
	munmap(base, SIZE);
	return bytes;
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
	assert_int_equal(page_bytes_under(MADV_HUGEPAGE), 2u << 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_pages_are_detected),
		cmocka_unit_test(huge_pages_are_detected_when_the_kernel_makes_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
