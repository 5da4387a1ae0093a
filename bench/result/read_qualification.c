/* SPDX-License-Identifier: BSD-3-Clause */
#include "read_qualification.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* The number of a word, for which name_of gives the words; an error if it is none of `count`. */
static unsigned
read_word(struct field *at, const char *name, const char *(*name_of)(unsigned number),
	  unsigned count)
{
	const struct field value = {.reading = at->reading, .up = at, .name = name};
	const char *text = field_text(at, name);
	unsigned number = 0;

	while (number < count && strcmp(name_of(number), text) != 0)
		number++;
	if (number < count)
		return number;
	field_error(&value, "no such word: %.60s", text);
	return 0;
}

static const char *
step_state(unsigned number)
{
	return result_step_state_name((enum result_step_state)number);
}

static const char *
gate_state(unsigned number)
{
	return result_gate_state_name((enum result_gate_state)number);
}

static const char *
if_red(unsigned number)
{
	return result_if_red_name((enum result_if_red)number);
}

static void
read_step(struct field *at, struct result_step *step)
{
	step->name = field_copy(at, "name");
	step->state = (enum result_step_state)read_word(at, "state", step_state, 3);
	step->reason = field_copy_or_null(at, "reason");
	step->planned_s = field_known(at, "planned_s");
	step->took_s = field_known(at, "took_s");
	step->visits = field_count(at, "visits", 0, FIELD_COUNT_MAX);
	step->nvisited = field_count(at, "visited", 0, step->visits);
}

static void
read_gate(struct field *at, struct result_gate *gate)
{
	gate->step = field_copy(at, "step");
	gate->name = field_copy(at, "name");
	gate->state = (enum result_gate_state)read_word(at, "state", gate_state, 3);
	gate->if_red = (enum result_if_red)read_word(at, "if_red", if_red, 3);
	gate->reason = field_copy(at, "reason");
}

static void
read_limit(struct field *at, struct result_bound *bound)
{
	bound->subject = field_copy(at, "subject");
	bound->limit = field_copy(at, "limit");
	bound->state = (enum result_gate_state)read_word(at, "state", gate_state, 3);
	bound->unit = field_copy(at, "unit");
	bound->allowed = field_known(at, "allowed");
	bound->measured = field_real(at, "measured");
	bound->reason = field_copy(at, "reason");
}

/* Memory for the elements of an array; NULL after an error. */
static void *
make_elements(const struct field *array, size_t size, size_t *count)
{
	void *elements;

	if (array->reading->failed)
		return NULL;
	elements = calloc(field_length(array) + 1, size);
	if (elements)
		*count = field_length(array);
	else
		field_error(array, "out of memory");
	return elements;
}

void
read_qualification(struct field *root, struct result_qualification *q)
{
	struct field at = field_object_or_null(root, "qualification"), array, element;

	if (!at.value)
		return;
	q->profile = field_copy(&at, "profile");
	q->rounds = (unsigned)field_count(&at, "rounds", 1, UINT_MAX);
	q->bad_blocks = (int64_t)field_count_or(&at, "bad_blocks", 0, FIELD_COUNT_MAX, UINT64_MAX);
	array = field_array(&at, "steps", 1, SIZE_MAX);
	q->steps = make_elements(&array, sizeof(*q->steps), &q->nsteps);
	for (size_t i = 0; i < q->nsteps; i++) {
		element = field_object_at(&array, i);
		read_step(&element, &q->steps[i]);
		field_end(&element);
	}
	array = field_array(&at, "gates", 0, SIZE_MAX);
	q->gates = make_elements(&array, sizeof(*q->gates), &q->ngates);
	for (size_t i = 0; i < q->ngates; i++) {
		element = field_object_at(&array, i);
		read_gate(&element, &q->gates[i]);
		field_end(&element);
	}
	array = field_array(&at, "limits", 0, SIZE_MAX);
	q->limits = make_elements(&array, sizeof(*q->limits), &q->nlimits);
	for (size_t i = 0; i < q->nlimits; i++) {
		element = field_object_at(&array, i);
		read_limit(&element, &q->limits[i]);
		field_end(&element);
	}
	field_end(&at);
}
