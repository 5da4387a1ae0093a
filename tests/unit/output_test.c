/* SPDX-License-Identifier: BSD-3-Clause */
/* output_test.c -- the table of formats, and the JSON of made-up results against its schema. */
#include "output_support.h"

#include <jansson.h>

#define COMMAND_NOT_FOUND 127

static json_t *
parsed(const struct result *result)
{
	char *text = written("json", result);
	json_error_t error;
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!root)
		fail_msg("line %d: %s", error.line, error.text);
	free(text);
	return root;
}

/* The value at a path like "runs/0/job". */
static json_t *
value_at(json_t *value, const char *path)
{
	char *copy = strdup(path), *rest, *name = strtok_r(copy, "/", &rest);

	for (; name && value; name = strtok_r(NULL, "/", &rest))
		value = json_is_array(value) ? json_array_get(value, (size_t)atoi(name))
					     : json_object_get(value, name);
	free(copy);
	return value;
}

struct claim {
	const char *path, *json;
};

static void
assert_claims(const struct result *result, const struct claim *claims, size_t n)
{
	json_t *root = parsed(result);

	for (size_t i = 0; i < n; i++) {
		json_t *value = value_at(root, claims[i].path);
		char *json =
			json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));

		if (!json || strcmp(json, claims[i].json))
			fail_msg("%s is %s, not %s", claims[i].path, json ? json : "missing",
				 claims[i].json);
		free(json);
	}
	json_decref(root);
}

static void
json_contains_the_findings(void **state)
{
	static const struct claim claims[] = {
		{"schema", "\"bttbench.result/1\""},
		{"id", "\"20231114T221320Z-0badcafe\""},
		{"tool/name", "\"bttbench\""},
		{"started_at", "\"2023-11-14T22:13:20Z\""},
		{"host/cpu_model", "\"Xeon 9\""},
		{"host/turbo", "true"},
		{"host/smt", "false"},
		{"host/nodes", "2"},
		{"host/cpus", "48"},
		{"host/libpmem/flush", "\"clwb\""},
		{"host/libpmem/wc_workaround", "\"on (GenuineIntel)\""},
		{"namespace/spec", "\"/dev/dax0.0\""},
		{"namespace/size_bytes", "1073741824"},
		{"namespace/node", "0"},
		{"namespace/is_pmem", "true"},
		{"namespace/page_bytes", "2097152"},
		{"namespace/device", "\"dax0.0\""},
		{"namespace/map_sync", "true"},
		{"namespace/node_source", "\"cxl\""},
		{"namespace/nodes", "{\"kernel\":1,\"cxl\":[0],\"access\":[0,1],\"target\":2}"},
		{"namespace/interleave", "{\"ways\":2,\"granularity_bytes\":256}"},
		{"namespace/modules/0",
		 "{\"name\":\"nmem0\",\"health\":null,\"flags\":{\"not_armed\":null,"
		 "\"save_failed\":null,\"restore_failed\":null,\"flush_failed\":null,"
		 "\"map_failed\":null,\"smart_event\":null},\"dirty_shutdowns\":null,"
		 "\"last_shutdown_clean\":null,\"spares_percent\":null,\"life_used_percent\":null,"
		 "\"temperature_c\":null,\"serial\":null,\"memory_device\":null,\"firmware\":null,"
		 "\"pmem_bytes\":null,\"node\":null,\"corrected_errors\":null,"
		 "\"poisoned_bytes\":null}"},
		{"namespace/modules/1",
		 "{\"name\":\"nmem1\",\"health\":\"critical\",\"flags\":{\"not_armed\":false,"
		 "\"save_failed\":true,\"restore_failed\":false,\"flush_failed\":true,"
		 "\"map_failed\":false,\"smart_event\":true},\"dirty_shutdowns\":3,"
		 "\"last_shutdown_clean\":true,\"spares_percent\":75,\"life_used_percent\":5,"
		 "\"temperature_c\":-7.5,\"serial\":\"0x1234567\",\"memory_device\":\"mem0\","
		 "\"firmware\":\"FW 1\",\"pmem_bytes\":268435456,\"node\":0,"
		 "\"corrected_errors\":9,\"poisoned_bytes\":4096}"},
		{"runs/0/layout",
		 "{\"flavour\":\"uefi\",\"start_off\":4096,\"lbasize\":4096,"
		 "\"nlba\":261000,\"nfree\":256,\"narenas\":1,\"lanes\":2,\"tracking\":true,"
		 "\"age\":\"partly aged\",\"adjacent\":0.25,\"rotate\":1}"},
		{"runs/0/disturbance", "{\"steal_s\":0.25,\"throttled_s\":null}"},
		{"clock", "{\"source\":\"tsc-ordered\",\"instructions\":\"rdtscp; lfence\","
			  "\"ticks_per_s\":2.5e9,\"cost_ns\":7.5,\"step_ns\":0.5,"
			  "\"calibration_error_ppm\":0.25,\"why_not_tsc\":null}"},
		{"harness_ns_per_op", "31.25"},
		{"job/file", "\"x.job\""},
		{"job/sections/0/name", "\"all\""},
		{"job/sections/0/keys/rwmix", "\"read:50,write:30,zero:20\""},
		{"job/sections/3/keys/engine", "\"null\""},
		{"verdict", "{\"status\":\"interrupted\",\"reasons\":"
			    "[\"job 'short' was interrupted\"]}"},
	};

	assert_claims(*state, claims, LENGTH(claims));
}

static void
json_contains_every_run(void **state)
{
	static const struct claim claims[] = {
		{"runs/0/job", "\"all\""},
		{"runs/0/repeat", "2"},
		{"runs/0/settling", "false"},
		{"runs/3/settling", "true"},
		{"runs/3/asked_s", "null"},
		{"runs/0/status", "\"valid\""},
		{"runs/1/repeat", "1"},
		{"runs/1/status", "\"interrupted\""},
		{"runs/0/elapsed_s", "0.5"},
		{"runs/0/asked_s", "10.0"},
		{"runs/0/interrupted", "false"},
		{"runs/0/ops/read/count", "1000"},
		{"runs/0/ops/read/errors", "0"},
		{"runs/0/ops/read/iops", "2000.0"},
		{"runs/0/ops/read/bytes_per_s", "8192000.0"},
		{"runs/0/ops/read/response_ns", "null"},
		{"runs/0/ops/write/count", "600"},
		{"runs/0/ops/zero/count", "400"},
		{"runs/0/btt",
		 "{\"fences\":4000,\"lines_flushed\":66000,\"bytes_stored\":4096000,"
		 "\"lock_waits\":7,\"reader_waits\":8,\"read_retries\":9,"
		 "\"idle_zeroes\":10,\"zero_reads\":11,\"lane_waits\":12,\"scans\":13,\"per_op\":"
		 "{\"fences\":2.0,\"lines_flushed\":33.0,"
		 "\"bytes_stored_per_user_byte\":1.0}}"},
		{"runs/0/workers/0",
		 "{\"lane\":0,\"cpu\":3,\"cpu_seen\":3,\"core\":1,\"node\":0,"
		 "\"buffer_node\":0,\"state_node\":0,\"lane_node\":0,"
		 "\"ops\":1500,\"errors\":0,"
		 "\"user_s\":0.25,\"system_s\":0.125,\"voluntary_switches\":3,"
		 "\"involuntary_switches\":2,\"cpu_share\":1.0,\"strays\":0,\"host\":null}"},
		{"runs/0/workers/1",
		 "{\"lane\":1,\"cpu\":null,\"cpu_seen\":null,\"core\":null,"
		 "\"node\":null,\"buffer_node\":null,\"state_node\":null,"
		 "\"lane_node\":null,"
		 "\"ops\":500,\"errors\":2,\"user_s\":0.0,\"system_s\":0.0,"
		 "\"voluntary_switches\":0,\"involuntary_switches\":0,\"cpu_share\":null,"
		 "\"strays\":4,\"host\":null}"},
		{"runs/0/intervals", "[{\"start_s\":0.25,\"length_s\":0.125,"
				     "\"ops\":{\"read\":10,\"write\":20,\"zero\":30},"
				     "\"errors\":4}]"},
		{"runs/0/pace", "null"},
		{"runs/1/interrupted", "true"},
		{"runs/1/pace", "{\"target_iops\":10.0,\"achieved_iops\":3.0,\"unstarted\":7,"
				"\"behind_ns_max\":2500,\"error\":0.7,\"lower_bound_from\":50.0}"},
		{"runs/1/ops/read/response_ns/min", "1000"},
		{"runs/1/ops/read/response_ns/max", "3000"},
		{"runs/2/ops/write/service_ns", "null"},
		{"runs/2/ops/write/iops", "null"},
		{"runs/2/ops/write/errors", "12"},
		{"runs/2/ops/write/errnos",
		 "[{\"errno\":\"EIO\",\"count\":9,\"first_lba\":77,\"first_ns\":1500},"
		 "{\"errno\":\"errno 9999\",\"count\":2,\"first_lba\":78,\"first_ns\":2000000}]"},
		{"runs/3/btt", "null"},
		{"runs/3/workers", "[]"},
	};

	((struct result *)*state)->runs[3].settling = 1;
	((struct result *)*state)->runs[3].ended_by_ops = 1;
	assert_claims(*state, claims, LENGTH(claims));
}

static void
json_latencies_match_the_histograms(void **state)
{
	static const struct claim claims[] = {
		{"runs/0/ops/read/service_ns/min", "1"},
		{"runs/0/ops/read/service_ns/mean", "500.5"},
		{"runs/0/ops/read/service_ns/max", "1000"},
		{"runs/0/ops/read/service_ns/percentiles",
		 "{\"50\":501,\"99\":991,\"99.99\":1000}"},
		{"runs/0/ops/read/service_ns/histogram/over", "0"},
		{"runs/1/ops/read/service_ns/histogram",
		 "{\"unit\":\"ns\",\"buckets\":[[5,5,1],[10,10,1],[15,15,1]],\"over\":1,"
		 "\"sum_ns\":30}"},
	};

	assert_claims(*state, claims, LENGTH(claims));
}

/* One third has no short decimal: a reader must get the same double. */
static void
json_has_every_digit(void **state)
{
	struct result *result = *state;
	json_t *root;

	result->runs[0].ops[OP_READ].iops = 1e6 / 3;
	root = parsed(result);
	assert_true(json_real_value(value_at(root, "runs/0/ops/read/iops")) == 1e6 / 3);
	json_decref(root);
}

static void
json_is_null_for_unknown_values(void **state)
{
	static const struct claim claims[] = {
		{"id", "null"},
		{"host",
		 "{\"hostname\":null,\"kernel\":null,\"cmdline\":null,\"cpu_model\":null,"
		 "\"microcode\":null,\"governor\":null,\"turbo\":null,\"smt\":null,"
		 "\"thp\":null,\"nodes\":null,\"cpus\":null,\"libpmem\":"
		 "{\"version\":null,\"flush\":null,\"store\":null,\"wc_workaround\":null}}"},
		{"namespace", "{\"spec\":\"dram:1G?\\u001B[31m\",\"kind\":\"dram\","
			      "\"size_bytes\":0,\"node\":null,\"is_pmem\":false,"
			      "\"persistence_domain\":null,\"health\":null,\"page_bytes\":null,"
			      "\"node_source\":null,\"nodes\":{\"kernel\":null,\"cxl\":[],"
			      "\"access\":[],\"target\":null},\"interleave\":{\"ways\":null,"
			      "\"granularity_bytes\":null},\"modules\":[],"
			      "\"device\":null,\"file_system\":null,\"map_sync\":null}"},
		{"clock/cost_ns", "null"},
		{"clock/calibration_error_ppm", "null"},
		{"clock/why_not_tsc", "\"no invariant TSC\""},
		{"harness_ns_per_op", "null"},
		{"job/file", "null"},
		{"runs/0/btt/per_op/bytes_stored_per_user_byte", "null"},
		{"runs/3/ops/zero/service_ns", "null"},
		{"verdict", "{\"status\":\"valid\",\"reasons\":[]}"},
	};

	assert_claims(*state, claims, LENGTH(claims));
}

#define SHOWN  " >&2"
#define HIDDEN " >/dev/null 2>&1"

/* The exit status of the schema check of `root`; skips the test when the command is missing. */
static int
schema_refuses(json_t *root, const char *redirection)
{
	const char *source = getenv("SRC");
	char path[] = "/tmp/output_test.XXXXXX", command[4096];
	int status;

	close(mkstemp(path));
	assert_int_equal(json_dump_file(root, path, JSON_INDENT(2)), 0);
	snprintf(command, sizeof(command),
		 "jsonschema -i %s '%s/results/bttbench.result-1.schema.json'%s", path,
		 source ? source : ".", redirection);
	status = system(command);
	unlink(path);
	if (WEXITSTATUS(status) == COMMAND_NOT_FOUND)
		skip();
	return status;
}

static void
json_fits_its_schema(void **state)
{
	json_t *root = parsed(*state);

	assert_int_equal(schema_refuses(root, SHOWN), 0);
	json_decref(root);
}

static void
schema_knows_every_key(void **state)
{
	static const char *const places[] = {"host", "runs/0/layout", "runs/0/ops/read",
					     "runs/0/ops/read/service_ns", "verdict"};
	json_t *root = parsed(*state);

	for (size_t i = 0; i < LENGTH(places); i++) {
		json_object_set_new(value_at(root, places[i]), "surprise", json_true());
		assert_int_not_equal(schema_refuses(root, HIDDEN), 0);
		json_object_del(value_at(root, places[i]), "surprise");
	}
	json_decref(root);
}

static void
schema_requires_every_key(void **state)
{
	json_t *root = parsed(*state);

	json_object_del(value_at(root, "runs/2/ops/write"), "response_ns");
	assert_int_not_equal(schema_refuses(root, HIDDEN), 0);
	json_decref(root);
}

static void
formats_are_found_by_name(void **state)
{
	char names[256];

	(void)state;
	assert_string_equal(output_find("text")->name, "text");
	assert_string_equal(output_find("json")->name, "json");
	assert_null(output_find("jso"));
	assert_null(output_find(""));
	output_names(names, sizeof(names));
	assert_string_equal(names, "text, json, csv, fio-json, fio-json+, bmf, openmetrics, "
				   "openmetrics-timestamps, hgrm, hgrm-read, hgrm-write, "
				   "hgrm-zero, hgrm-response, hgrm-response-read, "
				   "hgrm-response-write, hgrm-response-zero");
	output_names(names, 6);
	assert_string_equal(names, "text,");
}

static void
a_full_disk_is_an_error_of_every_writer(void **state)
{
	static const char *const formats[] = {
		"text", "json",        "csv",       "fio-json",  "fio-json+",
		"bmf",  "openmetrics", "hgrm-read", "hgrm-zero", "hgrm-write",
	};

	keep_one_read_job(*state);

	for (size_t i = 0; i < LENGTH(formats); i++) {
		FILE *full = fopen("/dev/full", "w");

		assert_non_null(full);
		assert_int_equal(output_find(formats[i])->write(*state, full), -1);
		fclose(full);
	}
}

/* The same second must not give the same name. */
static void
names_of_results_differ(void **state)
{
	struct result *result = *state, other = {.started_at = result->started_at};

	result_name(result);
	result_name(&other);
	assert_memory_equal(result->id, "20231114T221320Z-", 17);
	assert_int_equal(strlen(result->id), 25);
	assert_string_not_equal(result->id, other.id);
}

static void
reasons_beyond_the_maximum_are_dropped(void **state)
{
	struct result *result = *state;

	for (int i = 0; i < 2 * RESULT_REASONS_MAX; i++)
		result_add_reason(result, "reason %d", i);
	assert_int_equal(result->nreasons, RESULT_REASONS_MAX);
	assert_string_equal(result->reasons[RESULT_REASONS_MAX - 1], "reason 15");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_are_found_by_name),
		WITH_KNOWN(json_contains_the_findings),
		WITH_KNOWN(json_contains_every_run),
		WITH_KNOWN(json_latencies_match_the_histograms),
		WITH_KNOWN(json_has_every_digit),
		WITH_KNOWN(names_of_results_differ),
		WITH_UNKNOWN(json_is_null_for_unknown_values),
		WITH_KNOWN(json_fits_its_schema),
		WITH_UNKNOWN(json_fits_its_schema),
		WITH_KNOWN(schema_knows_every_key),
		WITH_KNOWN(schema_requires_every_key),
		WITH_KNOWN(a_full_disk_is_an_error_of_every_writer),
		WITH_UNKNOWN(reasons_beyond_the_maximum_are_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
