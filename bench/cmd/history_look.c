/* SPDX-License-Identifier: BSD-3-Clause */
/* history_look.c -- actions on the figures in the store: trend, changes, check, export. */
#include <stdio.h>
#include <stdlib.h>

#include "study/history_check.h"
#include "history_actions.h"
#include "history_open.h"

#define THRESHOLD_CHECK   0.03
#define THRESHOLD_CHANGES 0.01

enum cmd_exit
history_run_trend(const struct history_args *args)
{
	struct history history;
	struct metric metric;
	enum cmd_exit code;
	struct why why;

	if (metric_parse(&metric, args->words[0], &why))
		return cmd_usage("%s: %s", args->words[0], why.text);
	code = history_load(args, metric_name(&metric).text, &history);
	if (code)
		return code;
	if (!history.nvalues)
		code = cmd_fail("%s: no series has this metric (allowed: iops, bw, mean, max, "
				"fences, lines, stored, and the percentiles of the jobs)",
				args->words[0]);
	else
		code = history_end_output(
			history_print_trend(&history, (int64_t)args->series,
					    history_format_of(args, HISTORY_TEXT)),
			CMD_OK);
	history_free(&history);
	return code;
}

enum cmd_exit
history_run_changes(const struct history_args *args)
{
	double threshold = args->given & HISTORY_BIT(HISTORY_KEY_THRESHOLD) ? args->threshold
									    : THRESHOLD_CHANGES;
	struct history history;
	enum cmd_exit code = history_load(args, args->metric, &history);

	if (code)
		return code;
	code = history_end_output(history_print_changes(&history, (int64_t)args->series, threshold,
							args->metric != NULL,
							history_format_of(args, HISTORY_TEXT)),
				  CMD_OK);
	history_free(&history);
	return code;
}

static enum cmd_exit
check_exit(const struct history_checks *checks)
{
	enum cmd_exit code = checks->count ? CMD_OK : CMD_INVALID;

	for (size_t i = 0; i < checks->count; i++) {
		if (checks->checks[i].verdict == HISTORY_WORSE)
			return CMD_LIMIT_MISSED;
		if (checks->checks[i].verdict == HISTORY_SHORT ||
		    checks->checks[i].verdict == HISTORY_UNCLEAR)
			code = CMD_INVALID;
	}
	return code;
}

static enum cmd_exit
check_records(const struct history_args *args, const struct history_record *records)
{
	double threshold = args->given & HISTORY_BIT(HISTORY_KEY_THRESHOLD) ? args->threshold
									    : THRESHOLD_CHECK;
	struct history_checks checks = {.fresh = args->nwords};
	struct history history;
	enum cmd_exit code;
	struct why why;
	int err;

	for (size_t i = 0; i < args->nwords; i++)
		if (!records[i].result.is_used) {
			cmd_warn("%s: the result is %s: it says nothing", args->words[i],
				 records[i].result.status);
			return CMD_INVALID;
		}
	code = history_load(args, args->metric, &history);
	if (code)
		return code;
	err = history_check(&history, records, (const char *const *)args->words, &checks,
			    args->metric, threshold, &why);
	history_free(&history);
	if (err)
		return cmd_fail("%s", why.text);
	if (!checks.count)
		cmd_warn("%s: the result does not have this metric", args->words[0]);
	code = history_end_output(
		history_print_checks(&checks, history_format_of(args, HISTORY_TEXT)),
		check_exit(&checks));
	free(checks.checks);
	return code;
}

enum cmd_exit
history_run_check(const struct history_args *args)
{
	struct history_record *records;
	enum cmd_exit code;

	if (args->nwords > FITS_NEW_MAX)
		return cmd_usage("history check: %zu files (allowed: up to %d)", args->nwords,
				 FITS_NEW_MAX);
	records = calloc(args->nwords, sizeof(*records));
	code = records ? history_read_records(args, records) : cmd_fail("history: out of memory");
	if (!code)
		code = check_records(args, records);
	for (size_t i = 0; records && i < args->nwords; i++)
		history_record_free(&records[i]);
	free(records);
	return code;
}

enum cmd_exit
history_run_export(const struct history_args *args)
{
	struct history history;
	enum cmd_exit code = history_load(args, NULL, &history);

	if (code)
		return code;
	code = history_end_output(
		history_print_export(&history, history_format_of(args, HISTORY_CSV)), CMD_OK);
	history_free(&history);
	return code;
}
