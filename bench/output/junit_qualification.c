/* SPDX-License-Identifier: BSD-3-Clause */
/* junit_qualification.c -- a qualification as JUnit XML, in which red is a failure and not applicable is skipped. */
#include <string.h>

#include "escape.h"
#include "junit.h"
#include "qualification.h"

#define LIMITS "limits"

static enum junit_state
junit_state(enum result_gate_state state)
{
	return state == RESULT_GATE_FAIL             ? JUNIT_FAILED
	       : state == RESULT_GATE_NOT_APPLICABLE ? JUNIT_SKIPPED
						     : JUNIT_PASSED;
}

static void
count_case(struct junit_suite *suite, enum result_gate_state state)
{
	suite->ntests++;
	suite->nfailures += state == RESULT_GATE_FAIL;
	suite->nskipped += state == RESULT_GATE_NOT_APPLICABLE;
}

static void
begin(const struct result *result, const struct junit_suite *suite, FILE *out)
{
	junit_suite_begin(out, suite);
	junit_property(out, "profile", result->qualification.profile);
	junit_property(out, "namespace", result->namespaces[0].spec);
	junit_property(out, "verdict", result_verdict_name(result));
	junit_property(out, "result", result->id);
	junit_properties_end(out);
}

static void
write_step(const struct result *result, struct junit_suite *suite, const struct result_step *step,
	   FILE *out)
{
	const struct result_qualification *q = &result->qualification;
	int is_left = step->state != RESULT_STEP_DONE;

	suite->name = step->name;
	suite->ntests = suite->nskipped = (size_t)is_left;
	suite->nfailures = 0;
	suite->time_s = step->took_s;
	for (size_t i = 0; i < q->ngates; i++)
		if (!strcmp(q->gates[i].step, step->name))
			count_case(suite, q->gates[i].state);
	begin(result, suite, out);
	for (size_t i = 0; i < q->ngates; i++) {
		const struct result_gate *gate = &q->gates[i];

		if (!strcmp(gate->step, step->name))
			junit_case(out, &(const struct junit_case){
						.name = gate->name,
						.classname = step->name,
						.state = junit_state(gate->state),
						.type = result_if_red_name(gate->if_red),
						.message = gate->reason});
	}
	if (is_left)
		junit_case(out, &(const struct junit_case){.name = "the whole step",
							   .classname = step->name,
							   .state = JUNIT_SKIPPED,
							   .message = step->reason ? step->reason
										   : "pending"});
	junit_output_begin(out);
	for (size_t i = 0; i < q->ngates; i++)
		if (!strcmp(q->gates[i].step, step->name)) {
			escape_xml(out, q->gates[i].name);
			fputs(": ", out);
			escape_xml(out, q->gates[i].reason);
			fputc('\n', out);
		}
	junit_errors_begin(out);
	junit_suite_end(out);
	suite->id++;
}

static void
write_limits(const struct result *result, struct junit_suite *suite, FILE *out)
{
	const struct result_qualification *q = &result->qualification;

	suite->name = LIMITS;
	suite->ntests = suite->nfailures = suite->nskipped = 0;
	suite->time_s = 0;
	for (size_t i = 0; i < q->nlimits; i++)
		count_case(suite, q->limits[i].state);
	begin(result, suite, out);
	for (size_t i = 0; i < q->nlimits; i++) {
		const struct result_bound *bound = &q->limits[i];
		char message[256];

		snprintf(message, sizeof(message), "%s measured; %s",
			 result_bound_figure(bound).text, bound->reason);
		junit_case(out, &(const struct junit_case){.name = bound->limit,
							   .classname = bound->subject,
							   .state = junit_state(bound->state),
							   .type = "limit",
							   .message = message});
	}
	junit_output_begin(out);
	junit_errors_begin(out);
	for (size_t i = 0; i < result->nreasons; i++) {
		escape_xml(out, result->reasons[i]);
		fputc('\n', out);
	}
	junit_suite_end(out);
}

int
output_qualification_junit(const struct result *result, FILE *out)
{
	struct junit_suite suite = {.hostname = result->host.hostname,
				    .started_at = result->started_at};
	const struct result_qualification *q = &result->qualification;

	junit_begin(out);
	for (size_t i = 0; i < q->nsteps; i++)
		write_step(result, &suite, &q->steps[i], out);
	write_limits(result, &suite, out);
	junit_end(out);
	return fflush(out) || ferror(out) ? -1 : 0;
}
