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

/* Cuts the next field of a CSV line out of *line, without its quotes; NULL at the end of the line. */
static char *
next_field(char **line)
{
	char *from = *line, *to = from, *field = from;
	int is_quoted = from && *from == '"';

	if (!from)
		return NULL;
	from += is_quoted;
	for (; *from && (is_quoted || *from != ','); from++) {
		if (*from == '"' && from[1] != '"')
			is_quoted = 0;
		else if (*from == '"')
			*to++ = *from++;
		else
			*to++ = *from;
	}
	*line = *from ? from + 1 : NULL;
	*to = '\0';
	return field;
}

/* The field of a row (1: the first below the header) in the column `name`. The caller frees it. */
static char *
csv_field(const struct result *result, unsigned row, const char *name)
{
	char *text = written("csv", result), *rest = text, *header = strsep(&rest, "\n"), *line,
	     *field;
	unsigned column = 0;

	for (char *title; (title = next_field(&header)) && strcmp(title, name) != 0;)
		column++;
	for (line = strsep(&rest, "\n"); --row;)
		line = strsep(&rest, "\n");
	do
		field = next_field(&line);
	while (column-- && field);
	if (!field)
		fail_msg("no column %s", name);
	field = strdup(field);
	free(text);
	return field;
}

static void
assert_field(const struct result *result, unsigned row, const char *name, const char *value)
{
	char *field = csv_field(result, row, name);

	if (strcmp(field, value) != 0)
		fail_msg("row %u: %s is '%s', not '%s'", row, name, field, value);
	free(field);
}

/* of run 0, the second repeat of the job 'all': reads of 1, 2, ... 1000 ns */
static void
csv_has_a_row_for_each_kind_of_op_in_the_mix(void **state)
{
	static const char *const fields[][2] = {
		{"job", "all"},
		{"repeat", "2"},
		{"op", "read"},
		{"run", "20231114T221320Z-0badcafe"},
		{"started_at", "1700000000"},
		{"host", ""},
		{"op_bytes", "4096"},
		{"age", "partly aged"},
		{"adjacent", "0.25"},
		{"elapsed_s", "0.5"},
		{"count", "1000"},
		{"errors", "0"},
		{"iops", "2000"},
		{"bytes_per_s", "8192000"},
		{"service_min_ns", "1"},
		{"service_mean_ns", "500.5"},
		{"service_p50_ns", "501"},
		{"service_p99_ns", "991"},
		{"service_max_ns", "1000"},
		{"response_max_ns", ""},
		{"fences_per_op", "2"},
		{"lines_flushed_per_op", "33"},
		{"bytes_stored_per_user_byte", "1"},
		{"tracking", "1"},
		{"settling", "0"},
		{"asked_s", "10"},
		{"cpu_share", "1"},
		{"voluntary_switches", "3"},
		{"involuntary_switches", "2"},
		{"strays", "7"},
		{"steal_s", "0.25"},
		{"throttled_s", ""},
		{"idle_zeroes", "10"},
		{"zero_reads", "11"},
		{"unstarted", ""},
		{"response_lower_bound_from", ""},
	};
	char *text;

	((struct result *)*state)->runs[0].workers[0].strays = 3;
	text = written("csv", *state);
	/* header; three kinds, one kind, errors only, no op at all */
	assert_int_equal(count_of(text, '\n'), 7);
	free(text);
	for (size_t i = 0; i < LENGTH(fields); i++)
		assert_field(*state, 1, fields[i][0], fields[i][1]);
	assert_field(*state, 1, "version", bttbench_version);
	assert_field(*state, 3, "op", "zero");
	assert_field(*state, 6, "job", "empty");
	assert_field(*state, 6, "count", "0");
}

/* The first job in the file gave rw, rwmix, threads and percentiles; the layout says nfree. */
static void
csv_has_every_key_of_the_job(void **state)
{
	static const char *const fields[][2] = {
		{"engine", "btt"},        {"namespace", "/dev/dax0.0"},
		{"rw", "randrw"},         {"rwmix", "read:50,write:30,zero:20"},
		{"bs", "4096"},           {"blocks", "1"},
		{"threads", "2"},         {"lanes", "threads"},
		{"nfree", "256"},         {"flavour", "uefi"},
		{"commit", "two-fence"},  {"placement", "local"},
		{"smt", "avoid"},         {"pattern", "uniform"},
		{"partition", "shared"},  {"region", "all"},
		{"lookahead", "none"},    {"rate_iops", "off"},
		{"arrival", "linear"},    {"seed", "1"},
		{"precondition", "fill"}, {"verify", "none"},
	};

	for (size_t i = 0; i < LENGTH(fields); i++)
		assert_field(*state, 1, fields[i][0], fields[i][1]);
}

static void
csv_has_the_status_of_each_run(void **state)
{
	assert_field(*state, 1, "status", "valid");
	assert_field(*state, 4, "job", "short");
	assert_field(*state, 4, "status", "interrupted");
	assert_field(*state, 1, "result_status", "interrupted");
}

/* The job 'all' asks for 50, 99 and 99.99, the others for six percentiles. */
static void
csv_has_the_percentiles_of_all_jobs_in_every_row(void **state)
{
	struct result *result = *state;
	char *text;

	assert_field(result, 1, "service_p90_ns", "903");
	for (size_t i = 0; i < result->jobs.count; i++) {
		result->jobs.jobs[i].npercentiles = 1;
		result->jobs.jobs[i].percentiles[0] = 75 + (double)(i % 2);
	}
	assert_field(result, 1, "service_p76_ns", "763");
	text = written("csv", result);
	assert_non_null(
		strstr(text, ",service_stddev_ns,service_p75_ns,service_p76_ns,service_max_ns,"));
	assert_null(strstr(text, "_p50_"));
	free(text);
}

static void
csv_columns_have_different_names(void **state)
{
	char *text = written("csv", *state), *rest = text, *header = strsep(&rest, "\n");
	char later[4096], name[128];

	for (char *title; (title = strsep(&header, ","));) {
		snprintf(later, sizeof(later), ",%s,", header ? header : "");
		snprintf(name, sizeof(name), ",%s,", title);
		if (strstr(later, name))
			fail_msg("two columns %s", title);
	}
	free(text);
}

/* Service times of 5, 10 and 15 ns, response times of 1, 2 and 3 us. */
static void
csv_has_response_times_of_an_open_loop(void **state)
{
	assert_field(*state, 4, "response_min_ns", "1000");
	assert_field(*state, 4, "response_mean_ns", "2000");
	assert_field(*state, 4, "response_p50_ns", "2007");
	assert_field(*state, 4, "response_max_ns", "3000");
	assert_field(*state, 4, "service_max_ns", "15");
	assert_field(*state, 4, "unstarted", "7");
	assert_field(*state, 4, "response_lower_bound_from", "50");
	assert_field(*state, 4, "tracking", "");
}

static void
csv_leaves_unknown_values_empty(void **state)
{
	static const char *const unknown[] = {"iops",           "bytes_per_s",     "service_min_ns",
					      "service_p50_ns", "response_max_ns", "fences_per_op"};

	assert_field(*state, 5, "job", "broken");
	assert_field(*state, 5, "errors", "12");
	for (size_t i = 0; i < LENGTH(unknown); i++)
		assert_field(*state, 5, unknown[i], "");
}

static void
csv_rows_are_as_long_as_the_header(void **state)
{
	char *text = written("csv", *state), *rest = text, *line = strsep(&rest, "\n");
	size_t columns = count_of(line, ',') + 1;

	for (line = strsep(&rest, "\n"); line && *line; line = strsep(&rest, "\n")) {
		size_t fields = 0;

		while (next_field(&line))
			fields++;
		assert_int_equal(fields, columns);
	}
	free(text);
}

static void
csv_quotes_values_that_would_break_a_row(void **state)
{
	struct result *result = *state;
	char *text;

	strcpy(result->jobs.jobs[0].name, "a,\"b\"");
	text = written("csv", result);
	assert_non_null(strstr(text, "\n\"a,\"\"b\"\"\",2,read,"));
	free(text);
}

/* The rows of two results can be read below one header only if that does not depend on the results. */
static void
csv_header_depends_on_the_jobs_alone(void **state)
{
	struct result *result = *state;
	char *text = NULL, *whole = written("csv", result);
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(output_csv_header(&result->jobs, out), 0);
	assert_int_equal(output_csv_rows(result, &result->jobs, out), 0);
	fclose(out);
	assert_string_equal(text, whole);
	free(text);
	free(whole);
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

static json_t *
read_latency(json_t *root, size_t job, const char *latency)
{
	json_t *read = json_object_get(json_array_get(json_object_get(root, "jobs"), job), "read");

	return json_object_get(read, latency);
}

/* Only the job 'all' has the key percentiles. */
static void
fio_percentiles_are_those_of_the_job_or_the_ones_of_fio(void **state)
{
	json_t *root = parsed("fio-json", *state);
	json_t *given = json_object_get(read_latency(root, 0, "clat_ns"), "percentile");
	json_t *others = json_object_get(read_latency(root, 1, "clat_ns"), "percentile");

	assert_int_equal(json_object_size(given), 3);
	assert_int_equal(json_integer_value(json_object_get(given, "99.000000")), 991);
	assert_int_equal(json_object_size(others), 17);
	assert_int_equal(json_integer_value(json_object_get(others, "99.950000")), 15);
	json_decref(root);
}

/* Reads of 1 to 1000 ns. In fio the key of a bucket is its middle: 258 for 256 to 259. */
static void
fio_plus_has_every_bucket(void **state)
{
	json_t *plain = parsed("fio-json", *state), *root = parsed("fio-json+", *state), *value;
	json_t *clat = read_latency(root, 0, "clat_ns"), *bins = json_object_get(clat, "bins");
	const char *key;
	json_int_t sum = 0;

	assert_null(json_object_get(read_latency(plain, 0, "clat_ns"), "bins"));
	json_object_foreach(bins, key, value) sum += json_integer_value(value);
	assert_int_equal(sum, 1000);
	assert_int_equal(json_integer_value(json_object_get(bins, "255")), 1);
	assert_int_equal(json_integer_value(json_object_get(bins, "257")), 2);
	/* in a closed loop lat_ns has no percentiles and no buckets, as in fio */
	assert_null(json_object_get(read_latency(root, 0, "lat_ns"), "bins"));
	/* the one beyond the last bucket counts as the longest */
	bins = json_object_get(read_latency(root, 1, "clat_ns"), "bins");
	assert_int_equal(json_integer_value(json_object_get(bins, "15")), 1);
	assert_int_equal(json_object_size(json_object_get(read_latency(root, 1, "lat_ns"), "bins")),
			 3);
	json_decref(plain);
	json_decref(root);
}

/* The only op of a run: minimum, mean and maximum are equal. */
static void
one_op_deviates_by_0_in_every_format(void **state)
{
	struct result *result = *state;
	struct result_op *op = &result->runs[0].ops[OP_READ];
	static const char *const formats[] = {"text", "json",        "csv",      "fio-json",
					      "bmf",  "openmetrics", "hgrm-read"};
	json_t *root;

	histogram_init(&op->service, 1);
	fill_op(op, 1, 2397, 0.5);
	assert_field(result, 1, "service_stddev_ns", "0");
	root = parsed("fio-json", result);
	assert_true(json_real_value(json_object_get(read_latency(root, 0, "clat_ns"), "stddev")) ==
		    0);
	json_decref(root);
	keep_one_read_job(result);
	assert_line("hgrm-read", result,
		    "#[Mean    =        2.397, StdDeviation   =        0.000]");
	for (size_t i = 0; i < LENGTH(formats); i++) {
		char *text = written(formats[i], result);

		assert_null(strcasestr(text, "nan"));
		free(text);
	}
}

/* A second repeat of the first job, slower in every value. */
static void
make_second_repeat(struct result *result)
{
	struct result_run *first = &result->runs[0], *second = &result->runs[3];

	second->job = first->job;
	second->repeat = 2;
	second->status = RESULT_VALID;
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

/* The format has only numbers: a bad one could not be told from a good one. */
static void
bmf_leaves_out_runs_that_are_invalid_or_inconclusive(void **state)
{
	struct result *result = *state;
	json_t *root, *metric;

	make_second_repeat(result);
	result->runs[0].status = RESULT_INVALID;
	result->runs[1].status = RESULT_INCONCLUSIVE;
	root = parsed("bmf", result);
	metric = json_object_get(json_object_get(root, "all/read"), "throughput");
	assert_true(json_real_value(json_object_get(metric, "value")) == 1000);
	assert_null(json_object_get(metric, "lower_value"));
	assert_int_equal(json_object_size(root), 1);
	json_decref(root);
}

static void
bmf_has_the_percentiles_of_the_job(void **state)
{
	json_t *root = parsed("bmf", *state), *all = json_object_get(root, "all/read");
	json_t *metric = json_object_get(all, "latency-p99-99");

	assert_true(json_real_value(json_object_get(metric, "value")) == 1000);
	assert_null(json_object_get(all, "latency-p90"));
	assert_non_null(json_object_get(json_object_get(root, "short/read"), "latency-p90"));
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

#define RESULT_LABELS "host=\"\",run=\"20231114T221320Z-0badcafe\""
#define ALL           RESULT_LABELS ",job_name=\"all\",namespace=\"/dev/dax0.0\",repeat=\"2\""
#define SHORT         RESULT_LABELS ",job_name=\"short\",namespace=\"/dev/dax0.0\",repeat=\"1\""

static void
openmetrics_has_every_known_number(void **state)
{
	static const char *const lines[] = {
		"bttbench_result_valid{" RESULT_LABELS "} 0",
		"bttbench_valid{" ALL "} 1",
		"bttbench_valid{" SHORT "} 0",
		"bttbench_ops{" ALL ",op=\"zero\"} 400",
		"bttbench_service_seconds{" ALL ",op=\"read\",quantile=\"0.5\"} 5.01e-07",
		"bttbench_service_seconds_count{" ALL ",op=\"write\"} 600",
		"bttbench_response_seconds{" SHORT ",op=\"read\",quantile=\"1.0\"} 3e-06",
		"bttbench_response_seconds_count{" SHORT ",op=\"read\"} 3",
	};

	for (size_t i = 0; i < LENGTH(lines); i++)
		assert_line("openmetrics", *state, lines[i]);
}

/* The job 'all' asks for 50, 99 and 99.99. */
static void
openmetrics_has_the_percentiles_of_the_job_and_the_maximum(void **state)
{
	struct result *result = *state;
	struct job *job = &result->jobs.jobs[0];
	char *text = written("openmetrics", result);

	assert_non_null(strstr(text, ALL ",op=\"read\",quantile=\"0.9999\"}"));
	assert_null(strstr(text, ALL ",op=\"read\",quantile=\"0.9\"}"));
	free(text);
	/* a percentile of 100 is the maximum, which stands there once */
	job->percentiles[job->npercentiles++] = 100;
	text = written("openmetrics", result);
	assert_non_null(strstr(text, ALL ",op=\"read\",quantile=\"1.0\"}"));
	assert_null(strstr(text, "quantile=\"1\"}"));
	free(text);
}

/* Prometheus sets the labels job and instance itself, and the series of two files must differ. */
static void
openmetrics_series_name_host_and_result_and_not_job(void **state)
{
	char *text = written("openmetrics", *state), *rest = text, *line;

	assert_null(strstr(text, "{job="));
	assert_null(strstr(text, ",job="));
	assert_null(strstr(text, "instance="));
	while ((line = strsep(&rest, "\n")) && *line)
		if (line[0] != '#' && !strstr(line, "{" RESULT_LABELS))
			fail_msg("%s", line);
	free(text);
}

static void
openmetrics_timestamps_are_the_start_of_the_run(void **state)
{
	char *text = written("openmetrics-timestamps", *state), *rest = text, *line;
	static const char stamp[] = " 1700000000";

	while ((line = strsep(&rest, "\n")) && *line)
		if (line[0] != '#' && strcmp(line + strlen(line) - strlen(stamp), stamp) != 0)
			fail_msg("%s", line);
	free(text);
}

static void
openmetrics_omits_unknown_values(void **state)
{
	char *text = written("openmetrics", *state);

	assert_null(strcasestr(text, "nan"));
	assert_null(strcasestr(text, "} inf"));
	assert_non_null(strstr(text, "bttbench_errors{" RESULT_LABELS ",job_name=\"broken\""));
	assert_null(strstr(text, "bttbench_iops{" RESULT_LABELS ",job_name=\"broken\""));
	assert_null(strstr(text, "bttbench_response_seconds{" RESULT_LABELS ",job_name=\"all\""));
	assert_string_equal(text + strlen(text) - 6, "# EOF\n");
	free(text);
}

/* "\xc3\xa9" is e with an acute accent. Bytes that are no UTF-8 make all bytes above 0x7f a "?", as in JSON. */
static void
openmetrics_keeps_utf8_and_escapes_labels(void **state)
{
	struct result *result = *state;
	char *text;

	free(result->namespaces[0].spec);
	result->namespaces[0].spec = strdup("a\"b\\c\nd\xc3\xa9");
	text = written("openmetrics", result);
	assert_non_null(strstr(text, ",namespace=\"a\\\"b\\\\c\\nd\xc3\xa9\","));
	free(text);
	strcpy(result->namespaces[0].spec, "a\xff\xc3\xa9");
	text = written("openmetrics", result);
	assert_non_null(strstr(text, ",namespace=\"a???\","));
	free(text);
}

/* Keeps the reads, writes or zeroes of one job only. */
static void
keep_one(struct result *result, size_t job, enum op_kind kind)
{
	for (size_t i = 0; i < result->jobs.count; i++)
		for (int k = 0; k < OP_KINDS; k++)
			result->jobs.jobs[i].percent[k] = i == job && k == (int)kind ? 100 : 0;
}

static void
hgrm_equals_the_output_of_hdrhistogram(void **state)
{
	struct result *result = *state;
	char *text;

	keep_one(result, 0, OP_WRITE);
	text = written("hgrm-write", result);
	/* 10, 20, ... 6000 ns; half of the 600 are at most 3000 */
	assert_true(has_line(text, "       3.007 0.500000000000        300           2.00"));
	assert_true(has_line(text, "       6.000 1.000000000000        600"));
	assert_true(has_line(text, "#[Max     =        6.000, Total count    =          600]"));
	free(text);
}

/* The plotter would draw two distributions in one file as one line that goes back. */
static void
hgrm_refuses_several_distributions_and_says_how_to_get_them(void **state)
{
	struct result *result = *state;
	const struct output_ops *hgrm = output_find("hgrm"), *reads = output_find("hgrm-read");
	FILE *out = fopen("/dev/null", "w");
	size_t jobs = result->jobs.count;
	struct why why;

	assert_int_equal(hgrm->check(&result->jobs, &why), -1);
	assert_int_equal(reads->check(&result->jobs, &why), -1);
	assert_string_equal(why.text, "2 distributions, but the plotter draws a file as one line "
				      "(allowed: --hgrm=PREFIX for one file each)");
	assert_int_equal(hgrm->write(result, out), -1);
	fclose(out);
	result->jobs.count = 1;
	assert_int_equal(hgrm->check(&result->jobs, &why), -1);
	assert_string_equal(why.text, "3 distributions, but the plotter draws a file as one line "
				      "(allowed: hgrm-read, hgrm-write, hgrm-zero, --hgrm=PREFIX "
				      "for one file each)");
	assert_int_equal(reads->check(&result->jobs, &why), 0);
	result->jobs.count = jobs;
	keep_one(result, 0, OP_ZERO);
	assert_int_equal(hgrm->check(&result->jobs, &why), 0);
}

static void
hgrm_response_has_only_open_loops(void **state)
{
	struct result *result = *state;
	char *text;

	result->jobs.jobs[1].rate_iops = 10;
	text = written("hgrm-response", result);
	assert_true(has_line(text, "# job 'short', op read, response time in microseconds"));
	assert_true(has_line(text, "       3.000 1.000000000000          3"));
	assert_null(strstr(text, "'all'"));
	free(text);
	assert_line("hgrm-response-read", result, "       3.000 1.000000000000          3");
	assert_line("hgrm-response-write", result,
		    "# no response times: only jobs with rate_iops have them");
}

static int
count_one(void *arg, const struct output_distribution *one)
{
	int *counts = arg;

	counts[one->is_response]++;
	return 0;
}

static void
every_distribution_of_the_jobs_is_listed(void **state)
{
	struct result *result = *state;
	int counts[2] = {0};

	result->jobs.jobs[1].rate_iops = 10;
	assert_int_equal(output_hgrm_each(&result->jobs, count_one, counts), 0);
	assert_int_equal(counts[0], 6);
	assert_int_equal(counts[1], 1);
}

/* Run 1 has four values, one of them above the last bucket. */
static void
hgrm_counts_values_above_the_last_bucket(void **state)
{
	keep_one(*state, 1, OP_READ);
	assert_line("hgrm-read", *state, "       0.015 1.000000000000          4");
}

static void
hgrm_merges_repeats(void **state)
{
	struct result *result = *state;

	make_second_repeat(result);
	keep_one(result, 0, OP_READ);
	assert_line("hgrm-read", result, "       3.000 1.000000000000       2000");
}

/* Run 0 is marked in CSV, and in no other format is anything of it. */
static void
a_settling_run_is_in_csv_alone(void **state)
{
	static const char *const formats[] = {"bmf", "openmetrics", "fio-json", "fio-json+"};
	struct result *result = *state;
	char *text;

	strcpy(result->jobs.jobs[0].name, "early");
	result->runs[0].settling = 1;
	assert_field(result, 1, "job", "early");
	assert_field(result, 1, "settling", "1");
	assert_field(result, 4, "settling", "0");
	for (size_t i = 0; i < LENGTH(formats); i++) {
		text = written(formats[i], result);
		assert_null(strstr(text, "early"));
		assert_non_null(strstr(text, "short"));
		free(text);
	}
	make_second_repeat(result);
	keep_one(result, 0, OP_READ);
	assert_line("hgrm-read", result, "       3.000 1.000000000000       1000");
}

static void
every_format_writes_a_result_without_known_values(void **state)
{
	static const char *const formats[] = {"csv",         "fio-json",  "fio-json+",    "bmf",
					      "openmetrics", "hgrm-read", "hgrm-response"};

	keep_one_read_job(*state);
	for (size_t i = 0; i < LENGTH(formats); i++)
		free(written(formats[i], *state));
	json_decref(parsed("fio-json", *state));
}

static void
every_format_names_foresight_and_only_where_it_was_used(void **state)
{
	static const struct {
		const char *format, *text;
	} names[] = {
		{"json", "\"lookahead\": \"%s\""},
		{"csv", ",%s,"},
		{"fio-json", "\"lookahead\": \"%s\""},
		{"fio-json+", "\"lookahead\": \"%s\""},
		{"bmf", "\"all/read/lookahead=%s\""},
		{"openmetrics", ",lookahead=\"%s\""},
		{"openmetrics-timestamps", ",lookahead=\"%s\""},
		{"hgrm", ", lookahead=%s,"},
	};
	static const char *const values[] = {"none", "next", "two"};
	struct result *result = *state;

	keep_one_read_job(result);
	for (unsigned used = 0; used < LENGTH(values); used++)
		for (size_t i = 0; i < LENGTH(names); i++) {
			char *text;

			result->jobs.jobs[0].lookahead = (enum job_lookahead)used;
			text = written(names[i].format, result);
			for (unsigned named = 1; named < LENGTH(values); named++) {
				char words[64];

				snprintf(words, sizeof(words), names[i].text, values[named]);
				if (!strstr(text, words) != (named != used))
					fail_msg("%s, lookahead=%s:\n%s", names[i].format,
						 values[used], text);
			}
			free(text);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_KNOWN(every_format_names_foresight_and_only_where_it_was_used),
		WITH_KNOWN(csv_has_a_row_for_each_kind_of_op_in_the_mix),
		WITH_KNOWN(csv_has_every_key_of_the_job),
		WITH_KNOWN(csv_has_the_status_of_each_run),
		WITH_KNOWN(csv_has_the_percentiles_of_all_jobs_in_every_row),
		WITH_KNOWN(csv_columns_have_different_names),
		WITH_KNOWN(csv_has_response_times_of_an_open_loop),
		WITH_KNOWN(csv_leaves_unknown_values_empty),
		WITH_KNOWN(csv_rows_are_as_long_as_the_header),
		WITH_KNOWN(csv_quotes_values_that_would_break_a_row),
		WITH_KNOWN(csv_header_depends_on_the_jobs_alone),
		WITH_KNOWN(fio_maps_zero_to_trim),
		WITH_KNOWN(fio_rates_are_over_the_time_series),
		WITH_KNOWN(fio_shares_of_latency_sum_up),
		WITH_KNOWN(fio_total_latency_is_response_in_an_open_loop_and_service_else),
		WITH_KNOWN(fio_percentiles_are_those_of_the_job_or_the_ones_of_fio),
		WITH_KNOWN(fio_plus_has_every_bucket),
		WITH_KNOWN(one_op_deviates_by_0_in_every_format),
		WITH_KNOWN(bmf_is_the_median_between_the_extremes),
		WITH_KNOWN(bmf_has_no_benchmark_without_a_value),
		WITH_KNOWN(bmf_leaves_out_runs_that_are_invalid_or_inconclusive),
		WITH_KNOWN(bmf_has_the_percentiles_of_the_job),
		WITH_KNOWN(bmf_has_response_times_of_an_open_loop),
		WITH_KNOWN(openmetrics_has_every_known_number),
		WITH_KNOWN(openmetrics_has_the_percentiles_of_the_job_and_the_maximum),
		WITH_KNOWN(openmetrics_series_name_host_and_result_and_not_job),
		WITH_KNOWN(openmetrics_timestamps_are_the_start_of_the_run),
		WITH_KNOWN(openmetrics_omits_unknown_values),
		WITH_KNOWN(openmetrics_keeps_utf8_and_escapes_labels),
		WITH_KNOWN(hgrm_equals_the_output_of_hdrhistogram),
		WITH_KNOWN(hgrm_refuses_several_distributions_and_says_how_to_get_them),
		WITH_KNOWN(hgrm_response_has_only_open_loops),
		WITH_KNOWN(every_distribution_of_the_jobs_is_listed),
		WITH_KNOWN(hgrm_counts_values_above_the_last_bucket),
		WITH_KNOWN(hgrm_merges_repeats),
		WITH_KNOWN(a_settling_run_is_in_csv_alone),
		WITH_UNKNOWN(every_format_writes_a_result_without_known_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
