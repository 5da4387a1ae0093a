/* SPDX-License-Identifier: BSD-3-Clause */
/* junit.h -- JUnit XML. Every attribute and element that readers of this format demand is there. */
#ifndef BENCH_OUTPUT_JUNIT_H
#define BENCH_OUTPUT_JUNIT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct junit_suite {
	const char *name, *hostname; /* hostname NULL: unknown */
	uint64_t started_at;         /* seconds since the epoch */
	size_t id, ntests, nfailures, nskipped;
	double time_s;
};

/* The order within a suite: begin, properties, their end, cases, output, end. */
void junit_begin(FILE *out);
void junit_end(FILE *out);
void junit_suite_begin(FILE *out, const struct junit_suite *suite);
void junit_property(FILE *out, const char *name, const char *value);
void junit_properties_end(FILE *out);

/* A case that passed, failed with a type like "worse", or was skipped. */
enum junit_state { JUNIT_PASSED, JUNIT_FAILED, JUNIT_SKIPPED };
struct junit_case {
	const char *name, *classname;
	enum junit_state state;
	const char *type, *message; /* of a failure; a skipped case has the message */
};
void junit_case(FILE *out, const struct junit_case *one);

/* Between the two calls, the texts of the suite; escape_xml writes them. */
void junit_output_begin(FILE *out);
void junit_errors_begin(FILE *out);
void junit_suite_end(FILE *out);

#endif
