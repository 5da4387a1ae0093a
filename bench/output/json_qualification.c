/* SPDX-License-Identifier: BSD-3-Clause */
/* json_qualification.c -- the member `qualification` of a result as JSON. */
#include "json_value.h"

static json_t *
step_value(const void *element)
{
	const struct result_step *step = element;
	const struct value_member members[] = {
		{"name", value_text(step->name)},
		{"state", value_text(result_step_state_name(step->state))},
		{"reason", value_text(step->reason)},
		{"planned_s", value_real(step->planned_s)},
		{"took_s", value_real(step->took_s)},
		{"visits", value_count(step->visits)},
		{"visited", value_count(step->nvisited)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
gate_value(const void *element)
{
	const struct result_gate *gate = element;
	const struct value_member members[] = {
		{"step", value_text(gate->step)},
		{"name", value_text(gate->name)},
		{"state", value_text(result_gate_state_name(gate->state))},
		{"if_red", value_text(result_if_red_name(gate->if_red))},
		{"reason", value_text(gate->reason)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
limit_value(const void *element)
{
	const struct result_bound *bound = element;
	const struct value_member members[] = {
		{"subject", value_text(bound->subject)},
		{"limit", value_text(bound->limit)},
		{"state", value_text(result_gate_state_name(bound->state))},
		{"unit", value_text(bound->unit)},
		{"allowed", value_real(bound->allowed)},
		{"measured", value_real(bound->measured)},
		{"reason", value_text(bound->reason)},
	};

	return VALUE_OBJECT(members);
}

/* -1 is unknown */
static json_t *
count_or_null(int64_t count)
{
	return count < 0 ? json_null() : value_count((uint64_t)count);
}

json_t *
value_qualification(const struct result_qualification *q)
{
	if (!q->profile)
		return json_null();

	const struct value_member members[] = {
		{"profile", value_text(q->profile)},
		{"rounds", value_count(q->rounds)},
		{"steps", VALUE_ARRAY(q->steps, q->nsteps, step_value)},
		{"gates", VALUE_ARRAY(q->gates, q->ngates, gate_value)},
		{"limits", VALUE_ARRAY(q->limits, q->nlimits, limit_value)},
		{"bad_blocks", count_or_null(q->bad_blocks)},
	};

	return VALUE_OBJECT(members);
}
