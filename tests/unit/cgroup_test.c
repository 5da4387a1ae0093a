/* SPDX-License-Identifier: BSD-3-Clause */
/* cgroup_test.c -- the memory left in the control groups, with a made-up /sys/fs/cgroup. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/cgroup.h"

/* mount/a/b, each with or without a memory.max, and the file that names the group of this process */
static char root[64];

static void
put(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static uint64_t
limit(void)
{
	char self[128], mount[128];

	snprintf(self, sizeof(self), "%s/self", root);
	snprintf(mount, sizeof(mount), "%s/mount", root);
	return cgroup_memory_left(self, mount);
}

static int
set_up(void **state)
{
	static const char *const folders[] = {"mount", "mount/a", "mount/a/b", "mount/c"};
	char path[128];

	(void)state;
	snprintf(root, sizeof(root), "/tmp/cgroup-test.XXXXXX");
	if (!mkdtemp(root))
		return -1;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", root, folders[i]);
		if (mkdir(path, 0700))
			return -1;
	}
	put("self", "4:memory:/c\n0::/a/b\n");
	put("mount/c/memory.max", "1\n");
	return 0;
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r '%s'", root);
	return system(command);
}

static void
the_group_of_the_process_limits(void **state)
{
	(void)state;
	put("mount/a/b/memory.max", "1073741824\n");
	assert_int_equal(limit(), UINT64_C(1) << 30);
}

static void
the_smallest_limit_of_all_parents_counts(void **state)
{
	(void)state;
	put("mount/a/b/memory.max", "max\n");
	put("mount/a/memory.max", "4096\n");
	assert_int_equal(limit(), 4096);
	put("mount/memory.max", "2048\n");
	assert_int_equal(limit(), 2048);
	put("mount/a/b/memory.max", "1024\n");
	assert_int_equal(limit(), 1024);
}

static void
a_limit_at_the_root_counts(void **state)
{
	(void)state;
	put("self", "0::/\n");
	put("mount/memory.max", "8192\n");
	put("mount/a/memory.max", "1\n");
	assert_int_equal(limit(), 8192);
}

static void
missing_file_or_max_means_no_limit(void **state)
{
	(void)state;
	assert_int_equal(limit(), CGROUP_NO_LIMIT);
	put("mount/a/b/memory.max", "max\n");
	assert_int_equal(limit(), CGROUP_NO_LIMIT);
	put("mount/a/memory.max", "");
	assert_int_equal(limit(), CGROUP_NO_LIMIT);
	put("self", "4:memory:/c\n");
	assert_int_equal(limit(), CGROUP_NO_LIMIT);
	assert_int_equal(cgroup_memory_left("/nonexistent", "/nonexistent"), CGROUP_NO_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_group_of_the_process_limits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_smallest_limit_of_all_parents_counts, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_limit_at_the_root_counts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(missing_file_or_max_means_no_limit, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
