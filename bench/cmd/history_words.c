/* SPDX-License-Identifier: BSD-3-Clause */
#include "history_words.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "output/wrap.h"
#include "terminal.h"

struct history_time
history_time(uint64_t epoch_s)
{
	struct history_time t = {"-"};
	time_t seconds = (time_t)epoch_s;
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(t.text, sizeof(t.text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return t;
}

struct history_percent
history_percent(double from, double to)
{
	double percent = 100 * (to / from - 1);
	struct history_percent p = {"from 0"};

	if (isfinite(percent)) /* no "-0.0%" */
		snprintf(p.text, sizeof(p.text), "%+.1f%%", fabs(percent) < 0.05 ? 0 : percent);
	return p;
}

int
history_print_end(int err)
{
	return err || fflush(stdout) || ferror(stdout) ? -1 : 0;
}

void
history_print_series(const struct history_series *series)
{
	const struct page page = {.out = stdout, .width = terminal_width(stdout)};

	wrap_print(&page, "series", "%" PRId64 ", op %s", series->number,
		   series->parts[HISTORY_OP]);
	for (int i = 0; i < HISTORY_OP; i++)
		if (series->parts[i][0])
			wrap_print(&page, history_part_name((enum history_part)i), "%s",
				   series->parts[i]);
}

json_t *
history_result_value(const struct history_result *r)
{
	const struct value_member members[] = {
		{"number", value_count((uint64_t)r->number)},
		{"id", value_text(r->id)},
		{"started_at", value_time(r->started_at)},
		{"host", value_text(r->host)},
		{"version", value_text(r->version)},
		{"commit", value_text(r->commit)},
		{"status", value_text(r->status)},
		{"used", json_boolean(r->is_used)},
		{"labels", value_text(r->labels)},
	};

	return VALUE_OBJECT(members);
}

json_t *
history_series_value(const struct history_series *series)
{
	struct value_member members[HISTORY_PARTS + 1] = {
		{"number", value_positive((uint64_t)series->number)}};

	for (int i = 0; i < HISTORY_PARTS; i++)
		members[i + 1] = (struct value_member){history_part_name((enum history_part)i),
						       value_text(series->parts[i])};
	return value_object(members, HISTORY_PARTS + 1);
}

void
history_append(json_t **array, json_t *value)
{
	*array = value_unless(*array, json_array_append_new(*array, value));
}
