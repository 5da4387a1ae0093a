/* SPDX-License-Identifier: BSD-3-Clause */
#include "junit.h"

#include <time.h>

#include "escape.h"

static void
attribute(FILE *out, const char *name, const char *text)
{
	fprintf(out, " %s=\"", name);
	escape_xml(out, text);
	fputc('"', out);
}

void
junit_begin(FILE *out)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", out);
}

void
junit_end(FILE *out)
{
	fputs("</testsuites>\n", out);
}

void
junit_suite_begin(FILE *out, const struct junit_suite *suite)
{
	time_t started_at = (time_t)suite->started_at;
	char when[32] = "1970-01-01T00:00:00";
	struct tm tm;

	if (gmtime_r(&started_at, &tm))
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm);
	fputs("  <testsuite", out);
	attribute(out, "name", suite->name);
	attribute(out, "hostname", suite->hostname ? suite->hostname : "localhost");
	fprintf(out,
		" package=\"bttbench\" id=\"%zu\" timestamp=\"%s\" tests=\"%zu\" failures=\"%zu\" "
		"errors=\"0\" skipped=\"%zu\" time=\"%.10g\">\n    <properties>\n",
		suite->id, when, suite->ntests, suite->nfailures, suite->nskipped, suite->time_s);
}

void
junit_property(FILE *out, const char *name, const char *value)
{
	fputs("      <property", out);
	attribute(out, "name", name);
	attribute(out, "value", value);
	fputs("/>\n", out);
}

void
junit_properties_end(FILE *out)
{
	fputs("    </properties>\n", out);
}

void
junit_case(FILE *out, const struct junit_case *one)
{
	fputs("    <testcase", out);
	attribute(out, "name", one->name);
	attribute(out, "classname", one->classname);
	fputs(" time=\"0\"", out);
	if (one->state == JUNIT_PASSED) {
		fputs("/>\n", out);
		return;
	}
	fputs(">\n      <", out);
	if (one->state == JUNIT_FAILED) {
		fputs("failure", out);
		attribute(out, "type", one->type);
	} else {
		fputs("skipped", out);
	}
	attribute(out, "message", one->message);
	fputs("/>\n    </testcase>\n", out);
}

void
junit_output_begin(FILE *out)
{
	fputs("    <system-out>", out);
}

void
junit_errors_begin(FILE *out)
{
	fputs("</system-out>\n    <system-err>", out);
}

void
junit_suite_end(FILE *out)
{
	fputs("</system-err>\n  </testsuite>\n", out);
}
