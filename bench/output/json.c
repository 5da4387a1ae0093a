/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * json.c -- the result as JSON, schema bttbench.result/1 (results/bttbench.result-1.schema.json).
 *
 * Keys are stable: one that is there keeps its name, unit and meaning. Counts and nanoseconds are
 * exact integers; rates and means have nine significant digits.
 */
#include <time.h>

#include "json_value.h"
#include "output.h"
#include "job/job_key.h"

static json_t *
tool_value(void)
{
	const struct value_member members[] = {
		{"name", value_text("bttbench")},
		{"version", value_text(bttbench_version)},
		{"commit", value_text(bttbench_commit)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
time_value(uint64_t epoch_s)
{
	time_t t = (time_t)epoch_s;
	char text[32];
	struct tm tm;

	if (!gmtime_r(&t, &tm))
		return json_null();
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return value_text(text);
}

static json_t *
libpmem_value(const struct result_host *host)
{
	const struct value_member members[] = {
		{"version", value_text(host->libpmem_version)},
		{"flush", value_text(host->libpmem_flush)},
		{"store", value_text(host->libpmem_store)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
host_value(const struct result_host *host)
{
	const struct value_member members[] = {
		{"hostname", value_text(host->hostname)},
		{"kernel", value_text(host->kernel)},
		{"cmdline", value_text(host->cmdline)},
		{"cpu_model", value_text(host->cpu_model)},
		{"microcode", value_text(host->microcode)},
		{"governor", value_text(host->governor)},
		{"turbo", value_flag(host->turbo)},
		{"smt", value_flag(host->smt)},
		{"thp", value_text(host->thp)},
		{"nodes", value_positive((uint64_t)host->nodes)},
		{"cpus", value_positive((uint64_t)host->cpus)},
		{"libpmem", libpmem_value(host)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
layout_value(const struct result_namespace *ns)
{
	if (!ns->flavour)
		return json_null();

	const struct value_member members[] = {
		{"flavour", value_text(ns->flavour)},  {"start_off", value_count(ns->start_off)},
		{"lbasize", value_count(ns->lbasize)}, {"nlba", value_count(ns->nlba)},
		{"nfree", value_count(ns->nfree)},     {"narenas", value_count(ns->narenas)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
namespace_value(const struct result_namespace *ns)
{
	const struct value_member members[] = {
		{"spec", value_text(ns->spec)},
		{"kind", value_text(ns->kind)},
		{"size_bytes", value_count(ns->size_bytes)},
		{"node", value_index(ns->node)},
		{"is_pmem", value_flag(ns->is_pmem)},
		{"persistence_domain", value_text(ns->persistence_domain)},
		{"health", value_text(ns->health)},
		{"page_bytes", value_positive(ns->page_bytes)},
		{"layout", layout_value(ns)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
namespaces_value(const struct result *result)
{
	json_t *array = json_array();
	int failed = !array;

	for (size_t i = 0; i < result->nnamespaces; i++)
		failed |= json_array_append_new(array, namespace_value(&result->namespaces[i]));
	return value_unless(array, failed);
}

static json_t *
clock_value(const struct clock *clk)
{
	const struct value_member members[] = {
		{"source", value_text(clock_source_name(clk->source))},
		{"ticks_per_s", value_real(clk->ticks_per_s)},
		{"cost_ns", value_real(clk->cost_ns)},
		{"calibration_error_ppm", value_real(clk->calibration_error_pm)},
		{"why_not_tsc", value_text(clk->why_not_tsc)},
	};

	return VALUE_OBJECT(members);
}

struct keys {
	json_t *object;
	int failed;
};

static void
add_key(void *arg, const char *key, const char *value)
{
	struct keys *keys = arg;

	keys->failed |= json_object_set_new(keys->object, key, value_text(value));
}

static json_t *
section_value(const struct job *job)
{
	struct keys keys = {.object = json_object()};

	keys.failed = !keys.object;
	job_each_key(job, add_key, &keys);

	const struct value_member members[] = {
		{"name", value_text(job->name)},
		{"keys", value_unless(keys.object, keys.failed)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
sections_value(const struct job_list *list)
{
	json_t *array = json_array();
	int failed = !array;

	for (size_t i = 0; i < list->count; i++)
		failed |= json_array_append_new(array, section_value(&list->jobs[i]));
	return value_unless(array, failed);
}

static json_t *
job_value(const struct result *result)
{
	const struct value_member members[] = {
		{"file", value_text(result->job_path)},
		{"sections", sections_value(&result->jobs)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
runs_value(const struct result *result)
{
	json_t *array = json_array();
	int failed = !array;

	for (size_t i = 0; i < result->nruns; i++)
		failed |= json_array_append_new(array, value_run(&result->runs[i]));
	return value_unless(array, failed);
}

static json_t *
rounds_value(const struct result_steady *steady)
{
	json_t *array = json_array();
	int failed = !array;

	for (size_t i = 0; i < steady->nrounds; i++)
		failed |= json_array_append_new(array, value_real(steady->iops[i]));
	return value_unless(array, failed);
}

static json_t *
steady_value(const struct result *result)
{
	json_t *array = json_array();
	int failed = !array;

	for (size_t i = 0; i < result->nsteady; i++) {
		const struct result_steady *steady = &result->steady[i];
		const struct value_member members[] = {
			{"job", value_text(steady->job->name)},
			{"reached", json_boolean(steady->reached)},
			{"range_percent", value_real(steady->range_percent)},
			{"slope_percent", value_real(steady->slope_percent)},
			{"rounds_iops", rounds_value(steady)},
		};

		failed |= json_array_append_new(array, VALUE_OBJECT(members));
	}
	return value_unless(array, failed);
}

static json_t *
reasons_value(const struct result *result)
{
	json_t *array = json_array();
	int failed = !array;

	for (size_t i = 0; i < result->nreasons; i++)
		failed |= json_array_append_new(array, value_text(result->reasons[i]));
	return value_unless(array, failed);
}

static json_t *
verdict_value(const struct result *result)
{
	const struct value_member members[] = {
		{"status", value_text(result_status_name(result->status))},
		{"reasons", reasons_value(result)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
result_value(const struct result *result)
{
	const struct value_member members[] = {
		{"schema", value_text(RESULT_SCHEMA)},
		{"tool", tool_value()},
		{"started_at", time_value(result->started_at)},
		{"host", host_value(&result->host)},
		{"namespace", namespace_value(&result->namespaces[0])},
		{"namespaces", namespaces_value(result)},
		{"clock", clock_value(&result->clock)},
		{"harness_ns_per_op", value_real(result->harness_ns_per_op)},
		{"job", job_value(result)},
		{"runs", runs_value(result)},
		{"steady_state", steady_value(result)},
		{"verdict", verdict_value(result)},
	};

	return VALUE_OBJECT(members);
}

int
output_json(const struct result *result, FILE *out)
{
	return value_write(result_value(result), out);
}
