/* SPDX-License-Identifier: BSD-3-Clause */
/* limit_test.c -- limit.OP.METRIC: the grammar, the printed form, and which limit replaces another. */
#include <math.h>

#include "job/limit.h"
#include "job_support.h"

#define ALLOWED                                                                                   \
	"(allowed: <= VALUE or >= VALUE; OP: read, write, zero, total, and with rw=rand* "        \
	"randread, "                                                                              \
	"randwrite, randzero; METRIC: iops, bw (bytes per second), errors, and except for total " \
	"the durations min, mean, max, p99, p99.9, ...)"

static const char header[] = "[a]\nrw=randrw\nrwmix=read:50,write:40,zero:10\n";

/* a job with one more line */
static const char *
with_line(const char *line)
{
	static char text[256];

	snprintf(text, sizeof(text), "%s%s\n", header, line);
	return text;
}

static void
limit_is_read_with_any_blanks(void **state)
{
	static const char *const lines[] = {
		"limit.write.p99 <= 4us",   "limit.write.p99<=4us",      "limit.write.p99  <=  4us",
		"limit.write.p99\t<=\t4us", "limit.write.p99 <= 4000ns", "limit.write.p99 = <= 4us",
		"limit.write.p99=<=4us",    "limit.write.p99.0 <= 4us",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(lines); i++) {
		struct job_list list;
		const struct job_limit *limit;

		ASSERT_LOADS(&list, with_line(lines[i]));
		assert_int_equal(list.jobs[0].nlimits, 1);
		limit = &list.jobs[0].limits[0];
		assert_int_equal(limit->op, JOB_LIMIT_WRITE);
		assert_int_equal(limit->metric, JOB_LIMIT_PERCENTILE);
		assert_true(limit->percentile == 99);
		assert_false(limit->at_least);
		assert_int_equal(limit->value, 4000);
		assert_int_equal(limit->line, 4);
		job_list_free(&list);
	}
}

static void
every_metric_has_the_unit_of_its_kind(void **state)
{
	static const struct {
		const char *line, *key, *value;
		uint64_t number;
	} limits[] = {
		{"limit.total.iops >= 1.5M", "limit.total.iops", ">=1500k", 1500000},
		{"limit.read.iops >= 7", "limit.read.iops", ">=7", 7},
		{"limit.zero.bw >= 1G", "limit.zero.bw", ">=1G", 1000000000},
		{"limit.zero.bw >= 3.51GB/s", "limit.zero.bw", ">=3510M", 3510000000},
		{"limit.zero.bw >= 1GiB", "limit.zero.bw", ">=1073741824", 1 << 30},
		{"limit.total.errors <= 0", "limit.total.errors", "<=0", 0},
		{"limit.randread.min <= 100ns", "limit.randread.min", "<=100ns", 100},
		{"limit.randwrite.mean <= 2s", "limit.randwrite.mean", "<=2s", 2000000000},
		{"limit.randzero.max >= 60s", "limit.randzero.max", ">=60s", 60000000000},
		{"limit.read.min >= 0", "limit.read.min", ">=0", 0},
		{"limit.read.p0.000001 <= 1us", "limit.read.p0.000001", "<=1us", 1000},
		{"limit.read.p100 <= 1us", "limit.read.p100", "<=1us", 1000},
		{"limit.read.p99.90 <= 1us", "limit.read.p99.9", "<=1us", 1000},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(limits); i++) {
		struct job_list list;

		ASSERT_LOADS(&list, with_line(limits[i].line));
		assert_effective(&list.jobs[0], limits[i].key, limits[i].value);
		assert_true(list.jobs[0].limits[0].value == limits[i].number);
		job_list_free(&list);
	}
}

static void
malformed_limit_is_refused(void **state)
{
	static const struct {
		const char *setting, *wrong;
	} bad[] = {
		{"limit.trim.p99<=1s", "no such limit " ALLOWED},
		{"limit.write<=1s", "no such limit " ALLOWED},
		{"limit.write.<=1s", "no such limit " ALLOWED},
		{"limit..p99<=1s", "no such limit " ALLOWED},
		{"limit.write.p<=1s", "no such limit " ALLOWED},
		{"limit.write.p0<=1s", "no such limit " ALLOWED},
		{"limit.write.p101<=1s", "no such limit " ALLOWED},
		{"limit.write.p99.<=1s", "no such limit " ALLOWED},
		{"limit.write.median<=1s", "no such limit " ALLOWED},
		{"limit.write.p99.999999999999999999999999<=1s", "no such limit " ALLOWED},
		{"limit.writewritewritewritewritewrite.p99<=1s", "no such limit " ALLOWED},
		{"limit.write.p99<=", "not a value of p99 (allowed: a duration with ns, us, ms, s "
				      "or h like 4us, 1.5ms)"},
		{"limit.write.p99<=4k", "not a value of p99 (allowed: a duration with ns, us, ms, "
					"s or h like 4us, 1.5ms)"},
		{"limit.write.p99<=-1s", "not a value of p99 (allowed: a duration with ns, us, ms, "
					 "s or h like 4us, 1.5ms)"},
		{"limit.write.iops>=1us", "not a value of iops (allowed: a count like 8, 100k)"},
		{"limit.write.bw>=fast",
		 "not a value of bw (allowed: bytes per second like 2GB/s, 1.5G)"},
		{"limit.write.p99=1s",
		 "not a limit (allowed: limit.OP.METRIC <= VALUE or >= VALUE)"},
		{"limit.write.p99=<1s", "neither <= nor >= " ALLOWED},
		{"limit.total.max<=1s", "latencies of different operations are not mixed (allowed "
					"for total: iops, bw, errors)"},
	};
	char want[512];

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++) {
		snprintf(want, sizeof(want), "--set %s: %s", bad[i].setting, bad[i].wrong);
		ASSERT_WHY(want, header, (char *)bad[i].setting);
	}
}

/* As a key, 700 would be seconds and 4m minutes: a limit that always holds. */
static void
latency_limit_without_its_unit_is_refused(void **state)
{
	static const char *const metrics[] = {"min", "mean", "max", "p50", "p99.9"};
	static const struct {
		const char *value, *wrong;
	} bad[] = {
		{"700", "no unit"},
		{"0.5", "no unit"},
		{"4m", "m would be minutes"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(metrics); i++)
		for (size_t k = 0; k < LENGTH(bad); k++) {
			char set[64], want[256];

			snprintf(set, sizeof(set), "limit.read.%s<=%s", metrics[i], bad[k].value);
			snprintf(want, sizeof(want),
				 "--set %s: %s (allowed: a duration with ns, us, ms, s or h like "
				 "4us, 1.5ms)",
				 set, bad[k].wrong);
			ASSERT_WHY(want, header, set);
		}
	ASSERT_WHY("x.job: job 'a', line 2: limit.read.p99 <=700: no unit (allowed: a duration "
		   "with ns, us, ms, s or h like 4us, 1.5ms)",
		   "[a]\nlimit.read.p99 <= 700\n");
}

static void
limit_with_a_long_tail_is_refused_not_cut(void **state)
{
	char line[800] = "limit.read.p99<=4us";

	(void)state;
	memset(line + strlen(line), ' ', 700);
	strcpy(line + 719, "x");
	ASSERT_WHY("--set limit.read.p99<=4us                                         ...: too "
		   "long for a limit",
		   header, line);
}

static void
limit_given_twice_in_a_section_is_refused(void **state)
{
	(void)state;
	ASSERT_WHY("x.job: job 'a', line 3: limit.read.p99.0<=2us: given twice (first on line 2)",
		   "[a]\nlimit.read.p99 <= 1us\nlimit.read.p99.0<=2us\n");
}

static void
later_limit_of_the_same_name_replaces_the_earlier(void **state)
{
	struct job_list list;

	(void)state;
	ASSERT_LOADS(&list,
		     "[global]\nlimit.read.p99 <= 1us\nlimit.read.p50 <= 1us\n[a]\n"
		     "limit.read.p99 <= 2us\n[b]\n",
		     "limit.read.p50 >= 3us");
	assert_int_equal(list.jobs[0].nlimits, 2);
	assert_effective(&list.jobs[0], "limit.read.p99", "<=2us");
	assert_effective(&list.jobs[0], "limit.read.p50", ">=3us");
	assert_effective(&list.jobs[1], "limit.read.p99", "<=1us");
	assert_effective(&list.jobs[1], "limit.read.p50", ">=3us");
	job_list_free(&list);
}

static void
limits_are_accepted_up_to_the_maximum(void **state)
{
	char text[4096] = "[a]\n";
	struct job_list list;
	size_t used;

	(void)state;
	for (unsigned i = 1; i <= JOB_LIMITS_MAX; i++) {
		used = strlen(text);
		snprintf(text + used, sizeof(text) - used, "limit.read.p%u <= 1s\n", i);
	}
	ASSERT_LOADS(&list, text, "limit.read.p1 <= 2s");
	assert_int_equal(list.jobs[0].nlimits, JOB_LIMITS_MAX);
	assert_effective(&list.jobs[0], "limit.read.p1", "<=2s");
	job_list_free(&list);
	ASSERT_WHY("--set limit.read.max <= 2s: too many limits (allowed: 16)", text,
		   "limit.read.max <= 2s");
}

static void
limit_on_an_op_that_the_job_lacks_is_refused_in_that_job(void **state)
{
	struct job_list list;

	(void)state;
	ASSERT_WHY("x.job: job 'a', line 3: limit.write.p99: the job has no such operations",
		   "[a]\nrw=read\nlimit.write.p99 <= 1s\n");
	ASSERT_WHY("x.job: job 'a', line 3: limit.randread.p99: only for rw=rand* (this job's rw "
		   "is sequential)",
		   "[a]\nrw=read\nlimit.randread.p99 <= 1s\n");
	ASSERT_LOADS(&list, "[global]\nlimit.write.p99 <= 1s\n[a]\nrw=read\n[b]\nrw=write\n");
	assert_int_equal(list.jobs[0].nlimits, 0);
	assert_int_equal(list.jobs[1].nlimits, 1);
	job_list_free(&list);
}

static void
measured_values_are_shown_in_the_unit_of_the_limit(void **state)
{
	static const struct {
		enum job_limit_metric metric;
		double value;
		const char *text;
	} shown[] = {
		{JOB_LIMIT_IOPS, 1500000, "1500k"}, {JOB_LIMIT_BW, 4000, "4k"},
		{JOB_LIMIT_ERRORS, 0, "0"},         {JOB_LIMIT_MAX, 1500, "1500ns"},
		{JOB_LIMIT_MEAN, NAN, "none"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(shown); i++) {
		const struct job_limit limit = {.metric = shown[i].metric};

		assert_string_equal(job_limit_value(&limit, shown[i].value).text, shown[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limit_is_read_with_any_blanks),
		cmocka_unit_test(every_metric_has_the_unit_of_its_kind),
		cmocka_unit_test(malformed_limit_is_refused),
		cmocka_unit_test(latency_limit_without_its_unit_is_refused),
		cmocka_unit_test(limit_with_a_long_tail_is_refused_not_cut),
		cmocka_unit_test(limit_given_twice_in_a_section_is_refused),
		cmocka_unit_test(later_limit_of_the_same_name_replaces_the_earlier),
		cmocka_unit_test(limits_are_accepted_up_to_the_maximum),
		cmocka_unit_test(limit_on_an_op_that_the_job_lacks_is_refused_in_that_job),
		cmocka_unit_test(measured_values_are_shown_in_the_unit_of_the_limit),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
