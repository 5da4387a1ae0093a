/* SPDX-License-Identifier: BSD-3-Clause */
/* output_formats_test.c -- csv, fio-json, bmf, openmetrics and hgrm of made-up results. */
#include "output_support.h"

#include <jansson.h>

/* `text` contains `line` as a complete line. */
static int
has_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	for (const char *at = text; (at = strstr(at, line)); at++)
		if ((at == text || at[-1] == '\n') && (at[len] == '\n' || !at[len]))
			return 1;
	return 0;
}

static void
assert_line(const char *format, const struct result *result, const char *line)
{
	char *text = written(format, result);

	if (!has_line(text, line))
		fail_msg("%s has no line\n%s\nbut is\n%s", format, line, text);
	free(text);
}

static size_t
count_of(const char *text, char c)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == c;
	return n;
}

static void
csv_has_a_row_for_each_kind_of_op_in_the_run(void **state)
{
	char *text = written("csv", *state);

	/* header; three kinds, one kind, errors only; no row for the run without ops */
	assert_int_equal(count_of(text, '\n'), 6);
	free(text);
	assert_line("csv", *state,
		    "all,1,btt,randrw,uniform,local,2,4096,read,0.5,1000,0,2000,8192000,1,500.5,"
		    "288.676422,501,903,951,991,999,1000,1000,2,33,1,interrupted,,,,,,,,,,,"
		    "/dev/dax0.0");
}

/* Service times of 5, 10 and 15 ns, response times of 1, 2 and 3 us. */
static void
csv_has_response_times_of_an_open_loop(void **state)
{
	char *text = written("csv", *state);

	assert_non_null(strstr(text, "\nshort,0,btt,"));
	assert_non_null(strstr(text, ",interrupted,1000,2000,815.68269,2007,3000,3000,3000,3000,"
				     "3000,3000,/dev/dax0.0\n"));
	free(text);
}

static void
csv_leaves_unknown_values_empty(void **state)
{
	assert_line("csv", *state,
		    "broken,0,btt,randwrite,uniform,local,0,4096,write,0,0,12,,,,,,,,,,,,,,,,"
		    "interrupted,,,,,,,,,,,/dev/dax0.0");
}

static void
csv_rows_are_as_long_as_the_header(void **state)
{
	char *text = written("csv", *state), *rest, *line = strtok_r(text, "\n", &rest);
	size_t commas = count_of(line, ',');

	for (; line; line = strtok_r(NULL, "\n", &rest))
		assert_int_equal(count_of(line, ','), commas);
	free(text);
}

static void
csv_quotes_values_that_would_break_a_row(void **state)
{
	struct result *result = *state;
	char *text;

	strcpy(result->jobs.jobs[0].name, "a,\"b\"");
	text = written("csv", result);
	assert_non_null(strstr(text, "\n\"a,\"\"b\"\"\",1,btt,"));
	free(text);
}

static json_t *
parsed(const char *format, const struct result *result)
{
	char *text = written(format, result);
	json_error_t error;
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!root)
		fail_msg("%s line %d: %s", format, error.line, error.text);
	free(text);
	return root;
}

static void
fio_maps_zero_to_trim(void **state)
{
	json_t *root = parsed("fio-json", *state);
	json_t *job = json_array_get(json_object_get(root, "jobs"), 0);
	json_t *trim = json_object_get(job, "trim");
	json_t *last = json_array_get(json_object_get(root, "jobs"), 3);
	json_t *options = json_object_get(last, "job options");

	assert_int_equal(json_integer_value(json_object_get(trim, "total_ios")), 400);
	assert_int_equal(json_integer_value(json_object_get(trim, "io_bytes")), 400 * 4096);
	assert_null(json_object_get(job, "zero"));
	assert_string_equal(json_string_value(json_object_get(options, "rw")), "randtrim");
	json_decref(root);
}

static void
fio_rates_are_over_the_time_series(void **state)
{
	json_t *root = parsed("fio-json", *state);
	json_t *job = json_array_get(json_object_get(root, "jobs"), 0);
	json_t *write = json_object_get(job, "write");

	/* 20 writes of 4 KiB in the only step of 0.125 s */
	assert_int_equal(json_integer_value(json_object_get(write, "iops_min")), 160);
	assert_int_equal(json_integer_value(json_object_get(write, "bw_max")), 640);
	assert_int_equal(json_integer_value(json_object_get(write, "iops_samples")), 1);
	json_decref(root);
}

/* Reads of 1 to 1000 ns, writes of 10 to 6000, zeroes of 10 000 to 4 000 000: 2000 ops in all. */
static void
fio_shares_of_latency_sum_up(void **state)
{
	json_t *root = parsed("fio-json", *state);
	json_t *job = json_array_get(json_object_get(root, "jobs"), 0), *value;
	static const char *const scales[] = {"latency_ns", "latency_us", "latency_ms"};
	const char *key;
	double sum = 0;

	for (size_t i = 0; i < LENGTH(scales); i++)
		json_object_foreach(json_object_get(job, scales[i]), key, value) sum +=
			json_number_value(value);
	assert_true(fabs(sum - 100) < 1e-6);
	value = json_object_get(json_object_get(job, "latency_ns"), "10");
	/* 4 to 9 ns: six reads, no write */
	assert_true(fabs(json_number_value(value) - 100.0 * 6 / 2000) < 1e-6);
	json_decref(root);
}

static json_int_t
count_at(json_t *object, const char *latency, const char *key)
{
	return json_integer_value(json_object_get(json_object_get(object, latency), key));
}

static void
fio_total_latency_is_response_in_an_open_loop_and_service_else(void **state)
{
	json_t *root = parsed("fio-json", *state), *jobs = json_object_get(root, "jobs");
	json_t *job = json_array_get(jobs, 1), *read = json_object_get(job, "read");
	json_t *closed = json_object_get(json_array_get(jobs, 0), "read");

	assert_int_equal(count_at(read, "lat_ns", "max"), 3000);
	assert_int_equal(count_at(read, "lat_ns", "N"), 3);
	assert_int_equal(count_at(read, "clat_ns", "max"), 15);
	assert_int_equal(count_at(json_object_get(read, "lat_ns"), "percentile", "99.000000"),
			 3000);
	assert_int_equal(count_at(closed, "lat_ns", "max"), count_at(closed, "clat_ns", "max"));
	assert_null(json_object_get(json_object_get(closed, "lat_ns"), "percentile"));
	/* shares of lat_ns: one of three below 2 us, none below 1 us */
	job = json_object_get(job, "latency_us");
	assert_true(fabs(json_number_value(json_object_get(job, "2")) - 100.0 / 3) < 1e-6);
	json_decref(root);
}

/* A second repeat of the first job, slower in every value. */
static void
make_second_repeat(struct result *result)
{
	struct result_run *first = &result->runs[0], *second = &result->runs[3];

	second->job = first->job;
	second->repeat = 2;
	fill_op(&second->ops[OP_READ], 1000, 3, 1);
}

static void
bmf_is_the_median_between_the_extremes(void **state)
{
	struct result *result = *state;
	json_t *root, *metric;

	make_second_repeat(result);
	root = parsed("bmf", result);
	metric = json_object_get(json_object_get(root, "all/read"), "throughput");
	assert_true(json_real_value(json_object_get(metric, "lower_value")) == 1000);
	assert_true(json_real_value(json_object_get(metric, "value")) == 1500);
	assert_true(json_real_value(json_object_get(metric, "upper_value")) == 2000);
	/* only one repeat has writes */
	metric = json_object_get(json_object_get(root, "all/write"), "throughput");
	assert_true(json_real_value(json_object_get(metric, "value")) == 1200);
	assert_null(json_object_get(metric, "lower_value"));
	json_decref(root);
}

static void
bmf_has_no_benchmark_without_a_value(void **state)
{
	json_t *root = parsed("bmf", *state);

	assert_non_null(json_object_get(root, "short/read"));
	assert_null(json_object_get(root, "broken/write"));
	assert_int_equal(json_object_size(root), 4);
	json_decref(root);
}

static void
bmf_has_response_times_of_an_open_loop(void **state)
{
	json_t *root = parsed("bmf", *state), *open = json_object_get(root, "short/read");
	json_t *metric = json_object_get(open, "response");

	assert_true(json_real_value(json_object_get(metric, "value")) == 2000);
	metric = json_object_get(open, "response-p99");
	assert_true(json_real_value(json_object_get(metric, "value")) == 3000);
	assert_null(json_object_get(json_object_get(root, "all/read"), "response"));
	json_decref(root);
}

static void
openmetrics_has_every_known_number(void **state)
{
	assert_line("openmetrics", *state, "bttbench_valid 0");
	assert_line("openmetrics", *state,
		    "bttbench_ops{job=\"all\",repeat=\"1\",op=\"zero\"} 400");
	assert_line("openmetrics", *state,
		    "bttbench_errors{job=\"broken\",repeat=\"0\",op=\"write\"} 12");
	assert_line(
		"openmetrics", *state,
		"bttbench_service_seconds{job=\"all\",repeat=\"1\",op=\"read\",quantile=\"0.5\"} "
		"5.01e-07");
	assert_line("openmetrics", *state,
		    "bttbench_service_seconds_count{job=\"all\",repeat=\"1\",op=\"write\"} 600");
	assert_line(
		"openmetrics", *state,
		"bttbench_response_seconds{job=\"short\",repeat=\"0\",op=\"read\",quantile=\"1\"} "
		"3e-06");
	assert_line("openmetrics", *state,
		    "bttbench_response_seconds_count{job=\"short\",repeat=\"0\",op=\"read\"} 3");
}

static void
openmetrics_omits_unknown_values(void **state)
{
	char *text = written("openmetrics", *state);

	assert_null(strcasestr(text, "nan"));
	assert_null(strcasestr(text, "} inf"));
	assert_null(strstr(text, "bttbench_iops{job=\"broken\""));
	assert_null(strstr(text, "bttbench_response_seconds{job=\"all\""));
	assert_string_equal(text + strlen(text) - 6, "# EOF\n");
	free(text);
}

static void
openmetrics_escapes_labels(void **state)
{
	struct result *result = *state;
	char *text;

	free(result->namespaces[0].spec);
	result->namespaces[0].spec = strdup("a\"b\\c\nd\xff");
	text = written("openmetrics", result);
	assert_non_null(strstr(text, "{namespace=\"a\\\"b\\\\c\\nd?\","));
	free(text);
}

static void
hgrm_equals_the_output_of_hdrhistogram(void **state)
{
	char *text = written("hgrm-write", *state);

	/* 10, 20, ... 6000 ns; half of the 600 are at most 3000 */
	assert_true(has_line(text, "       3.007 0.500000000000        300           2.00"));
	assert_true(has_line(text, "       6.000 1.000000000000        600"));
	assert_true(has_line(text, "#[Max     =        6.000, Total count    =          600]"));
	free(text);
}

static void
hgrm_of_a_kind_has_only_that_kind(void **state)
{
	char *text = written("hgrm-read", *state);

	assert_non_null(strstr(text, "# job 'all', op read,"));
	assert_non_null(strstr(text, "# job 'short', op read,"));
	assert_null(strstr(text, "op write"));
	assert_null(strstr(text, "op zero"));
	free(text);
	text = written("hgrm", *state);
	assert_non_null(strstr(text, "op write"));
	free(text);
}

static void
hgrm_response_has_only_open_loops(void **state)
{
	char *text = written("hgrm-response", *state);

	assert_true(has_line(text, "# job 'short', op read, response time in microseconds"));
	assert_true(has_line(text, "       3.000 1.000000000000          3"));
	assert_null(strstr(text, "'all'"));
	free(text);
	assert_line("hgrm-response-read", *state, "       3.000 1.000000000000          3");
	assert_line("hgrm-response-write", *state,
		    "# no response times: only jobs with rate_iops have them");
	assert_line("hgrm-response-zero", *state,
		    "# no response times: only jobs with rate_iops have them");
}

/* Run 1 has four values, one of them above the last bucket. */
static void
hgrm_counts_values_above_the_last_bucket(void **state)
{
	assert_line("hgrm-read", *state, "       0.015 1.000000000000          4");
}

static void
hgrm_merges_repeats(void **state)
{
	struct result *result = *state;

	make_second_repeat(result);
	assert_line("hgrm-read", result, "       3.000 1.000000000000       2000");
}

static void
every_format_writes_a_result_without_known_values(void **state)
{
	static const char *const formats[] = {"csv",         "fio-json", "bmf",
					      "openmetrics", "hgrm",     "hgrm-response"};

	for (size_t i = 0; i < LENGTH(formats); i++)
		free(written(formats[i], *state));
	json_decref(parsed("fio-json", *state));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_KNOWN(csv_has_a_row_for_each_kind_of_op_in_the_run),
		WITH_KNOWN(csv_has_response_times_of_an_open_loop),
		WITH_KNOWN(csv_leaves_unknown_values_empty),
		WITH_KNOWN(csv_rows_are_as_long_as_the_header),
		WITH_KNOWN(csv_quotes_values_that_would_break_a_row),
		WITH_KNOWN(fio_maps_zero_to_trim),
		WITH_KNOWN(fio_rates_are_over_the_time_series),
		WITH_KNOWN(fio_shares_of_latency_sum_up),
		WITH_KNOWN(fio_total_latency_is_response_in_an_open_loop_and_service_else),
		WITH_KNOWN(bmf_is_the_median_between_the_extremes),
		WITH_KNOWN(bmf_has_no_benchmark_without_a_value),
		WITH_KNOWN(bmf_has_response_times_of_an_open_loop),
		WITH_KNOWN(openmetrics_has_every_known_number),
		WITH_KNOWN(openmetrics_omits_unknown_values),
		WITH_KNOWN(openmetrics_escapes_labels),
		WITH_KNOWN(hgrm_equals_the_output_of_hdrhistogram),
		WITH_KNOWN(hgrm_of_a_kind_has_only_that_kind),
		WITH_KNOWN(hgrm_response_has_only_open_loops),
		WITH_KNOWN(hgrm_counts_values_above_the_last_bucket),
		WITH_KNOWN(hgrm_merges_repeats),
		WITH_UNKNOWN(every_format_writes_a_result_without_known_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
