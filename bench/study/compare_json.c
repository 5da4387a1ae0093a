/* SPDX-License-Identifier: BSD-3-Clause */
/* compare_json.c -- a comparison as JSON, schema bttbench.compare/1 (results/bttbench.compare-1.schema.json). */
#include <math.h>
#include <string.h>

#include "compare.h"
#include "compare_words.h"
#include "output/json_value.h"

struct file {
	const char *name;
	const struct result *result;
};

static json_t *
file_value(const void *element)
{
	const struct file *file = element;
	const struct value_member members[] = {
		{"name", value_text(file->name)},
		{"id", value_text(file->result->id)},
		{"started_at", value_time(file->result->started_at)},
		{"version", value_text(result_version(file->result))},
		{"commit", value_text(result_commit(file->result))},
	};

	return VALUE_OBJECT(members);
}

static json_t *
side_value(const struct compare_side *side)
{
	json_t *files = json_array();
	int failed = !files;

	for (size_t i = 0; i < side->nresults; i++) {
		const struct file file = {side->names[i], &side->results[i]};

		failed |= json_array_append_new(files, file_value(&file));
	}

	const struct value_member members[] = {
		{"value", value_text(side->value)},
		{"files", value_unless(files, failed)},
		{"runs", value_count(side->runs)},
		{"runs_left_out", value_count(side->bad_runs)},
		{"files_left_out", value_count(side->bad_results)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
number_value(const void *element)
{
	const double *number = element;

	return value_real(*number);
}

static json_t *
sample_value(struct stats_sample sample, double median)
{
	const struct value_member members[] = {
		{"median", value_real(median)},
		{"samples", VALUE_ARRAY(sample.values, sample.count, number_value)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
row_value(const struct comparison *c, size_t i)
{
	const struct decision *d = &c->decisions[i];
	const struct metric *metric = &c->rows[i].metric;
	const char *test = c->sample == COMPARE_ROUNDS ? "signed-rank" : "mann-whitney";
	const struct value_member members[] = {
		{"metric", value_text(metric_name(metric).text)},
		{"unit", value_text(metric_unit(metric))},
		{"higher_is_better", value_flag(metric_higher_is_better(metric))},
		{"old", sample_value(d->before, d->median_before)},
		{"new", sample_value(d->after, d->median_after)},
		{"change", value_real(d->change)},
		{"change_low", value_real(d->low)},
		{"change_high", value_real(d->high)},
		{"is_relative", value_flag(!d->is_plain)},
		{"cliffs_delta", value_real(d->delta)},
		{"test", value_text(test)},
		{"exact", value_flag(d->is_exact)},
		{"p", value_real(d->p)},
		{"p_holm", value_real(d->p_adjusted)},
		{"correlation", value_real(d->correlation)},
		{"verdict", value_text(decide_verdict_name(d->verdict))},
		{"real_but_small", value_flag(d->is_small)},
		{"further_samples", value_positive(d->further)},
		{"text", value_text(compare_sentence(c, i).text)},
	};

	return VALUE_OBJECT(members);
}

/* The swept keys and their values, without the key of --by. */
static json_t *
point_value(const struct comparison *c, const struct compare_subject *s)
{
	json_t *point = value_point(c->before.results, s->point);

	if (point && c->by)
		json_object_del(point, c->by);
	return point;
}

static json_t *
subject_value(const struct comparison *c, size_t subject)
{
	json_t *metrics = json_array();
	int failed = !metrics;

	for (size_t i = 0; i < c->nrows; i++)
		if (c->rows[i].subject == subject)
			failed |= json_array_append_new(metrics, row_value(c, i));

	const struct value_member members[] = {
		{"job", value_text(c->subjects[subject].before->name)},
		{"point", point_value(c, &c->subjects[subject])},
		{"metrics", value_unless(metrics, failed)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
difference_value(const void *element)
{
	const struct compare_difference *d = element;
	const struct value_member members[] = {
		{"file", value_text(d->file)},       {"files", value_count(d->nfiles)},
		{"subject", value_text(d->subject)}, {"old", value_text(d->before)},
		{"new", value_text(d->after)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
verdict_value(const struct comparison *c)
{
	const struct value_member members[] = {
		{"status", value_text(decide_verdict_name(c->verdict))},
		{"worse", value_count(c->counts[DECIDE_WORSE])},
		{"better", value_count(c->counts[DECIDE_BETTER])},
		{"same", value_count(c->counts[DECIDE_SAME])},
		{"inconclusive", value_count(c->counts[DECIDE_INCONCLUSIVE])},
		{"notes", VALUE_ARRAY(c->notes, c->nnotes, value_string)},
	};

	return VALUE_OBJECT(members);
}

int
compare_write_json(const struct comparison *c, FILE *out)
{
	json_t *subjects = json_array();
	int failed = !subjects;

	for (size_t s = 0; s < c->nsubjects; s++)
		failed |= json_array_append_new(subjects, subject_value(c, s));

	const struct value_member members[] = {
		{"schema", value_text(COMPARE_SCHEMA)},
		{"sample", value_text(compare_sample_name(c->sample))},
		{"by", value_text(c->by)},
		{"threshold", value_real(c->rules.threshold)},
		{"level", value_real(c->rules.level)},
		{"old", side_value(&c->before)},
		{"new", side_value(&c->after)},
		{"forced", value_flag(c->forced)},
		{"differences", VALUE_ARRAY(c->differences, c->ndifferences, difference_value)},
		{"comparisons", value_unless(subjects, failed)},
		{"verdict", verdict_value(c)},
	};

	return value_write(VALUE_OBJECT(members), out);
}
