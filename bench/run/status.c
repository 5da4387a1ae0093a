/* SPDX-License-Identifier: BSD-3-Clause */
#include "status.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "human.h"

/* Two forms would alternate if they were chosen by the length of the current numbers, so this is the longest. */
#define OP_WIDTH (sizeof("; write 99.9k IOPS, p99 99.9us") - 1)

struct line {
	char *text; /* STATUS_MAX bytes */
	size_t used, width;
};

static struct line
line_start(char *text, unsigned width)
{
	struct line l = {.text = text, .width = width};

	if (l.width > STATUS_MAX - 1)
		l.width = STATUS_MAX - 1;
	*text = '\0';
	return l;
}

/* Adds a part, or nothing if it does not fit. */
static __attribute__((format(printf, 2, 3))) void
add(struct line *l, const char *format, ...)
{
	size_t room = l->width - l->used + 1;
	va_list args;
	size_t len;

	va_start(args, format);
	len = (size_t)vsnprintf(l->text + l->used, room, format, args);
	va_end(args);
	if (len >= room) {
		l->text[l->used] = '\0';
		l->width = l->used; /* less important parts do not take its place */
		return;
	}
	l->used += len;
}

struct duration {
	char text[32];
};

static struct duration
duration(double seconds)
{
	unsigned long s = seconds > 0 ? (unsigned long)lround(seconds) : 0;
	struct duration d;

	if (s < 100)
		snprintf(d.text, sizeof(d.text), "%lus", s);
	else if (s < 100 * 60)
		snprintf(d.text, sizeof(d.text), "%lum%02lus", s / 60, s % 60);
	else
		snprintf(d.text, sizeof(d.text), "%luh%02lum", s / 3600, s / 60 % 60);
	return d;
}

/* The name takes at most a third of the line. */
static void
add_name(struct line *l, const char *name)
{
	size_t most = l->width / 3, len = strlen(name);

	if (len <= most)
		add(l, "%s: ", name);
	else
		add(l, "%.*s...: ", (int)most - 3, name);
}

static void
add_times(struct line *l, const char *phase, double elapsed_s, double left_s)
{
	add(l, "%s %s", phase, duration(elapsed_s).text);
	if (isfinite(left_s))
		add(l, ", ETA %s", duration(left_s).text);
}

static void
add_each_op(struct line *l, const struct status *status)
{
	for (int k = 0; k < OP_KINDS; k++) {
		const struct status_op *op = &status->ops[k];

		if (op->iops > 0)
			add(l, "; %s %s IOPS, p99 %s", op_kind_name((enum op_kind)k),
			    human_count(op->iops).text, human_time(op->p99_ns).text);
	}
}

static void
add_all_ops(struct line *l, const struct status *status)
{
	const char *before = "; p99 ";
	double iops = 0;

	for (int k = 0; k < OP_KINDS; k++)
		iops += status->ops[k].iops;
	add(l, "; %s IOPS", human_count(iops).text);
	for (int k = 0; k < OP_KINDS; k++) {
		const struct status_op *op = &status->ops[k];

		if (!(op->iops > 0))
			continue;
		add(l, "%s%s %s", before, op_kind_name((enum op_kind)k),
		    human_time(op->p99_ns).text);
		before = ", ";
	}
}

void
status_measure(char text[STATUS_MAX], const struct status *status, unsigned width)
{
	struct line l = line_start(text, width);
	unsigned kinds = 0;

	for (int k = 0; k < OP_KINDS; k++)
		kinds += status->ops[k].iops > 0;
	if (status->job)
		add_name(&l, status->job);
	add_times(&l, status->phase, status->elapsed_s, status->left_s);
	if (status->errors >= 10000)
		add(&l, "; %s errors", human_count((double)status->errors).text);
	else if (status->errors)
		add(&l, "; %" PRIu64 " error%s", status->errors, status->errors == 1 ? "" : "s");
	if (kinds && l.used + kinds * OP_WIDTH <= l.width)
		add_each_op(&l, status);
	else if (kinds)
		add_all_ops(&l, status);
}

void
status_fill(char text[STATUS_MAX], double elapsed_s, double left_s, double percent, unsigned width)
{
	struct line l = line_start(text, width);

	add_times(&l, "precondition", elapsed_s, left_s);
	if (isfinite(percent))
		add(&l, "; %.1f%% of the blocks written", percent);
}
