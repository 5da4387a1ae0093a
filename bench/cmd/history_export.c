/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * history_export.c -- every value of the history, for other programs.
 *
 * CSV and JSON have one row for each value. OpenMetrics has one family for each kind of metric and one series for each
 * series and metric of the store. Its samples carry the time at which the result began; results of one second follow
 * each other by a millisecond, because a series has at most one sample at a time.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "history_print.h"
#include "output/json_value.h"
#include "output/number.h"
#include "history_words.h"

/* Quotes a field as RFC 4180 does. */
static void
print_field(const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, stdout);
		return;
	}
	putchar('"');
	for (; *text; text++) {
		if (*text == '"')
			putchar('"');
		putchar(*text);
	}
	putchar('"');
}

static void
export_csv(const struct history *history)
{
	size_t at = 0;

	printf("series");
	for (int i = 0; i < HISTORY_PARTS; i++)
		printf(",%s", history_part_name((enum history_part)i));
	printf(",metric,unit,value,result,id,started_at,version,commit,labels\n");
	while (at < history->nvalues) {
		const struct history_run run = history_next_run(history, &at);

		for (size_t i = 0; i < run.count; i++) {
			const struct history_result *r = history_result_of(history, &run.values[i]);

			printf("%" PRId64, run.series->number);
			for (int part = 0; part < HISTORY_PARTS; part++) {
				putchar(',');
				print_field(run.series->parts[part]);
			}
			printf(",%s,%s,%s,%" PRId64 ",%s,%s,%s,%s,", metric_name(&run.metric).text,
			       metric_unit(&run.metric), number_text(run.values[i].value).text,
			       r->number, r->id, history_time(r->started_at).text, r->version,
			       r->commit);
			print_field(r->labels);
			putchar('\n');
		}
	}
}

static json_t *
row_value(const struct history_run *run, const struct history_value *value,
	  const struct history_result *r)
{
	struct value_member members[HISTORY_PARTS + 10] = {
		{"series", value_count((uint64_t)run->series->number)},
		{"metric", value_text(metric_name(&run->metric).text)},
		{"unit", value_text(metric_unit(&run->metric))},
		{"value", value_real(value->value)},
		{"result", value_count((uint64_t)r->number)},
		{"id", value_text(r->id)},
		{"started_at", value_time(r->started_at)},
		{"version", value_text(r->version)},
		{"commit", value_text(r->commit)},
		{"labels", value_text(r->labels)},
	};

	for (int i = 0; i < HISTORY_PARTS; i++)
		members[10 + i] = (struct value_member){history_part_name((enum history_part)i),
							value_text(run->series->parts[i])};
	return value_object(members, HISTORY_PARTS + 10);
}

static int
export_json(const struct history *history)
{
	json_t *array = json_array();
	int failed = !array;
	size_t at = 0;

	while (at < history->nvalues) {
		const struct history_run run = history_next_run(history, &at);

		for (size_t i = 0; i < run.count; i++)
			failed |= json_array_append_new(
				array, row_value(&run, &run.values[i],
						 history_result_of(history, &run.values[i])));
	}
	return value_write(value_unless(array, failed), stdout);
}

struct family {
	const char *name, *unit, *help;
	enum metric_kind first, last;
	double scale; /* of the unit in the unit of the metric */
};

static const struct family families[] = {
	{"iops", NULL, "Ops that succeeded, per second.", METRIC_IOPS, METRIC_IOPS, 1},
	{"bandwidth_bytes_per_second", "bytes_per_second", "Bytes of those ops, per second.",
	 METRIC_BW, METRIC_BW, 1},
	{"latency_seconds", "seconds", "Response times of an open loop, else service times.",
	 METRIC_MIN, METRIC_PERCENTILE, 1e-9},
	{"fences_per_op", NULL, "Store fences of the protocol per op.", METRIC_FENCES,
	 METRIC_FENCES, 1},
	{"lines_flushed_per_op", NULL, "Cache lines flushed per op.", METRIC_LINES, METRIC_LINES,
	 1},
	{"stored_per_user_byte", NULL, "Bytes stored to media per byte that ops changed.",
	 METRIC_STORED, METRIC_STORED, 1},
};

static void
print_label(const char *name, const char *value)
{
	printf("%s=\"", name);
	for (; *value; value++) {
		if (*value == '\n')
			fputs("\\n", stdout);
		else if (*value == '"' || *value == '\\')
			printf("\\%c", *value);
		else
			putchar(*value);
	}
	putchar('"');
}

static void
print_samples(const struct family *family, const struct history_run *run)
{
	uint64_t last = 0;
	unsigned again = 0;

	for (size_t i = 0; i < run->count; i++) {
		const struct history_value *v = &run->values[i];
		const char *dot = strchr(v->metric, '.');

		again = i && v->started_at == last ? again + 1 : 0;
		last = v->started_at;
		printf("bttbench_history_%s{series=\"%" PRId64 "\"", family->name,
		       run->series->number);
		for (int part = 0; part < HISTORY_PARTS; part++) {
			/* Prometheus sets a label "job" itself */
			putchar(',');
			print_label(part == HISTORY_JOB
					    ? "load"
					    : history_part_name((enum history_part)part),
				    run->series->parts[part]);
		}
		if (metric_is_latency(&run->metric))
			printf(",figure=\"%s\"", dot ? dot + 1 : v->metric);
		printf("} %s %" PRIu64, number_text(v->value * family->scale).text, v->started_at);
		if (again)
			printf(".%03u", again % 1000);
		putchar('\n');
	}
}

static void
export_openmetrics(const struct history *history)
{
	for (size_t f = 0; f < sizeof(families) / sizeof(families[0]); f++) {
		const struct family *family = &families[f];
		size_t at = 0;

		printf("# TYPE bttbench_history_%s gauge\n", family->name);
		if (family->unit)
			printf("# UNIT bttbench_history_%s %s\n", family->name, family->unit);
		printf("# HELP bttbench_history_%s %s\n", family->name, family->help);
		while (at < history->nvalues) {
			const struct history_run run = history_next_run(history, &at);

			if (run.metric.kind >= family->first && run.metric.kind <= family->last)
				print_samples(family, &run);
		}
	}
	puts("# EOF");
}

int
history_print_export(const struct history *history, enum history_format format)
{
	if (format == HISTORY_JSON)
		return export_json(history);
	if (format == HISTORY_CSV)
		export_csv(history);
	else
		export_openmetrics(history);
	return fflush(stdout) || ferror(stdout) ? -1 : 0;
}
