/* SPDX-License-Identifier: BSD-3-Clause */
/* read.c -- the whole document, except jobs (read_job.c), machines (read_hosts.c) and runs[] (read_run.c). */
#include "read.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "job/keys.h"
#include "read_field.h"
#include "read_hosts.h"
#include "read_job.h"
#include "read_qualification.h"
#include "read_run.h"

static void
read_tool(struct field *of, struct result_origin *origin)
{
	struct field at = field_object(of, "tool");

	field_check_text(&at, "name", "bttbench");
	origin->version = field_copy(&at, "version");
	origin->commit = field_copy(&at, "commit");
	field_end(&at);
}

static void
read_clock(struct field *of, struct result *result)
{
	struct field at = field_object(of, "clock");
	const char *source = field_text(&at, "source");
	const char *instructions = field_text(&at, "instructions");
	struct clock *clock = &result->clock;
	int i = CLOCK_SOURCE_RDTSCP;

	while (i <= CLOCK_SOURCE_MONOTONIC_RAW &&
	       (strcmp(clock_source_name((enum clock_source)i), source) != 0 ||
		strcmp(clock_instructions((enum clock_source)i), instructions) != 0))
		i++;
	if (i > CLOCK_SOURCE_MONOTONIC_RAW)
		field_error(&at, "source and instructions are no clock of this bttbench");
	clock->source = (enum clock_source)i;
	clock->ticks_per_s = field_amount(&at, "ticks_per_s");
	clock->cost_ns = field_amount(&at, "cost_ns");
	clock->step_ns = field_amount(&at, "step_ns");
	clock->unit_ns = clock_unit_ns(clock->step_ns);
	clock->calibration_error_pm = field_amount(&at, "calibration_error_ppm");
	result->origin.why_not_tsc = field_copy_or_null(&at, "why_not_tsc");
	clock->why_not_tsc = result->origin.why_not_tsc;
	field_end(&at);
}

/* The values of the swept keys; the points are noted for read_point. */
static void
read_study(struct field *of, struct result *result)
{
	struct field at = field_object_or_null(of, "study"), keys, points;
	struct result_study *study = &result->study;

	if (!at.value)
		return;
	keys = field_array(&at, "keys", 1, RESULT_STUDY_KEYS_MAX);
	points = field_array(&at, "points", 1, SIZE_MAX);
	study->rounds = (unsigned)field_count(&at, "rounds", 1, UINT_MAX);
	study->seed = field_count(&at, "seed", 0, FIELD_COUNT_MAX);
	field_end(&at);
	study->keys = calloc(field_length(&keys) + 1, sizeof(*study->keys));
	study->values =
		calloc(field_length(&keys) * field_length(&points) + 1, sizeof(*study->values));
	if (!study->keys || !study->values) {
		field_error(&at, "out of memory");
		return;
	}
	study->nkeys = field_length(&keys);
	study->npoints = field_length(&points);
	for (size_t k = 0; k < study->nkeys; k++) {
		struct field key = field_at(&keys, k);

		if (!keys_find(field_string(&key)))
			field_error_value(&key, "the name of a key");
		study->keys[k] = field_dup(&key);
	}
	for (size_t p = 0; p < study->npoints && !of->reading->failed; p++) {
		struct field point = field_object_at(&points, p);

		for (size_t k = 0; k < study->nkeys; k++)
			study->values[p * study->nkeys + k] = field_copy(&point, study->keys[k]);
		field_end(&point);
		read_note_point(&point, p);
	}
}

static void
read_runs(struct field *of, struct result *result)
{
	struct field array =
		field_array(of, "runs", result->qualification.profile ? 0 : 1, SIZE_MAX);
	struct field harness = field_member(of, "harness_ns_per_op");

	if (of->reading->failed)
		return;
	/* only the pages of histograms with values will take memory */
	result->runs = calloc(field_length(&array) + 1, sizeof(*result->runs));
	if (!result->runs) {
		field_error(&array, "out of memory");
		return;
	}
	result->nruns = field_length(&array);
	for (size_t i = 0; i < result->nruns && !of->reading->failed; i++) {
		struct field element = field_object_at(&array, i);

		read_run(&element, result, &result->runs[i]);
	}
	if (result->nruns
		    ? !json_equal(harness.value,
				  json_object_get(json_array_get(array.value, 0), harness.name))
		    : !json_is_null(harness.value))
		field_error(&harness, "differs from runs[0]");
}

static void
read_steady(struct field *at, const struct result *result, struct result_steady *steady)
{
	struct field rounds;

	steady->job = read_job_of(at, result);
	steady->round = read_round(at, result);
	steady->reached = field_flag(at, "reached");
	steady->range_percent = field_real(at, "range_percent");
	steady->slope_percent = field_real(at, "slope_percent");
	rounds = field_array(at, "rounds_iops", 0, SIZE_MAX);
	steady->iops = calloc(field_length(&rounds) + 1, sizeof(*steady->iops));
	if (!steady->iops) {
		field_error(at, "out of memory");
		return;
	}
	steady->nrounds = field_length(&rounds);
	for (size_t i = 0; i < steady->nrounds; i++) {
		struct field element = field_at(&rounds, i);

		if (!json_is_null(element.value) && !json_is_number(element.value))
			field_error_value(&element, "a number or null");
		steady->iops[i] =
			json_is_null(element.value) ? NAN : json_number_value(element.value);
	}
	field_end(at);
}

static void
read_all_steady(struct field *of, struct result *result)
{
	struct field array = field_array(of, "steady_state", 0, SIZE_MAX);

	result->steady = calloc(field_length(&array) + 1, sizeof(*result->steady));
	if (!result->steady) {
		field_error(&array, "out of memory");
		return;
	}
	result->nsteady = field_length(&array);
	for (size_t i = 0; i < result->nsteady; i++) {
		struct field element = field_object_at(&array, i);

		read_steady(&element, result, &result->steady[i]);
	}
}

static void
read_verdict(struct field *of, struct result *result)
{
	struct field at = field_object(of, "verdict"), reasons;

	result->status = read_status(&at, "status");
	reasons = field_array(&at, "reasons", 0, RESULT_REASONS_MAX);
	for (size_t i = 0; i < field_length(&reasons); i++) {
		struct field element = field_at(&reasons, i);

		result_add_reason(result, "%s", field_string(&element));
	}
	if (result->nreasons < field_length(&reasons))
		field_error(&reasons, "out of memory");
	result->status_reason = result->nreasons;
	field_end(&at);
}

static void
read_document(struct field *root, struct result *result)
{
	json_t *schema = json_object_get(root->value, "schema");

	if (!json_is_string(schema)) {
		field_error(root, "no result of bttbench (allowed: JSON with schema %s)",
			    RESULT_SCHEMA);
		return;
	}
	if (strcmp(json_string_value(schema), RESULT_SCHEMA) != 0) {
		field_error(root, "schema: is %.60s (allowed: %s)", json_string_value(schema),
			    RESULT_SCHEMA);
		return;
	}
	field_text(root, "schema");
	field_fill_or_null(root, "id", result->id, sizeof(result->id));
	read_tool(root, &result->origin);
	result->started_at = field_time(root, "started_at");
	read_host(root, &result->host);
	read_first_namespace(root, result);
	read_clock(root, result);
	read_study(root, result);
	read_qualification(root, &result->qualification);
	read_jobs(root, result);
	read_runs(root, result);
	read_all_steady(root, result);
	read_verdict(root, result);
	read_hosts(root, result);
	field_end(root);
}

struct input {
	FILE *file;
	int err; /* errno of a read that failed */
};

static size_t
read_some(void *buffer, size_t size, void *arg)
{
	struct input *input = arg;
	size_t n = fread(buffer, 1, size, input->file);

	if (!n && ferror(input->file))
		input->err = errno;
	return n;
}

/* When the buffer of a token can't grow, jansson drops a byte and goes on. */
static _Thread_local int is_memory_short;

static void *
noting_malloc(size_t size)
{
	void *memory = malloc(size);

	is_memory_short |= !memory;
	return memory;
}

int
result_read(struct result *result, FILE *file, const char *name, struct why *why)
{
	struct reading reading = {.why = why};
	struct field root = {.reading = &reading};
	struct input input = {.file = file};
	json_malloc_t usual_malloc;
	json_free_t usual_free;
	json_error_t error;

	*result = (struct result){0};
	is_memory_short = 0;
	json_get_alloc_funcs(&usual_malloc, &usual_free);
	json_set_alloc_funcs(noting_malloc, usual_free);
	root.value = json_load_callback(read_some, &input, JSON_REJECT_DUPLICATES, &error);
	json_set_alloc_funcs(usual_malloc, usual_free);
	if (is_memory_short) {
		json_decref(root.value);
		return why_say(why, "%s: out of memory", name);
	}
	if (!root.value) {
		if (input.err)
			return why_say(why, "%s: %s", name, strerror(input.err));
		return why_say(why, "%s: no JSON, or not all of it: line %d: %s", name, error.line,
			       error.text);
	}
	read_document(&root, result);
	json_decref(reading.points);
	json_decref(root.value);
	if (!reading.failed)
		return 0;
	result_free(result);
	return why_prefix(why, name);
}
