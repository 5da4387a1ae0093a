/* SPDX-License-Identifier: BSD-3-Clause */
#include "terminal.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

static unsigned
columns_variable(void)
{
	const char *text = getenv("COLUMNS");
	unsigned long columns = text ? strtoul(text, NULL, 10) : 0;

	return columns <= USHRT_MAX ? (unsigned)columns : 0;
}

unsigned
terminal_width(FILE *out)
{
	struct winsize size = {0};
	int fd = fileno(out);
	unsigned width;

	if (fd < 0 || !isatty(fd))
		return TERMINAL_WIDTH;
	width = ioctl(fd, TIOCGWINSZ, &size) ? 0 : size.ws_col;
	if (!width)
		width = columns_variable();
	if (!width)
		return TERMINAL_WIDTH;
	return width < TERMINAL_WIDTH_MIN ? TERMINAL_WIDTH_MIN : width;
}
