/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * text.c -- the result as text: machine, namespaces, runs, verdict. An unknown value is "-".
 *
 * At most TEXT_WIDTH columns, no colour and no control characters: the text is the same on a terminal and in a pipe.
 */
#include "text.h"

#include <inttypes.h>
#include <math.h>
#include <time.h>

#include "human.h"
#include "output.h"
#include "wrap.h"

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
print_tool(const struct result *result, FILE *out)
{
	time_t t = (time_t)result->started_at;
	char started[32] = "-";
	struct tm tm;

	if (gmtime_r(&t, &tm))
		strftime(started, sizeof(started), "%Y-%m-%d %H:%M:%S UTC", &tm);
	wrap_print(out, "bttbench", "%s (commit %s), started %s, job file %s", bttbench_version,
		   bttbench_commit, started, result->job_path ? result->job_path : "built in");
}

static void
print_host(const struct result_host *host, FILE *out)
{
	wrap_print(out, "host", "%s: %s, microcode %s, CPUs %s, nodes %s", known(host->hostname),
		   known(host->cpu_model), known(host->microcode),
		   human_index(host->cpus ? host->cpus : -1).text,
		   human_index(host->nodes ? host->nodes : -1).text);
	wrap_print(out, "", "kernel %s, governor %s, turbo %s, SMT %s, THP %s", known(host->kernel),
		   known(host->governor), on_off(host->turbo), on_off(host->smt), known(host->thp));
	wrap_print(out, "libpmem", "%s, flush %s, store %s", known(host->libpmem_version),
		   known(host->libpmem_flush), known(host->libpmem_store));
}

static const char *
persisted_by(int is_pmem)
{
	if (is_pmem < 0)
		return "the device";
	return is_pmem ? "flush" : "msync";
}

static void
print_namespace(const struct result_namespace *ns, FILE *out)
{
	wrap_print(out, "namespace", "%s (%s), %s, node %s, pages of %s, persisted by %s",
		   known(ns->spec), known(ns->kind), human_size(ns->size_bytes).text,
		   human_index(ns->node).text,
		   ns->page_bytes ? human_size(ns->page_bytes).text : "-",
		   persisted_by(ns->is_pmem));
	wrap_print(out, "", "persistence domain %s, health %s", known(ns->persistence_domain),
		   known(ns->health));
	if (!ns->flavour)
		return;
	wrap_print(out, "layout",
		   "%s, %" PRIu64 " sectors of %" PRIu32 " bytes, nfree %" PRIu32 ", %" PRIu32
		   " arena%s, from byte %" PRIu64,
		   ns->flavour, ns->nlba, ns->lbasize, ns->nfree, ns->narenas,
		   ns->narenas == 1 ? "" : "s", ns->start_off);
}

static void
print_clock(const struct clock *clk, FILE *out)
{
	char error_ppm[32] = "-";

	if (isfinite(clk->calibration_error_pm))
		snprintf(error_ppm, sizeof(error_ppm), "%.3g", clk->calibration_error_pm);
	wrap_print(out, "clock", "%s, %s per reading, calibrated within %s ppm%s%s",
		   clock_source_name(clk->source), human_time(clk->cost_ns).text, error_ppm,
		   clk->why_not_tsc ? ", not the TSC: " : "",
		   clk->why_not_tsc ? clk->why_not_tsc : "");
}

static void
print_steady(const struct result_steady *steady, FILE *out)
{
	fputc('\n', out);
	wrap_print(out, "steady",
		   "job '%s': %s after %zu rounds; over the last %u range %.3g %%, "
		   "slope %.3g %% of the mean IOPS",
		   steady->job->name, steady->reached ? "reached" : "not reached", steady->nrounds,
		   steady->job->steady.rounds, steady->range_percent, steady->slope_percent);
	for (size_t i = 0; i < steady->nrounds; i++)
		wrap_print(out, "", "round %zu: %s IOPS", i + 1, human_count(steady->iops[i]).text);
}

static void
print_verdict(const struct result *result, FILE *out)
{
	fputc('\n', out);
	wrap_print(out, "verdict", "%s", result_status_name(result->status));
	for (size_t i = 0; i < result->nreasons; i++)
		wrap_print(out, "", "%s", result->reasons[i]);
}

int
output_text(const struct result *result, FILE *out)
{
	int err = 0;

	print_tool(result, out);
	print_host(&result->host, out);
	for (size_t i = 0; i < result->nnamespaces; i++)
		print_namespace(&result->namespaces[i], out);
	print_clock(&result->clock, out);
	wrap_print(out, "harness", "%s per op without an engine",
		   human_time(result->harness_ns_per_op).text);
	for (size_t i = 0; i < result->nruns; i++)
		err |= text_run(&result->runs[i], out);
	for (size_t i = 0; i < result->nsteady; i++)
		print_steady(&result->steady[i], out);
	print_verdict(result, out);
	return err || fflush(out) || ferror(out) ? -1 : 0;
}
