/* SPDX-License-Identifier: BSD-3-Clause */
#include "limit.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

#define PART_MAX 24

/* in the order of enum job_limit_op */
static const char *const ops[] = {"read",     "write",     "zero",     "total",
				  "randread", "randwrite", "randzero", NULL};
/* In the order of enum job_limit_metric. Percentiles have no word: "p" and a percentage. */
static const char *const metrics[] = {"iops", "bw", "errors", "min", "mean", "max", NULL};

int
limit_join(const char *name, const char *value, char *text, size_t size, struct why *why)
{
	size_t len = strlen(name);
	char sign = len ? name[len - 1] : '\0';
	int written;

	if (sign == '<' || sign == '>')
		len--;
	else if (value[0] != '<' && value[0] != '>')
		return why_say(why, "not a limit (allowed: %sOP.METRIC <= VALUE or >= VALUE)",
			       LIMIT_PREFIX);
	while (len > 0 && isblank((unsigned char)name[len - 1]))
		len--;
	if (sign == '<' || sign == '>')
		written = snprintf(text, size, "%.*s%c=%s", (int)(len - strlen(LIMIT_PREFIX)),
				   name + strlen(LIMIT_PREFIX), sign, value + strspn(value, " \t"));
	else
		written = snprintf(text, size, "%.*s%s", (int)(len - strlen(LIMIT_PREFIX)),
				   name + strlen(LIMIT_PREFIX), value);
	return written < (int)size ? 0 : why_say(why, "too long for a limit");
}

/* Parses "randwrite.p99". Returns the text after it, or NULL if it is no OP.METRIC. */
static const char *
subject_parse(const char *text, struct job_limit *limit)
{
	char op[PART_MAX], metric[PART_MAX];
	size_t op_len = strcspn(text, "."), len;
	int op_word, metric_word;

	if (op_len >= PART_MAX || text[op_len] != '.')
		return NULL;
	snprintf(op, sizeof(op), "%.*s", (int)op_len, text);
	text += op_len + 1;
	len = strcspn(text, "<>= \t");
	if (len >= PART_MAX)
		return NULL;
	snprintf(metric, sizeof(metric), "%.*s", (int)len, text);
	op_word = key_word_find(ops, op);
	if (op_word < 0)
		return NULL;
	limit->op = (enum job_limit_op)op_word;
	metric_word = key_word_find(metrics, metric);
	if (metric_word >= 0) {
		limit->metric = (enum job_limit_metric)metric_word;
		return text + len;
	}
	limit->metric = JOB_LIMIT_PERCENTILE;
	if (metric[0] != 'p' || units_parse_percent(metric + 1, &limit->percentile) ||
	    limit->percentile == 0)
		return NULL;
	return text + len;
}

/*
 * Returns NULL, or the reason why a latency limit needs another unit. Elsewhere a plain number is in seconds
 * and m is minutes. Here both would be a slip that makes the limit hold always: 700 for 700us, 4m for 4ms.
 */
static const char *
wrong_unit(const char *text)
{
	size_t digits = strspn(text, "0123456789.");

	if (digits == 0 || strspn(text, "0.") == strlen(text))
		return NULL;
	return text[digits] == '\0'          ? "no unit"
	       : !strcmp(text + digits, "m") ? "m would be minutes"
					     : NULL;
}

static int
value_parse(const char *text, struct job_limit *limit)
{
	switch (limit->metric) {
	case JOB_LIMIT_IOPS:
	case JOB_LIMIT_ERRORS:
		return units_parse_count(text, &limit->value);
	case JOB_LIMIT_BW:
		return units_parse_rate(text, &limit->value);
	default:
		return units_parse_duration(text, &limit->value);
	}
}

static int
is_latency(enum job_limit_metric metric)
{
	return metric >= JOB_LIMIT_MIN;
}

static int
is_same_subject(const struct job_limit *a, const struct job_limit *b)
{
	return a->op == b->op && a->metric == b->metric && a->percentile == b->percentile;
}

const struct job_limit *
limit_find(const struct job *job, const struct job_limit *limit)
{
	for (unsigned i = 0; i < job->nlimits; i++)
		if (is_same_subject(&job->limits[i], limit))
			return &job->limits[i];
	return NULL;
}

/*
 * Replaces a limit with the same OP.METRIC. The new limit must be the last one: keys_set sets the line
 * there.
 */
static int
put(struct job *job, const struct job_limit *limit)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < job->nlimits; i++)
		if (!is_same_subject(&job->limits[i], limit))
			job->limits[kept++] = job->limits[i];
	job->nlimits = kept;
	if (kept == JOB_LIMITS_MAX)
		return -1;
	job->limits[job->nlimits++] = *limit;
	return 0;
}

static int
limit_parse(const struct key *key, struct job *job, const char *value, struct why *why)
{
	struct job_limit limit = {0};
	const char *rest = subject_parse(value, &limit), *wrong;

	if (!rest)
		return key_error(key, "no such limit", why);
	if (limit.op == JOB_LIMIT_TOTAL && is_latency(limit.metric))
		return why_say(why, "latencies of different operations are not mixed (allowed for "
				    "total: iops, bw, errors)");
	rest += strspn(rest, " \t");
	if ((rest[0] != '<' && rest[0] != '>') || rest[1] != '=')
		return key_error(key, "neither <= nor >=", why);
	limit.at_least = rest[0] == '>';
	rest += 2 + strspn(rest + 2, " \t");
	wrong = is_latency(limit.metric) ? wrong_unit(rest) : NULL;
	if (wrong || value_parse(rest, &limit))
		return why_say(why, "%s%s (allowed: %s)", wrong ? wrong : "not a value of ",
			       wrong ? "" : job_limit_metric_name(&limit).text,
			       is_latency(limit.metric)
				       ? "a duration with ns, us, ms, s or h like 4us, 1.5ms"
			       : limit.metric == JOB_LIMIT_BW ? "bytes per second like 2GB/s, 1.5G"
							      : "a count like 8, 100k");
	if (put(job, &limit))
		return why_say(why, "too many limits (allowed: %d)", JOB_LIMITS_MAX);
	return 0;
}

struct job_limit_text
job_limit_metric_name(const struct job_limit *limit)
{
	struct job_limit_text t;
	char percent[UNITS_TEXT_MAX];

	if (limit->metric != JOB_LIMIT_PERCENTILE) {
		snprintf(t.text, sizeof(t.text), "%s", metrics[limit->metric]);
		return t;
	}
	units_print_percent(limit->percentile, percent, sizeof(percent));
	snprintf(t.text, sizeof(t.text), "p%s", percent);
	return t;
}

struct job_limit_text
job_limit_key(const struct job_limit *limit)
{
	struct job_limit_text t;

	snprintf(t.text, sizeof(t.text), LIMIT_PREFIX "%s.%.32s", ops[limit->op],
		 job_limit_metric_name(limit).text);
	return t;
}

struct job_limit_text
job_limit_value(const struct job_limit *limit, double value)
{
	struct job_limit_text t = {"none"};

	if (isnan(value))
		return t;
	if (limit->metric == JOB_LIMIT_IOPS || limit->metric == JOB_LIMIT_ERRORS)
		units_print_count((uint64_t)value, t.text, sizeof(t.text));
	else if (limit->metric == JOB_LIMIT_BW)
		units_print_rate((uint64_t)value, t.text, sizeof(t.text));
	else
		units_print_duration((uint64_t)value, t.text, sizeof(t.text));
	return t;
}

int
limit_line(const struct job *job, const char *text)
{
	struct job_limit limit = {0};
	const struct job_limit *same;

	if (!subject_parse(text, &limit))
		return 0;
	same = limit_find(job, &limit);
	return same ? same->line : 0;
}

/* All limits as one value. job_each_key prints them one by one. */
static void
limit_print(const struct key *key, const struct job *job, char *text, size_t size)
{
	(void)key;
	snprintf(text, size, "%u limits", job->nlimits);
}

const struct key_type key_type_limit = {limit_parse, limit_print, key_describe_values};
