/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * read_test.c -- results that are read back from JSON: nothing is lost, and a damaged file is an error.
 *
 * The rule that holds for any bytes: either the file is refused with one line, or writing the result again gives the
 * same document.
 */
#include "output_support.h"
#include "study_support.h"

#include <jansson.h>

#include "result/read.h"

#define NAME  "x.json"
#define EDITS 4000

/* A result with every part that a result can have; few values, as the tests read it thousands of times. */
static int
make_full(void **state)
{
	struct result *result;
	struct result_verify *verify;

	make_known(state);
	result = *state;
	for (int kind = 0; kind < OP_KINDS; kind++) {
		struct result_op *op = &result->runs[0].ops[kind];

		init_op(op);
		fill_op(op, 3, 100, 0.5);
	}
	verify = &result->runs[0].verify;
	*verify = (struct result_verify){.valid = 1,
					 .read = 9,
					 .swept = 8,
					 .unknown = 7,
					 .by_stamp = 6,
					 .unchecked = 5,
					 .state_bytes = 4,
					 .counts = {1, 0, 3},
					 .nfirst = 2,
					 .layout = 0,
					 .layout_errors = 2,
					 .layout_first = "lane 3"};
	verify->first[0] = (struct result_finding){RESULT_TORN, 1, 2, 33, "this", "that", 0};
	verify->first[1] = (struct result_finding){RESULT_STALE, 0, 1, 34, "", "\"\n", 0};
	result->runs[3].verify = (struct result_verify){.valid = 1, .layout = -1};
	result->runs[3].settling = result->runs[3].ended_by_ops = 1;
	result->steady = calloc(1, sizeof(*result->steady));
	result->nsteady = 1;
	result->steady[0] = (struct result_steady){.job = &result->jobs.jobs[1],
						   .nrounds = 3,
						   .range_percent = 1.0 / 3,
						   .slope_percent = NAN,
						   .reached = 1};
	result->steady[0].iops = calloc(3, sizeof(double));
	result->steady[0].iops[0] = 1e6 / 7;
	result->steady[0].iops[1] = NAN;
	result_lower(result, RESULT_INVALID);
	result_add_reason(result, "a reason with \"quotes\" and \t");
	return 0;
}

/*
 * A sweep that was interrupted in its second round: 2 keys, 4 points, 2 jobs with steady_state, so that a round has
 * several runs of a job. One run has reasons, one is bad.
 */
static int
make_sweep(void **state)
{
	static const char *const settings[] = {"nfree=16,64", "rwmix=read:50,write:50;read:100",
					       NULL};
	struct result *result = calloc(1, sizeof(*result));
	struct points_left left;
	struct why why;

	if (study_load(
		    result,
		    "[global]\nrw=randrw\nsteady_state=rounds:2,range:5,slope:5,max:9\n[a]\n[b]\n",
		    settings, &left, &why))
		fail_msg("%s", why.text);
	points_left_free(&left);
	result->study.rounds = 3;
	result->study.seed = INT64_MAX;
	result->nnamespaces = 1;
	result->namespaces = calloc(1, sizeof(*result->namespaces));
	result->steady = calloc(12, sizeof(*result->steady));
	for (unsigned visit = 0; visit < 6; visit++)
		for (unsigned i = 0; i < 6; i++) {
			size_t index = 2 * (visit * 3 % 4) + i % 2;
			struct result_run *run = study_add_run(result, index, visit / 4, 0);

			for (int kind = 0; kind < OP_KINDS; kind++)
				init_op(&run->ops[kind]);
			fill_op(&run->ops[OP_READ], 3 + i, 100 * visit, 1);
			run->repeat = visit / 4 * 3 + i / 2;
			run->settling = i < 2;
			run->started_at = 1700000000 + visit;
			if (i < 2)
				continue;
			result->steady[result->nsteady] = (struct result_steady){
				.job = run->job, .nrounds = 3, .reached = 1, .round = visit / 4};
			if (i > 3)
				result->steady[result->nsteady++].iops = calloc(3, sizeof(double));
		}
	fill_machine(result);
	result->runs[7].status = RESULT_INVALID;
	result_run_add_reason(&result->runs[7], "too \"hot\"");
	result_run_add_reason(&result->runs[7], "too wet");
	result_lower(result, RESULT_INTERRUPTED);
	result_add_reason(result, "not complete");
	*state = result;
	return 0;
}

static int
read_bytes(struct result *result, const char *text, size_t size, struct why *why)
{
	FILE *file = fmemopen((char *)text, size, "r");
	int err;

	assert_non_null(file);
	err = result_read(result, file, NAME, why);
	fclose(file);
	return err;
}

/* The same document, whatever the order of members; 1 and 1.0 are the same number. */
static int
is_same(json_t *a, json_t *b)
{
	const char *name;
	json_t *value;
	size_t i;

	if (json_is_number(a) && json_is_number(b)) {
		double x = json_number_value(a), y = json_number_value(b);

		return x == y || fabs(x - y) <= 1e-9 * fmax(fabs(x), fabs(y));
	}
	if (json_typeof(a) != json_typeof(b) || json_object_size(a) != json_object_size(b) ||
	    json_array_size(a) != json_array_size(b))
		return 0;
	json_object_foreach(a, name, value) if (!json_object_get(b, name) ||
						!is_same(value, json_object_get(b, name))) return 0;
	json_array_foreach(a, i, value) if (!is_same(value, json_array_get(b, i))) return 0;
	return json_is_object(a) || json_is_array(a) || json_equal(a, b);
}

/* 1: accepted, and written again it is the same document; 0: refused with one line. Fails for anything else. */
static int
accepts(const char *text, size_t size)
{
	struct result result;
	struct why why = {"nothing"};
	char *again;
	json_t *before, *after;

	if (read_bytes(&result, text, size, &why)) {
		if (strncmp(why.text, NAME ": ", strlen(NAME ": ")) != 0 ||
		    strlen(why.text) < strlen(NAME ": ...") || strchr(why.text, '\n'))
			fail_msg("no line of an error: %s", why.text);
		assert_null(result.runs);
		return 0;
	}
	again = written("json", &result);
	before = json_loadb(text, size, 0, NULL);
	after = json_loads(again, 0, NULL);
	if (!is_same(before, after))
		fail_msg("%.*s\nbecomes\n%s", (int)size, text, again);
	json_decref(before);
	json_decref(after);
	free(again);
	result_free(&result);
	return 1;
}

static int
accepts_document(json_t *root)
{
	char *text = json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(17));
	int accepted;

	assert_non_null(text);
	accepted = accepts(text, strlen(text));
	free(text);
	return accepted;
}

static void
assert_survives(const struct result *result)
{
	char *text = written("json", result), *again;
	struct result back;
	struct why why;

	if (read_bytes(&back, text, strlen(text), &why))
		fail_msg("%s", why.text);
	again = written("json", &back);
	assert_string_equal(text, again);
	free(again);
	free(text);
	result_free(&back);
}

static void
json_survives_reading_byte_for_byte(void **state)
{
	assert_survives(*state);
}

static void
every_format_of_a_result_that_was_read_is_the_same(void **state)
{
	char names[256], *rest = names, *text = written("json", *state);
	struct result back;
	unsigned compared = 0;
	struct why why;

	output_names(names, sizeof(names));
	if (read_bytes(&back, text, strlen(text), &why))
		fail_msg("%s", why.text);
	for (char *name; (name = strsep(&rest, ", "));) {
		const struct output_ops *format = output_find(name);
		char *want, *got;

		if (!format || (format->check && format->check(&back.jobs, &why)))
			continue;
		want = written(name, *state);
		got = written(name, &back);
		assert_string_equal(got, want);
		free(want);
		free(got);
		compared++;
	}
	assert_true(compared >= 8);
	free(text);
	result_free(&back);
}

static void
version_and_commit_of_the_file_survive(void **state)
{
	char *text = written("json", *state);
	json_t *root = json_loads(text, 0, NULL), *tool = json_object_get(root, "tool");

	free(text);
	json_object_set_new(tool, "version", json_string("77.1"));
	json_object_set_new(tool, "commit", json_string("cafe"));
	assert_true(accepts_document(root));
	json_decref(root);
}

/* Numbers with no short decimal form, at the ends of their ranges. */
static void
numbers_survive_exactly(void **state)
{
	struct result *result = *state;
	struct result_run *run = &result->runs[0];

	run->elapsed_s = 0.1 + 0.2;
	run->ops[OP_READ].iops = 1e9 / 7;
	run->ops[OP_READ].bytes_per_s = nextafter(1e18, 2e18);
	run->disturbance.steal_s = 5e-324;
	run->harness_ns_per_op = nextafter(31.25, 32);
	run->btt.fences = INT64_MAX;
	run->workers[0].ops = (UINT64_C(1) << 53) + 1;
	run->ops[OP_READ].errnos[0] = (struct result_errno){EIO, INT64_MAX, INT64_MAX, 1};
	run->ops[OP_READ].nerrnos = 1;
	assert_survives(result);
}

/* The buckets hold multiples of 10 ns only. */
static void
histogram_of_a_coarse_clock_survives(void **state)
{
	struct result *result = *state;
	struct result_op *op = &result->runs[0].ops[OP_READ];

	result->clock.step_ns = 13;
	result->clock.unit_ns = 10;
	for (size_t i = 0; i < result->nruns; i++)
		for (int kind = 0; kind < OP_KINDS; kind++) {
			histogram_init(&result->runs[i].ops[kind].service, 10);
			histogram_init(&result->runs[i].ops[kind].response, 10);
		}
	for (uint64_t ns = 10; ns < UINT64_C(1) << 45; ns += ns / 50 * 10 + 10)
		histogram_record(&op->service, ns);
	assert_true(op->service.over > 0);
	assert_survives(result);
}

/* Walks the document: at each object and array calls try_all, which changes it and puts it back. */
static unsigned ntried, naccepted;

static void
try_value(json_t *root, json_t *of, const char *name, size_t index, json_t *value)
{
	json_t *saved = json_incref(name ? json_object_get(of, name) : json_array_get(of, index));
	int accepted;

	if (name)
		json_object_set(of, name, value);
	else
		json_array_set(of, index, value);
	accepted = accepts_document(root);
	if (accepted && json_is_object(value))
		fail_msg("an object in place of %s[%zu] was accepted", name ? name : "", index);
	ntried++;
	naccepted += (unsigned)accepted;
	if (name)
		json_object_set_new(of, name, saved);
	else
		json_array_set_new(of, index, saved);
}

static void
try_values(json_t *root, json_t *of, const char *name, size_t index, json_t *values)
{
	json_t *value;
	size_t i;

	json_array_foreach(values, i, value) try_value(root, of, name, index, value);
}

static void
try_members(json_t *root, json_t *object, json_t *values)
{
	const char *name;
	json_t *value, *names = json_array(), *element;
	size_t i;

	json_object_foreach(object, name, value) json_array_append_new(names, json_string(name));
	json_array_foreach(names, i, element)
	{
		name = json_string_value(element);
		value = json_incref(json_object_get(object, name));
		json_object_del(object, name);
		if (accepts_document(root))
			fail_msg("a document without %s was accepted", name);
		json_object_set_new(object, name, value);
		try_values(root, object, name, 0, values);
	}
	json_object_set_new(object, "new", json_integer(0));
	if (accepts_document(root))
		fail_msg("a new member beside %s was accepted", name);
	json_object_del(object, "new");
	json_decref(names);
}

static void
try_elements(json_t *root, json_t *array, json_t *values)
{
	size_t length = json_array_size(array);

	for (size_t i = 0; i < length; i++) {
		json_t *element = json_incref(json_array_get(array, i));

		json_array_remove(array, i);
		accepts_document(root);
		json_array_insert(array, i, element);
		json_array_insert(array, i, element);
		accepts_document(root);
		json_array_remove(array, i);
		json_decref(element);
		try_values(root, array, NULL, i, values);
	}
}

static void
try_all(json_t *root, json_t *at, json_t *values)
{
	const char *name;
	json_t *value;
	size_t i;

	if (json_is_object(at)) {
		try_members(root, at, values);
		json_object_foreach(at, name, value) try_all(root, value, values);
	} else if (json_is_array(at)) {
		try_elements(root, at, values);
		json_array_foreach(at, i, value) try_all(root, value, values);
	}
}

static void
every_member_is_needed_and_checked(void **state)
{
	char *text = written("json", *state);
	json_t *root = json_loads(text, 0, NULL);
	json_t *values = json_loads("[{\"x\": 1}, [], [[]], \"\", \"a\\nb\", -1, 0, 0.5, "
				    "9223372036854775807, -1e300, 1e300, true, null]",
				    0, NULL);

	assert_non_null(values);
	try_all(root, root, values);
	/* counts may have other values, but most members follow from others or have few values */
	assert_true(ntried > 5000);
	assert_true(naccepted < ntried / 2);
	assert_true(accepts_document(root));
	json_decref(values);
	json_decref(root);
	free(text);
}

static char *
compact(const struct result *result)
{
	char *text = written("json", result), *shorter;
	json_t *root = json_loads(text, 0, NULL);

	free(text);
	shorter = json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(17));
	json_decref(root);
	return shorter;
}

static void
cut_file_is_refused_wherever_it_ends(void **state)
{
	char *text = compact(*state);
	size_t size = strlen(text);

	for (size_t n = 0; n < size; n++)
		if (accepts(text, n))
			fail_msg("%zu of %zu bytes were accepted", n, size);
	assert_true(accepts(text, size));
	free(text);
}

static void
random_edits_are_refused_or_survive(void **state)
{
	char *text = compact(*state);
	size_t size = strlen(text);
	char *edited = malloc(size + 1);
	unsigned short seed[3] = {1, 2, 3};

	for (unsigned i = 0; i < EDITS; i++) {
		memcpy(edited, text, size + 1);
		for (long k = nrand48(seed) % 3; k >= 0; k--) {
			char *at = edited + (size_t)nrand48(seed) % size;
			const char *from = text + (size_t)nrand48(seed) % (size - 8);

			if (nrand48(seed) % 2)
				*at = "0123456789-.eE\"{}[],:ntf\\ \xff\x01"[nrand48(seed) % 29];
			else if (at + 8 < edited + size)
				memcpy(at, from, 1 + (size_t)nrand48(seed) % 8);
		}
		accepts(edited, size);
	}
	free(edited);
	free(text);
}

/* A change of the document, by the path of a member, and the line that refuses it. value NULL: removed */
struct edit {
	const char *path, *value, *line;
};

static void
make_edit(json_t *root, const struct edit *edit)
{
	char *copy = strdup(edit->path), *slash = strrchr(copy, '/'), *rest = copy;
	const char *name = slash ? slash + 1 : copy;
	json_t *of = root;

	if (slash)
		*slash = '\0';
	for (char *part; slash && (part = strsep(&rest, "/"));)
		of = json_is_array(of) ? json_array_get(of, (size_t)atoi(part))
				       : json_object_get(of, part);
	if (json_is_array(of) && edit->value)
		json_array_set_new(of, (size_t)atoi(name),
				   json_loads(edit->value, JSON_DECODE_ANY, NULL));
	else if (json_is_array(of))
		json_array_remove(of, (size_t)atoi(name));
	else if (edit->value)
		json_object_set_new(of, name, json_loads(edit->value, JSON_DECODE_ANY, NULL));
	else
		json_object_del(of, name);
	free(copy);
}

static void
assert_refused(const struct result *original, const struct edit *edit)
{
	char *text = written("json", original);
	json_t *root = json_loads(text, 0, NULL);
	const char *version = strstr(edit->line, "VERSION");
	size_t length = version ? (size_t)(version - edit->line) : strlen(edit->line);
	struct result result;
	struct why why;

	make_edit(root, edit);
	free(text);
	text = json_dumps(root, JSON_REAL_PRECISION(17));
	if (!read_bytes(&result, text, strlen(text), &why))
		fail_msg("accepted: %s=%s", edit->path, edit->value ? edit->value : "");
	if (strncmp(why.text, edit->line, length) != 0)
		fail_msg("%s\ninstead of\n%s", why.text, edit->line);
	json_decref(root);
	free(text);
}

static void
message_names_the_file_and_the_member(void **state)
{
	static const struct edit edits[] = {
		{"runs/3/ops/read/count", NULL, NAME ": runs[3].ops.read.count: missing"},
		{"runs/0/ops/zero/errors", "-1",
		 NAME ": runs[0].ops.zero.errors: is -1 (allowed: an integer from 0 to "
		      "9223372036854775807)"},
		{"runs/0/workers/1/lane", "\"one\"",
		 NAME ": runs[0].workers[1].lane: is \"one\" (allowed: an integer from 0 to "
		      "4294967295)"},
		{"runs/0/ops/read/service_ns/mean", "1.5",
		 NAME ": runs[0].ops.read.service_ns.mean: is 1.5 (allowed: 200, as follows from "
		      "other members)"},
		{"runs/0/ops/read/service_ns/histogram/buckets/1", "[1,2,3]",
		 NAME ": runs[0].ops.read.service_ns.histogram.buckets[1]: is no bucket, or not in "
		      "ascending order"},
		{"runs/1/job", "\"none\"",
		 NAME ": runs[1].job: is no job (allowed: the name of an element of job.sections)"},
		{"runs/1/pointer", "{}",
		 NAME
		 ": runs[1].pointer: unknown member (bttbench VERSION is older than the file, or "
		 "the file is foreign)"},
		{"schema", "\"bttbench.result/2\"",
		 NAME ": schema: is bttbench.result/2 (allowed: bttbench.result/1)"},
		{"schema", NULL,
		 NAME ": no result of bttbench (allowed: JSON with schema bttbench.result/1)"},
		{"job/sections/0/keys/bs", "\"7\"",
		 NAME ": job.sections[0].keys.bs: too small (allowed: a size like 512, 4k; from "
		      "512 to 1G; or sector)"},
		{"job/sections/0/keys/runtime", "\"010s\"",
		 NAME ": job.sections[0].keys.runtime: is not written as bttbench writes it "
		      "(allowed: 10s)"},
		{"job/sections/1/keys/size", "\"7\"", NAME ": job.sections[1].keys.size: "},
		{"verdict/status", "\"good\"", NAME ": verdict.status: is no status"},
		{"host/nodes", "0",
		 NAME ": host.nodes: is 0 (allowed: an integer from 1 to 2147483647)"},
	};

	for (size_t i = 0; i < LENGTH(edits); i++)
		assert_refused(*state, &edits[i]);
}

static void
points_rounds_and_reasons_of_runs_survive(void **state)
{
	char *text = written("json", *state);
	const struct result *result = *state;
	struct result back;
	struct why why;

	if (read_bytes(&back, text, strlen(text), &why))
		fail_msg("%s", why.text);
	assert_int_equal(back.study.npoints, 4);
	assert_int_equal(back.study.rounds, 3);
	assert_int_equal(back.study.seed, INT64_MAX);
	assert_string_equal(result_point_name(&back, 2).text, "nfree=64 rwmix=read:50,write:50");
	assert_int_equal(back.nruns, result->nruns);
	for (size_t i = 0; i < back.nruns; i++) {
		const struct result_run *run = &back.runs[i], *want = &result->runs[i];

		assert_int_equal(run->job - back.jobs.jobs, want->job - result->jobs.jobs);
		assert_int_equal(run->round, want->round);
		assert_int_equal(run->repeat, want->repeat);
		assert_int_equal(run->settling, want->settling);
		assert_int_equal(run->started_at, want->started_at);
		assert_int_equal(run->status, want->status);
		assert_int_equal(run->nreasons, want->nreasons);
	}
	assert_string_equal(back.runs[7].reasons[0], "too \"hot\"");
	assert_string_equal(back.runs[7].reasons[1], "too wet");
	assert_int_equal(back.nsteady, 12);
	for (size_t i = 0; i < back.nsteady; i++) {
		assert_int_equal(back.steady[i].job - back.jobs.jobs,
				 result->steady[i].job - result->jobs.jobs);
		assert_int_equal(back.steady[i].round, result->steady[i].round);
	}
	free(text);
	result_free(&back);
}

static void
message_about_a_point_names_the_member(void **state)
{
	static const struct edit edits[] = {
		{"runs/3/point/nfree", "\"17\"",
		 NAME ": runs[3].point: is no element of study.points"},
		{"runs/3/point/nfree", NULL, NAME ": runs[3].point: is no element of study.points"},
		{"runs/3/point", "{}", NAME ": runs[3].point: is no element of study.points"},
		{"runs/3/point", NULL, NAME ": runs[3].point: missing"},
		{"runs/3/round", "0", NAME ": runs[3].round: is 0 (allowed: an integer from 1 "},
		{"runs/3/round", "4",
		 NAME ": runs[3].round: is 4 (allowed: an integer from 1 to 3)"},
		{"runs/3/job", "\"c\"",
		 NAME ": runs[3].job: is no job (allowed: the name of an element of job.sections)"},
		{"steady_state/2/point/nfree", "\"17\"",
		 NAME ": steady_state[2].point: is no element of study.points"},
		{"steady_state/2/round", "0", NAME ": steady_state[2].round: is 0 "},
		{"study/points/1", "{\"nfree\": \"16\", \"rwmix\": \"read:50,write:50\"}",
		 NAME ": study.points[1]: is there twice"},
		{"study/points/1", "{\"nfree\": \"16\"}", NAME ": study.points[1].rwmix: missing"},
		{"study/points/1/threads", "\"1\"",
		 NAME ": study.points[1].threads: unknown member"},
		{"study/points/1/nfree", "16", NAME ": study.points[1].nfree: is 16"},
		{"study/points", "[]", NAME ": study.points: is an array of 0 (allowed: "},
		{"study/keys/0", "\"nfre\"",
		 NAME ": study.keys[0]: is \"nfre\" (allowed: the name of a key)"},
		{"study/keys", "[]", NAME ": study.keys: is an array of 0 (allowed: "},
		{"study/rounds", "0", NAME ": study.rounds: is 0 (allowed: "},
		{"study/seed", "-1", NAME ": study.seed: is -1 (allowed: "},
		{"study", NULL, NAME ": study: missing"},
		{"study", "null", NAME ": job.sections[0].point.nfree: unknown member"},
		{"job/sections/1/point/nfree", "\"64\"",
		 NAME ": job.sections[1]: its point is in another order than study.points"},
		{"job/sections/1/name", "\"a\"",
		 NAME ": job.sections[1].name: is the name of two jobs"},
		{"job/sections/1/keys/nfree", "\"64\"",
		 NAME ": job.sections[1]: its nfree is not that of its point (allowed: 16)"},
		{"job/sections/7", NULL,
		 NAME ": job.sections: are not as many jobs for each point of the study"},
	};

	for (size_t i = 0; i < LENGTH(edits); i++)
		assert_refused(*state, &edits[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_KNOWN(json_survives_reading_byte_for_byte),
		WITH_UNKNOWN(json_survives_reading_byte_for_byte),
		cmocka_unit_test_setup_teardown(json_survives_reading_byte_for_byte, make_full,
						drop),
		WITH_KNOWN(every_format_of_a_result_that_was_read_is_the_same),
		cmocka_unit_test_setup_teardown(every_format_of_a_result_that_was_read_is_the_same,
						make_full, drop),
		cmocka_unit_test_setup_teardown(json_survives_reading_byte_for_byte, make_sweep,
						drop),
		cmocka_unit_test_setup_teardown(points_rounds_and_reasons_of_runs_survive,
						make_sweep, drop),
		cmocka_unit_test_setup_teardown(message_about_a_point_names_the_member, make_sweep,
						drop),
		cmocka_unit_test_setup_teardown(random_edits_are_refused_or_survive, make_sweep,
						drop),
		WITH_KNOWN(version_and_commit_of_the_file_survive),
		WITH_KNOWN(numbers_survive_exactly),
		WITH_KNOWN(histogram_of_a_coarse_clock_survives),
		cmocka_unit_test_setup_teardown(every_member_is_needed_and_checked, make_full,
						drop),
		cmocka_unit_test_setup_teardown(cut_file_is_refused_wherever_it_ends, make_full,
						drop),
		cmocka_unit_test_setup_teardown(random_edits_are_refused_or_survive, make_full,
						drop),
		cmocka_unit_test_setup_teardown(message_names_the_file_and_the_member, make_full,
						drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
