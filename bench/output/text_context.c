/* SPDX-License-Identifier: BSD-3-Clause */
/* text_context.c -- where a result comes from: the tool, the machine, the namespaces and the clock. An unknown value is "-". */
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "human.h"
#include "text.h"

static const char *
known(const char *text)
{
	return text ? text : "-";
}

static const char *
on_off(int flag)
{
	if (flag < 0)
		return "-";
	return flag ? "on" : "off";
}

static void
print_tool(const struct result *result, const struct page *page)
{
	time_t t = (time_t)result->started_at;
	char started[32] = "-";
	struct tm tm;

	if (gmtime_r(&t, &tm))
		strftime(started, sizeof(started), "%Y-%m-%d %H:%M:%S UTC", &tm);
	wrap_print(page, "bttbench", "%s (commit %s), started %s, job file %s",
		   result_version(result), result_commit(result), started,
		   result->job_path ? result->job_path : "built in");
}

static void
print_host(const struct result_host *host, const struct page *page)
{
	wrap_print(page, "host", "%s: %s, microcode %s, CPUs %s, nodes %s", known(host->hostname),
		   known(host->cpu_model), known(host->microcode),
		   human_index(host->cpus ? host->cpus : -1).text,
		   human_index(host->nodes ? host->nodes : -1).text);
	wrap_print(page, "", "kernel %s, governor %s, turbo %s, SMT %s, THP %s",
		   known(host->kernel), known(host->governor), on_off(host->turbo),
		   on_off(host->smt), known(host->thp));
	wrap_print(page, "libpmem", "%s, flush %s, store %s, write-combining workaround %s",
		   known(host->libpmem_version), known(host->libpmem_flush),
		   known(host->libpmem_store), known(host->libpmem_wc_workaround));
}

static void
print_memory_device(const struct device_dimm *d, const struct page *page)
{
	wrap_print(page, "", "%s (CXL): serial %s, firmware %s, node %s, %s persistent, health %s",
		   d->memory_device, *d->serial ? d->serial : "-", *d->firmware ? d->firmware : "-",
		   human_index(d->node).text, d->pmem_bytes ? human_size(d->pmem_bytes).text : "-",
		   known(device_health_name(d->health)));
}

static void
print_namespace(const struct result_namespace *ns, const struct page *page)
{
	const struct device_doubt doubt = device_node_doubt(&ns->nodes);

	wrap_print(page, "namespace", "%s (%s), %s, node %s, pages of %s, persisted by %s",
		   known(ns->spec), known(ns->kind), human_size(ns->size_bytes).text,
		   human_index(ns->node).text,
		   ns->page_bytes ? human_size(ns->page_bytes).text : "-", result_persisted_by(ns));
	if (*doubt.text)
		wrap_print(page, "", "sources of the node: %s%s", doubt.text,
			   ns->node_source == DEVICE_NODE_JOB ? "; the job decides" : "");
	wrap_print(page, "", "persistence domain %s, health %s", known(ns->persistence_domain),
		   known(ns->health));
	if (ns->file_system)
		wrap_print(page, "", "file system %s on %s, MAP_SYNC %s", ns->file_system,
			   known(ns->device), on_off(ns->map_sync));
	for (size_t i = 0; i < ns->nmodules; i++)
		if (*ns->modules[i].memory_device)
			print_memory_device(&ns->modules[i], page);
	if (ns->interleave_ways)
		wrap_print(page, "", "interleaved: ways %u, granularity %s", ns->interleave_ways,
			   ns->interleave_granularity_bytes
				   ? human_size(ns->interleave_granularity_bytes).text
				   : "-");
}

static void
print_clock(const struct clock *clk, const struct page *page)
{
	char error_ppm[32] = "-";

	if (isfinite(clk->calibration_error_pm))
		snprintf(error_ppm, sizeof(error_ppm), "%.3g", clk->calibration_error_pm);
	wrap_print(page, "clock", "%s (%s), %s per reading, step %s, calibrated within %s ppm%s%s",
		   clock_source_name(clk->source), clock_instructions(clk->source),
		   human_time(clk->cost_ns).text, human_time(clk->step_ns).text, error_ppm,
		   clk->why_not_tsc ? ", not the TSC: " : "",
		   clk->why_not_tsc ? clk->why_not_tsc : "");
}

void
text_context(const struct result *result, const struct page *page)
{
	print_tool(result, page);
	print_host(&result->host, page);
	for (size_t i = 0; i < result->nnamespaces; i++)
		print_namespace(&result->namespaces[i], page);
	print_clock(&result->clock, page);
}
