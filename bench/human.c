/* SPDX-License-Identifier: BSD-3-Clause */
#include "human.h"

#include <math.h>
#include <stdio.h>

/* 999.5 would be rounded to four digits, so it takes the next unit */
#define NEXT_UNIT 999.5

/* `units` ends with NULL; a value too large for the last unit still gets the last unit */
static struct human
scale(double value, const char *const *units)
{
	struct human h = {"-"};
	int digits;

	if (!isfinite(value))
		return h;
	for (; value >= NEXT_UNIT && units[1]; units++)
		value /= 1000;
	if (value == 0 || value >= 99.95)
		digits = 0;
	else
		digits = value < 9.995 ? 2 : 1;
	snprintf(h.text, sizeof(h.text), "%.*f%s", digits, value, *units);
	return h;
}

struct human
human_time(double ns)
{
	static const char *const units[] = {"ns", "us", "ms", "s", NULL};

	return scale(ns, units);
}

struct human
human_count(double count)
{
	static const char *const units[] = {"", "k", "M", "G", NULL};

	return scale(count, units);
}

struct human
human_bandwidth(double bytes_per_s)
{
	static const char *const units[] = {"B/s", "kB/s", "MB/s", "GB/s", "TB/s", NULL};

	return scale(bytes_per_s, units);
}

struct human
human_size(uint64_t bytes)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	double value = (double)bytes;
	unsigned unit = 0;
	struct human h;

	for (; value >= 1024; unit++)
		value /= 1024;
	snprintf(h.text, sizeof(h.text), "%.4g%s", value, units[unit]);
	return h;
}

struct human
human_percent(double percent)
{
	struct human h = {"-"};

	if (isfinite(percent))
		snprintf(h.text, sizeof(h.text), "%.*f%%", fabs(percent) < 99.95 ? 1 : 0, percent);
	return h;
}

struct human
human_index(int index)
{
	struct human h = {"-"};

	if (index >= 0)
		snprintf(h.text, sizeof(h.text), "%d", index);
	return h;
}

struct human
human_length(double s)
{
	struct human text;

	if (s < 60)
		snprintf(text.text, sizeof(text.text), "%.0fs", s);
	else if (s < 3600)
		snprintf(text.text, sizeof(text.text), "%.0fm%02.0fs", (double)(int)(s / 60),
			 (double)((int)s % 60));
	else
		snprintf(text.text, sizeof(text.text), "%.0fh%02.0fm", (double)(int)(s / 3600),
			 (double)((int)s % 3600 / 60));
	return text;
}
