/* SPDX-License-Identifier: BSD-3-Clause */
#include "qualification.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *
result_gate_state_name(enum result_gate_state state)
{
	static const char *const names[] = {"pass", "fail", "not applicable"};

	return names[state];
}

const char *
result_if_red_name(enum result_if_red if_red)
{
	static const char *const names[] = {"FAIL", "INVALID", "INCONCLUSIVE"};

	return names[if_red];
}

const char *
result_step_state_name(enum result_step_state state)
{
	static const char *const names[] = {"pending", "done", "skipped"};

	return names[state];
}

static void
free_gate(struct result_gate *gate)
{
	free(gate->step);
	free(gate->name);
	free(gate->reason);
}

void
qualification_drop_limits(struct result_qualification *q)
{
	for (size_t i = 0; i < q->nlimits; i++) {
		free(q->limits[i].subject);
		free(q->limits[i].limit);
		free(q->limits[i].unit);
		free(q->limits[i].reason);
	}
	free(q->limits);
	q->limits = NULL;
	q->nlimits = 0;
}

void
qualification_free(struct result_qualification *q)
{
	for (size_t i = 0; i < q->nsteps; i++) {
		free(q->steps[i].name);
		free(q->steps[i].reason);
	}
	for (size_t i = 0; i < q->ngates; i++)
		free_gate(&q->gates[i]);
	qualification_drop_limits(q);
	free(q->profile);
	free(q->steps);
	free(q->gates);
	*q = (struct result_qualification){0};
}

struct human
result_bound_figure(const struct result_bound *bound)
{
	struct human ratio;

	if (!strcmp(bound->unit, "ns"))
		return human_time(bound->measured);
	if (!strcmp(bound->unit, "B/s"))
		return human_bandwidth(bound->measured);
	if (strcmp(bound->unit, "ratio") != 0 || !isfinite(bound->measured))
		return human_count(bound->measured);
	snprintf(ratio.text, sizeof(ratio.text), "%.3g", bound->measured);
	return ratio;
}

static size_t
find_gate(const struct result_qualification *q, const char *step, const char *name)
{
	size_t i = 0;

	while (i < q->ngates &&
	       (strcmp(q->gates[i].step, step) != 0 || strcmp(q->gates[i].name, name) != 0))
		i++;
	return i;
}

int
qualification_set_gate(struct result_qualification *q, const struct result_gate *gate)
{
	struct result_gate copy = {strdup(gate->step), strdup(gate->name), gate->state,
				   gate->if_red, strdup(gate->reason)};
	size_t place = find_gate(q, gate->step, gate->name);
	struct result_gate *grown = q->gates;

	if (place == q->ngates)
		grown = reallocarray(q->gates, q->ngates + 1, sizeof(*grown));
	if (!grown || !copy.step || !copy.name || !copy.reason) {
		free_gate(&copy);
		return -1;
	}
	q->gates = grown;
	if (place == q->ngates)
		q->ngates++;
	else
		free_gate(&grown[place]);
	grown[place] = copy;
	return 0;
}

const struct result_gate *
qualification_gate(const struct result_qualification *q, const char *step, const char *name)
{
	size_t i = find_gate(q, step, name);

	return i < q->ngates ? &q->gates[i] : NULL;
}

struct result_step *
qualification_step(const struct result_qualification *q, const char *name)
{
	for (size_t i = 0; i < q->nsteps; i++)
		if (!strcmp(q->steps[i].name, name))
			return &q->steps[i];
	return NULL;
}
