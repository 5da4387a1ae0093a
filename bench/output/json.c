/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * json.c -- writes a result as JSON, schema bttbench.result/1 (results/bttbench.result-1.schema.json).
 *
 * A key never changes its name, unit or meaning; new keys may come. Counts and nanoseconds are exact integers; rates
 * and means have 17 significant digits, so that a reader gets the same double.
 */
#include <math.h>
#include <time.h>

#include "json_value.h"
#include "output.h"
#include "job/job_key.h"

static json_t *
host_value(const struct result_host *host)
{
	const struct value_member libpmem[] = {
		{"version", value_text(host->libpmem_version)},
		{"flush", value_text(host->libpmem_flush)},
		{"store", value_text(host->libpmem_store)},
		{"wc_workaround", value_text(host->libpmem_wc_workaround)},
	};
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
		{"libpmem", VALUE_OBJECT(libpmem)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
namespace_value(const void *element)
{
	const struct result_namespace *ns = element;
	const struct value_member members[] = {
		{"spec", value_text(ns->spec)},
		{"kind", value_text(ns->kind)},
		{"size_bytes", value_count(ns->size_bytes)},
		{"node", value_index(ns->node)},
		{"is_pmem", value_flag(ns->is_pmem)},
		{"persistence_domain", value_text(ns->persistence_domain)},
		{"health", value_text(ns->health)},
		{"page_bytes", value_positive(ns->page_bytes)},
		{"node_source", value_text(device_node_source_name(ns->node_source))},
		{"nodes", value_nodes(&ns->nodes)},
		{"interleave",
		 value_interleave(ns->interleave_ways, ns->interleave_granularity_bytes)},
		{"modules", VALUE_ARRAY(ns->modules, ns->nmodules, value_module)},
		{"device", value_text(ns->device)},
		{"file_system", value_text(ns->file_system)},
		{"map_sync", value_flag(ns->map_sync)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
clock_value(const struct clock *clk)
{
	const struct value_member members[] = {
		{"source", value_text(clock_source_name(clk->source))},
		{"instructions", value_text(clock_instructions(clk->source))},
		{"ticks_per_s", value_real(clk->ticks_per_s)},
		{"cost_ns", value_real(clk->cost_ns)},
		{"step_ns", value_real(clk->step_ns)},
		{"calibration_error_ppm", value_real(clk->calibration_error_pm)},
		{"why_not_tsc", value_text(clk->why_not_tsc)},
	};

	return VALUE_OBJECT(members);
}

struct keys {
	const struct job *job;
	json_t *object; /* every key with its value */
	json_t *given;  /* the names of those that the user gave */
	int failed;
};

static void
add_key(void *arg, const char *key, const char *value)
{
	struct keys *keys = arg;

	keys->failed |= json_object_set_new(keys->object, key, value_text(value));
	if (job_key_given(keys->job, key))
		keys->failed |= json_array_append_new(keys->given, value_text(key));
}

static json_t *
section_value(const struct result *result, const struct job *job)
{
	struct keys keys = {.job = job, .object = json_object(), .given = json_array()};

	keys.failed = !keys.object || !keys.given;
	job_each_key(job, add_key, &keys);

	const struct value_member members[] = {
		{"name", value_text(job->name)},
		{"point", value_point(result, result_point(result, job))},
		{"keys", value_unless(keys.object, keys.failed)},
		{"given", value_unless(keys.given, keys.failed)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
round_value(const void *element)
{
	const double *iops = element;

	return value_real(*iops);
}

static json_t *
steady_value(const struct result *result, const struct result_steady *steady)
{
	const struct value_member members[] = {
		{"job", value_text(steady->job->name)},
		{"point", value_point(result, result_point(result, steady->job))},
		{"round", value_count(steady->round + 1)},
		{"reached", json_boolean(steady->reached)},
		{"range_percent", value_real(steady->range_percent)},
		{"slope_percent", value_real(steady->slope_percent)},
		{"rounds_iops", VALUE_ARRAY(steady->iops, steady->nrounds, round_value)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
study_value(const struct result *result)
{
	const struct result_study *study = &result->study;
	json_t *points;
	int failed;

	if (!study->npoints)
		return json_null();
	points = json_array();
	failed = !points;
	for (size_t i = 0; i < study->npoints; i++)
		failed |= json_array_append_new(points, value_point(result, i));

	const struct value_member members[] = {
		{"keys", VALUE_ARRAY(study->keys, study->nkeys, value_string)},
		{"points", value_unless(points, failed)},
		{"rounds", value_count(study->rounds)},
		{"seed", value_count(study->seed)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
sections_value(const struct result *result)
{
	json_t *array = json_array();
	int failed = !array;

	for (size_t i = 0; i < result->jobs.count; i++)
		failed |=
			json_array_append_new(array, section_value(result, &result->jobs.jobs[i]));
	return value_unless(array, failed);
}

static json_t *
runs_value(const struct result *result)
{
	json_t *array = json_array();
	int failed = !array;

	for (size_t i = 0; i < result->nruns; i++)
		failed |= json_array_append_new(array, value_run(result, &result->runs[i]));
	return value_unless(array, failed);
}

static json_t *
all_steady_value(const struct result *result)
{
	json_t *array = json_array();
	int failed = !array;

	for (size_t i = 0; i < result->nsteady; i++)
		failed |= json_array_append_new(array, steady_value(result, &result->steady[i]));
	return value_unless(array, failed);
}

static json_t *
figures_value(const struct result *result, const struct result_member *host)
{
	json_t *array = json_array();
	int failed = !array;

	for (size_t i = 0; i < host->nfigures; i++) {
		const struct result_figure *figure = &host->figures[i];
		const struct value_member members[] = {
			{"job", value_text(figure->job->name)},
			{"point", value_point(result, result_point(result, figure->job))},
			{"metric", value_text(figure->metric)},
			{"value", value_real(figure->value)},
			{"deviation", value_real(figure->deviation)},
		};

		failed |= json_array_append_new(array, VALUE_OBJECT(members));
	}
	return value_unless(array, failed);
}

static json_t *
span_value(const void *element)
{
	const struct result_span *span = element;
	const struct value_member members[] = {
		{"started_at", value_time(span->started_at)},
		{"elapsed_s", json_real(span->elapsed_s)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
member_value(const struct result *result, const struct result_member *host)
{
	const struct value_member members[] = {
		{"name", value_text(host->name)},
		{"id", value_text(host->id[0] ? host->id : NULL)},
		{"started_at", value_time(host->started_at)},
		{"host", host_value(&host->host)},
		{"namespaces", VALUE_ARRAY(host->namespaces, host->nnamespaces, namespace_value)},
		{"status", value_text(result_status_name(host->status))},
		{"reasons", VALUE_ARRAY(host->reasons, host->nreasons, value_string)},
		{"figures", figures_value(result, host)},
		{"runs", VALUE_ARRAY(host->spans, host->nspans, span_value)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
hosts_value(const struct result *result)
{
	json_t *array = json_array();
	int failed = !array;

	for (size_t i = 0; i < result->nhosts; i++)
		failed |= json_array_append_new(array, member_value(result, &result->hosts[i]));
	return value_unless(array, failed);
}

static json_t *
result_value(const struct result *result)
{
	const struct value_member tool[] = {
		{"name", value_text("bttbench")},
		{"version", value_text(result_version(result))},
		{"commit", value_text(result_commit(result))},
	};
	const struct value_member job[] = {
		{"file", value_text(result->job_path)},
		{"sections", sections_value(result)},
	};
	const struct value_member verdict[] = {
		{"status", value_text(result_status_name(result->status))},
		{"reasons", VALUE_ARRAY(result->reasons, result->nreasons, value_string)},
	};
	const struct value_member members[] = {
		{"schema", value_text(RESULT_SCHEMA)},
		{"id", value_text(result->id[0] ? result->id : NULL)},
		{"tool", VALUE_OBJECT(tool)},
		{"started_at", value_time(result->started_at)},
		{"host", host_value(&result->host)},
		{"namespace", namespace_value(&result->namespaces[0])},
		{"namespaces",
		 VALUE_ARRAY(result->namespaces, result->nnamespaces, namespace_value)},
		{"clock", clock_value(&result->clock)},
		{"harness_ns_per_op",
		 value_real(result->nruns ? result->runs[0].harness_ns_per_op : NAN)},
		{"job", VALUE_OBJECT(job)},
		{"study", study_value(result)},
		{"runs", runs_value(result)},
		{"steady_state", all_steady_value(result)},
		{"verdict", VALUE_OBJECT(verdict)},
		{"hosts", hosts_value(result)},
		{"qualification", value_qualification(&result->qualification)},
	};

	return VALUE_OBJECT(members);
}

int
output_json(const struct result *result, FILE *out)
{
	return value_write(result_value(result), out);
}
