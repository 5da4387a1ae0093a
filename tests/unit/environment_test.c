/* SPDX-License-Identifier: BSD-3-Clause */
/* environment_test.c -- the report of host/ on a made-up machine, on an empty one, and on this one. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "host/host.h"

#define CPU "/sys/devices/system/cpu/"

static char root[] = "/tmp/environment_test.XXXXXX";

static void
put(const char *path, const char *text)
{
	char full[PATH_MAX];
	FILE *out;

	snprintf(full, sizeof(full), "%s%s", root, path);
	for (char *slash = strchr(full + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(full, 0700);
		*slash = '/';
	}
	out = fopen(full, "w");
	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
}

static int
make_root(void **state)
{
	(void)state;
	strcpy(root + strlen(root) - 6, "XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int
remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static int
remove_root(void **state)
{
	(void)state;
	return nftw(root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* result_free frees the host of a result */
static struct result *
read_fake(void)
{
	static struct result result;

	host_read_under(root, &result.host);
	return &result;
}

static void
every_setting_is_read_from_its_file(void **state)
{
	struct result *result;

	(void)state;
	put("/proc/sys/kernel/hostname", "box\n");
	put("/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
	put("/proc/cmdline", "root=/dev/sda1 memmap=4G!8G\n");
	put("/proc/cpuinfo",
	    "processor\t: 0\nmodel\t\t: 85\nmodel name\t: Xeon 9\nmicrocode\t: 0x5\n"
	    "processor\t: 1\nmodel name\t: other\nmicrocode\t: 0x6\n");
	put(CPU "cpu0/cpufreq/scaling_governor", "performance\n");
	put(CPU "smt/active", "1\n");
	put("/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
	result = read_fake();
	assert_string_equal(result->host.hostname, "box");
	assert_string_equal(result->host.kernel, "6.1.0-18-amd64");
	assert_string_equal(result->host.cmdline, "root=/dev/sda1 memmap=4G!8G");
	assert_string_equal(result->host.cpu_model, "Xeon 9");
	assert_string_equal(result->host.microcode, "0x5");
	assert_string_equal(result->host.governor, "performance");
	assert_string_equal(result->host.thp, "madvise");
	assert_int_equal(result->host.smt, 1);
	result_free(result);
}

static void
governors_of_all_cpus_are_listed(void **state)
{
	struct result *result;

	(void)state;
	put(CPU "cpu0/cpufreq/scaling_governor", "performance\n");
	put(CPU "cpu1/cpufreq/scaling_governor", "performance\n");
	put(CPU "cpu10/cpufreq/scaling_governor", "powersave\n");
	put(CPU "cpu11/cpufreq/scaling_governor", "\n");
	result = read_fake();
	assert_string_equal(result->host.governor, "performance, powersave");
	result_free(result);
}

static void
missing_files_are_unknown(void **state)
{
	struct result *result = read_fake();
	struct result_host *host = &result->host;

	(void)state;
	assert_null(host->hostname);
	assert_null(host->kernel);
	assert_null(host->cmdline);
	assert_null(host->cpu_model);
	assert_null(host->microcode);
	assert_null(host->governor);
	assert_null(host->thp);
	assert_null(host->libpmem_version);
	assert_null(host->libpmem_flush);
	assert_null(host->libpmem_store);
	assert_null(host->libpmem_wc_workaround);
	assert_int_equal(host->turbo, -1);
	assert_int_equal(host->smt, -1);
	assert_int_equal(host->nodes, 0);
	assert_int_equal(host->cpus, 0);
	result_free(result);
}

static void
files_without_a_valid_value_are_unknown(void **state)
{
	struct result *result;

	(void)state;
	put("/proc/cmdline", "");
	put("/proc/sys/kernel/hostname", "\n");
	put("/proc/cpuinfo", "model name\nmicrocode\t:\n");
	put("/sys/kernel/mm/transparent_hugepage/enabled", "always madvise never\n");
	put(CPU "smt/active", "forceoff\n");
	put(CPU "cpufreq/boost", "12\n");
	result = read_fake();
	assert_null(result->host.cmdline);
	assert_null(result->host.hostname);
	assert_null(result->host.cpu_model);
	assert_null(result->host.microcode);
	assert_null(result->host.thp);
	assert_int_equal(result->host.smt, -1);
	assert_int_equal(result->host.turbo, -1);
	result_free(result);
}

static int
turbo_with(const char *path, const char *text)
{
	struct result *result;
	int turbo;

	put(path, text);
	result = read_fake();
	turbo = result->host.turbo;
	result_free(result);
	return turbo;
}

static void
turbo_comes_from_intel_pstate_else_from_cpufreq_boost(void **state)
{
	(void)state;
	assert_int_equal(turbo_with(CPU "cpufreq/boost", "0\n"), 0);
	assert_int_equal(turbo_with(CPU "cpufreq/boost", "1\n"), 1);
	assert_int_equal(turbo_with(CPU "intel_pstate/no_turbo", "1\n"), 0);
	assert_int_equal(turbo_with(CPU "intel_pstate/no_turbo", "0\n"), 1);
}

static void
this_machine_reports_its_kernel_and_libpmem(void **state)
{
	static struct result result;
	struct utsname name;

	(void)state;
	host_read(&result.host);
	assert_int_equal(uname(&name), 0);
	assert_string_equal(result.host.kernel, name.release);
	assert_string_equal(result.host.hostname, name.nodename);
	assert_non_null(strstr(result.host.libpmem_version, "libpmem.so.1"));
	assert_non_null(strstr(result.host.libpmem_version, "(API 1."));
	result_free(&result);
}

#if defined(__x86_64__)
static void
assert_libpmem_says(const char *flush, const char *store)
{
	static struct result result;

	host_read_libpmem(&result.host);
	assert_string_equal(result.host.libpmem_flush, flush);
	assert_string_equal(result.host.libpmem_store, store);
	result_free(&result);
}

static int
clear_variables(void **state)
{
	(void)state;
	unsetenv("PMEM_NO_FLUSH");
	unsetenv("PMEM_NO_CLWB");
	unsetenv("PMEM_NO_CLFLUSHOPT");
	unsetenv("PMEM_NO_MOVNT");
	return 0;
}

static void
libpmem_follows_its_documented_variables(void **state)
{
	(void)state;
	setenv("PMEM_NO_FLUSH", "0", 1);
	setenv("PMEM_NO_CLWB", "1", 1);
	setenv("PMEM_NO_CLFLUSHOPT", "1", 1);
	assert_libpmem_says("clflush", "non-temporal");
	setenv("PMEM_NO_MOVNT", "1", 1);
	assert_libpmem_says("clflush", "temporal (PMEM_NO_MOVNT=1)");
	setenv("PMEM_NO_FLUSH", "1", 1);
	assert_libpmem_says("none (PMEM_NO_FLUSH=1)", "temporal (PMEM_NO_MOVNT=1)");
}

static int
kernel_lists_flag(const char *flag)
{
	char command[64];

	snprintf(command, sizeof(command), "grep -qw %s /proc/cpuinfo", flag);
	return system(command) == 0;
}

static void
libpmem_flushes_with_the_best_available_instruction(void **state)
{
	const char *best = kernel_lists_flag("clflushopt") ? "clflushopt" : "clflush";

	(void)state;
	setenv("PMEM_NO_FLUSH", "0", 1);
	setenv("PMEM_NO_CLWB", "1", 1);
	assert_libpmem_says(best, "non-temporal");
	setenv("PMEM_NO_CLWB", "0", 1);
	assert_libpmem_says(kernel_lists_flag("clwb") ? "clwb" : best, "non-temporal");
}
#endif

#define WITH_ROOT(test)      cmocka_unit_test_setup_teardown(test, make_root, remove_root)
#define WITH_VARIABLES(test) cmocka_unit_test_setup_teardown(test, clear_variables, clear_variables)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_ROOT(every_setting_is_read_from_its_file),
		WITH_ROOT(governors_of_all_cpus_are_listed),
		WITH_ROOT(missing_files_are_unknown),
		WITH_ROOT(files_without_a_valid_value_are_unknown),
		WITH_ROOT(turbo_comes_from_intel_pstate_else_from_cpufreq_boost),
		cmocka_unit_test(this_machine_reports_its_kernel_and_libpmem),
#if defined(__x86_64__)
		WITH_VARIABLES(libpmem_follows_its_documented_variables),
		WITH_VARIABLES(libpmem_flushes_with_the_best_available_instruction),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
