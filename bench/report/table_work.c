/* SPDX-License-Identifier: BSD-3-Clause */
/* table_work.c -- the work behind the figures: counters of the BTT, measured phases, workers, rounds until a steady state. */
#include <inttypes.h>
#include <math.h>

#include "html.h"
#include "report_tables.h"

static void
put_ratio(struct report_page *page, double ratio)
{
	struct human number = {"-"};

	if (isfinite(ratio))
		snprintf(number.text, sizeof(number.text), "%.4g", ratio);
	page_number(page, "", number);
}

static void
put_counter(struct report_page *page, const char *name, uint64_t counter, uint64_t ops)
{
	page_row(page);
	page_row_heading(page, name);
	page_count(page, counter);
	put_ratio(page, ops ? (double)counter / (double)ops : NAN);
	page_row_end(page);
}

void
table_counters(struct report_page *page, const struct samples *samples)
{
	const struct metric stored = {.kind = METRIC_STORED};
	struct result_btt sum = {0};
	struct robust look;
	uint64_t ops = 0;

	for (size_t i = 0; i < samples->nruns; i++) {
		result_btt_add(&sum, &samples->runs[i]->btt);
		ops += result_run_ops(samples->runs[i]);
	}
	if (!sum.valid)
		return;
	look = samples_look(samples, &stored);
	page_table(page, "Work of the BTT");
	page_row(page);
	page_column_of_text(page, "counter");
	page_column(page, "total");
	page_column(page, "per op");
	page_row_end(page);
	put_counter(page, "protocol fences", sum.fences, ops);
	put_counter(page, "lines flushed", sum.lines_flushed, ops);
	put_counter(page, "bytes stored", sum.bytes_stored, ops);
	page_row(page);
	page_row_heading(page, "bytes stored per user byte");
	page_cell(page, "");
	put_ratio(page, look.median);
	page_row_end(page);
	put_counter(page, "lane waits", sum.lane_waits, ops);
	put_counter(page, "lock waits", sum.lock_waits, ops);
	put_counter(page, "reader waits", sum.reader_waits, ops);
	put_counter(page, "read retries", sum.read_retries, ops);
	put_counter(page, "idle zeroes", sum.idle_zeroes, ops);
	put_counter(page, "zero reads", sum.zero_reads, ops);
	put_counter(page, "scans", sum.scans, ops);
	page_table_end(page);
}

static void
put_phase(struct report_page *page, const struct result_run *run)
{
	const struct result_crew crew = result_crew_of(run);

	page_row(page);
	page_row_heading(page, page_text("%u", result_repeat(run)).text);
	page_number(page, "", human_time(run->elapsed_s * 1e9));
	page_number(page, "", human_time(result_asked_s(run) * 1e9));
	page_number(page, "", human_percent(100 * crew.cpu_share));
	page_count(page, crew.usage.voluntary_switches);
	page_count(page, crew.usage.involuntary_switches);
	page_count(page, crew.strays);
	page_number(page, "", human_time(run->disturbance.steal_s * 1e9));
	page_number(page, "", human_time(run->disturbance.throttled_s * 1e9));
	page_number(page, "", human_time(run->harness_ns_per_op));
	page_row_end(page);
}

static void
put_pace(struct report_page *page, const struct samples *samples)
{
	page_table(page, "Schedule of the open loop");
	page_row(page);
	page_column_of_text(page, "repeat");
	page_column(page, "asked");
	page_column(page, "started");
	page_column(page, "worst worker off");
	page_column(page, "longest delay");
	page_column(page, "due, not started");
	page_row_end(page);
	for (size_t i = 0; i < samples->nruns; i++) {
		const struct result_pace *pace = &samples->runs[i]->pace;

		page_row(page);
		page_row_heading(page, page_text("%u", result_repeat(samples->runs[i])).text);
		page_number(page, "", human_count(pace->target_iops));
		page_number(page, "", human_count(pace->achieved_iops));
		page_number(page, "", human_percent(100 * pace->error));
		page_number(page, "", human_time((double)pace->behind_ns_max));
		page_count(page, pace->unstarted);
		page_row_end(page);
	}
	page_table_end(page);
}

void
table_phases(struct report_page *page, const struct samples *samples)
{
	if (samples->runs[0]->pace.valid)
		put_pace(page, samples);
	page_table(page, "Measured phase and its disturbance");
	page_row(page);
	page_column_of_text(page, "repeat");
	page_column(page, "length");
	page_column(page, "asked");
	page_column(page, "CPU share");
	page_column(page, "voluntary switches");
	page_column(page, "involuntary");
	page_column(page, "strays");
	page_column(page, "steal");
	page_column(page, "throttled");
	page_column(page, "harness per op");
	page_row_end(page);
	for (size_t i = 0; i < samples->nruns; i++)
		put_phase(page, samples->runs[i]);
	page_table_end(page);
}

void
table_workers(struct report_page *page, const struct result_run *run)
{
	page_fold(page,
		  page_text("%zu worker%s", run->nworkers, run->nworkers == 1 ? "" : "s").text);
	page_table(page, "Workers");
	page_row(page);
	page_column_of_text(page, "worker");
	page_column(page, "lane");
	page_column(page, "CPU asked");
	page_column(page, "CPU seen");
	page_column(page, "core");
	page_column(page, "node");
	page_column(page, "buffer node");
	page_column(page, "ops");
	page_column(page, "errors");
	page_column(page, "CPU share");
	page_row_end(page);
	for (size_t i = 0; i < run->nworkers; i++) {
		const struct result_worker *worker = &run->workers[i];

		page_row(page);
		page_row_heading(page, page_text("%zu", i).text);
		page_count(page, worker->lane);
		page_number(page, "", human_index(worker->place.cpu));
		page_number(page, "", human_index(worker->cpu_seen));
		page_number(page, "", human_index(worker->place.core));
		page_number(page, "", human_index(worker->place.node));
		page_number(page, "", human_index(worker->buffer_node));
		page_count(page, worker->ops);
		page_count(page, worker->errors);
		page_number(page, "", human_percent(100 * worker->cpu_share));
		page_row_end(page);
	}
	page_table_end(page);
	page_fold_end(page);
}

void
table_steady(struct report_page *page)
{
	const struct result *result = page->file->result;

	if (!result->nsteady)
		return;
	page_table(page, "Steady state: range and slope of IOPS over the last rounds");
	page_row(page);
	page_column_of_text(page, "job");
	if (result->study.npoints)
		page_column_of_text(page, "point");
	page_column_of_text(page, "state");
	page_column(page, "rounds");
	page_column(page, "range");
	page_column(page, "slope");
	page_row_end(page);
	for (size_t i = 0; i < result->nsteady; i++) {
		const struct result_steady *steady = &result->steady[i];

		page_row(page);
		page_row_heading(page, steady->job->name);
		if (result->study.npoints)
			page_cell(
				page,
				result_point_name(result, result_point(result, steady->job)).text);
		page_cell(page, steady->reached ? "reached" : "not reached");
		page_count(page, steady->nrounds);
		page_number(page, "", human_percent(steady->range_percent));
		page_number(page, "", human_percent(steady->slope_percent));
		page_row_end(page);
	}
	page_table_end(page);
}
