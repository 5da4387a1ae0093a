/* SPDX-License-Identifier: BSD-3-Clause */
/* terminal_test.c -- the width of real terminals (pseudo terminals of the kernel) and of other streams. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "terminal.h"

struct pty {
	int master;
	FILE *terminal;
};

static void
set_columns(const struct pty *pty, unsigned short columns)
{
	const struct winsize size = {.ws_row = 24, .ws_col = columns};

	assert_int_equal(ioctl(pty->master, TIOCSWINSZ, &size), 0);
}

static int
open_pty(void **state)
{
	static struct pty pty;
	const char *path;

	unsetenv("COLUMNS");
	pty.master = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(pty.master >= 0);
	assert_int_equal(grantpt(pty.master), 0);
	assert_int_equal(unlockpt(pty.master), 0);
	path = ptsname(pty.master);
	assert_non_null(path);
	pty.terminal = fdopen(open(path, O_RDWR | O_NOCTTY), "w");
	assert_non_null(pty.terminal);
	*state = &pty;
	return 0;
}

static int
close_pty(void **state)
{
	struct pty *pty = *state;

	fclose(pty->terminal);
	close(pty->master);
	unsetenv("COLUMNS");
	return 0;
}

static void
a_terminal_has_its_own_width_and_may_change_it(void **state)
{
	const struct pty *pty = *state;

	setenv("COLUMNS", "99", 1);
	set_columns(pty, 123);
	assert_int_equal(terminal_width(pty->terminal), 123);
	set_columns(pty, 60);
	assert_int_equal(terminal_width(pty->terminal), 60);
}

static void
columns_is_the_width_of_a_terminal_that_does_not_know(void **state)
{
	const struct pty *pty = *state;

	set_columns(pty, 0);
	assert_int_equal(terminal_width(pty->terminal), TERMINAL_WIDTH);
	setenv("COLUMNS", "99", 1);
	assert_int_equal(terminal_width(pty->terminal), 99);
	setenv("COLUMNS", "wide", 1);
	assert_int_equal(terminal_width(pty->terminal), TERMINAL_WIDTH);
	setenv("COLUMNS", "-1", 1);
	assert_int_equal(terminal_width(pty->terminal), TERMINAL_WIDTH);
}

static void
a_terminal_of_a_few_columns_counts_as_the_narrowest(void **state)
{
	const struct pty *pty = *state;

	set_columns(pty, 3);
	assert_int_equal(terminal_width(pty->terminal), TERMINAL_WIDTH_MIN);
}

static void
a_file_and_a_buffer_have_80_columns(void **state)
{
	char buffer[64];
	FILE *file = tmpfile(), *memory = fmemopen(buffer, sizeof(buffer), "w");

	(void)state;
	setenv("COLUMNS", "99", 1);
	assert_int_equal(terminal_width(file), TERMINAL_WIDTH);
	assert_int_equal(terminal_width(memory), TERMINAL_WIDTH);
	fclose(file);
	fclose(memory);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_terminal_has_its_own_width_and_may_change_it,
						open_pty, close_pty),
		cmocka_unit_test_setup_teardown(
			columns_is_the_width_of_a_terminal_that_does_not_know, open_pty, close_pty),
		cmocka_unit_test_setup_teardown(a_terminal_of_a_few_columns_counts_as_the_narrowest,
						open_pty, close_pty),
		cmocka_unit_test(a_file_and_a_buffer_have_80_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
