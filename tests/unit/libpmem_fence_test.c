/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * libpmem_fence_test.c -- the fences within a copy of libpmem, counted by single-stepping, compared with the report of
 * host/. libpmem reads its variables when it is loaded, so each case runs this program again.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <libpmem.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/host.h"

#if defined(__x86_64__)
#define BLOCK     4096
#define STEPS_MAX 100000
#define SFENCE    0xf8ae0f /* the bytes 0f ae f8 */

static _Alignas(64) char from[BLOCK], to[BLOCK];

/* Prints the report. Then copies `len` bytes between two stops. */
static int
be_stepped(size_t len)
{
	static struct result result;

	host_read_libpmem(&result.host);
	printf("%s", result.host.libpmem_wc_workaround);
	fflush(stdout);
	result_free(&result);
	pmem_memcpy_nodrain(to, from, len); /* the linker has looked it up after that */
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		return 77;
	raise(SIGSTOP);
	pmem_memcpy_nodrain(to, from, len);
	raise(SIGSTOP);
	return 0;
}

struct observed {
	char report[64];
	int fences; /* -1: this process may not be traced */
};

static int
count_fences(pid_t child)
{
	struct user_regs_struct regs;
	int status, fences = 0;

	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		return -1;
	for (int steps = 0; steps < STEPS_MAX; steps++) {
		assert_int_equal(ptrace(PTRACE_SINGLESTEP, child, NULL, NULL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSTOPPED(status));
		if (WSTOPSIG(status) == SIGSTOP)
			break;
		assert_int_equal(ptrace(PTRACE_GETREGS, child, NULL, &regs), 0);
		errno = 0;
		fences += (ptrace(PTRACE_PEEKTEXT, child, regs.rip, NULL) & 0xffffff) == SFENCE;
		assert_int_equal(errno, 0);
	}
	ptrace(PTRACE_KILL, child, NULL, NULL);
	waitpid(child, &status, 0);
	return fences;
}

/* `variables` is NULL-terminated. */
static struct observed
observe(const char *const *variables, size_t len)
{
	struct observed seen = {.report = ""};
	char number[16];
	int ends[2];
	pid_t child;

	snprintf(number, sizeof(number), "%zu", len);
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (!child) {
		dup2(ends[1], STDOUT_FILENO);
		while (*variables)
			putenv(strdup(*variables++));
		execl("/proc/self/exe", "copy", number, (char *)NULL);
		_exit(1);
	}
	close(ends[1]);
	assert_true(read(ends[0], seen.report, sizeof(seen.report) - 1) > 0);
	close(ends[0]);
	seen.fences = count_fences(child);
	return seen;
}

#define NARROW "PMEM_AVX512F=0", "PMEM_MOVDIR64B=0" /* no stores of 64 bytes */

static void
a_copy_has_fences_only_where_the_report_says_so(void **state)
{
	static const char *const cases[][5] = {
		{NULL},
		{"PMEM_WC_WORKAROUND=1"},
		{"PMEM_WC_WORKAROUND=0"},
		{"PMEM_NO_FLUSH=0", "PMEM_WC_WORKAROUND=1"},
		{"PMEM_AVX512F=0", "PMEM_MOVDIR64B=1", "PMEM_WC_WORKAROUND=1"},
		{NARROW},
		{NARROW, "PMEM_WC_WORKAROUND=1"},
		{NARROW, "PMEM_WC_WORKAROUND=0"},
		{NARROW, "PMEM_WC_WORKAROUND=2"},
		{NARROW, "PMEM_AVX=0", "PMEM_WC_WORKAROUND=1"},
		{NARROW, "PMEM_AVX=0", "PMEM_WC_WORKAROUND=0"},
		{NARROW, "PMEM_NO_MOVNT=1", "PMEM_WC_WORKAROUND=1"},
		{NARROW, "PMEM_NO_FLUSH=1", "PMEM_WC_WORKAROUND=1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct observed seen = observe(cases[i], BLOCK);

		if (seen.fences < 0)
			skip();
		if ((seen.fences > 0) != !strncmp(seen.report, "on (", 4))
			fail_msg("case %zu: %d fences, reported: %s", i, seen.fences, seen.report);
	}
}

static void
the_variable_decides_unless_stores_have_64_bytes(void **state)
{
	static const char *const on[] = {NARROW, "PMEM_WC_WORKAROUND=1", NULL};
	static const char *const off[] = {NARROW, "PMEM_WC_WORKAROUND=0", NULL};
	struct observed with = observe(on, BLOCK), without = observe(off, BLOCK);

	(void)state;
	if (with.fences < 0)
		skip();
	assert_string_equal(with.report, "on (PMEM_WC_WORKAROUND=1)");
	assert_string_equal(without.report, "off (PMEM_WC_WORKAROUND=0)");
	print_message("%d fences in a copy of %d bytes\n", with.fences, BLOCK);
	assert_int_equal(observe(on, 512).fences, 0);
}
#endif

int
main(int argc, char **argv)
{
#if defined(__x86_64__)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_has_fences_only_where_the_report_says_so),
		cmocka_unit_test(the_variable_decides_unless_stores_have_64_bytes),
	};

	if (!strcmp(argv[0], "copy") && argc > 1)
		return be_stepped((size_t)atoi(argv[1]));
	return cmocka_run_group_tests(tests, NULL, NULL);
#else
	(void)argc, (void)argv;
	puts("the instructions are those of x86-64");
	return 77;
#endif
}
