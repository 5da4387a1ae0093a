/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * text.h -- the parts of the text of a result. A function that returns a value returns 0, or -1 when memory ran out.
 */
#ifndef BENCH_TEXT_H
#define BENCH_TEXT_H

#include "result/result.h"
#include "human.h"
#include "wrap.h"

/* The tool, the machine, the namespaces and the clock, in text_context.c; the verdict with its reasons. */
void text_context(const struct result *result, const struct page *page);
void text_verdict(const struct result *result, const struct page *page);

/* The hosts of a merged result; nothing for one host. In text_hosts.c. */
int text_hosts(const struct result *result, const struct page *page);

/* One repeat of one job. In text_run.c, like the functions below. */
int text_run(const struct result *result, const struct result_run *run, const struct page *page);

/* All repeats of one job: medians, and the sums of their counters. In text_repeats.c. */
int text_repeats(const struct result *result, const struct job *job, const struct page *page);

/* The lines with the job and the harness; `measured` says how long and how often. */
int text_heading(const struct result_run *run, const char *measured, const struct page *page);

/* A latency with no more digits than the clock has. */
struct human text_latency(const struct histogram *h, double ns);

/* Prints the layout of a run, unless the run before it in the result had the same. */
void text_run_layout(const struct result *result, const struct result_run *run,
		     const struct page *page);

/* Prints the ages of the layout before two runs of a job, which may be the same run; nothing if unknown. */
void text_age(const struct result_layout *first, const struct result_layout *last,
	      const struct page *page);

/* The measured phases of one run, or of several runs of a job. In text_phase.c, like the two functions below. */
void text_phase(const struct result_run *const *runs, size_t nruns, const struct page *page);

/* The schedule of an open loop; nothing for a closed loop. */
void text_pace(const struct result_pace *pace, double lower_bound_from, const struct page *page);

/* ">=" for a percentile (100: the maximum) of the response times that is only a lower bound, else "". */
const char *text_bound(const struct result_run *run, const struct result_op *op, double percentile);

/*
 * Parts of one run, or of the sum of several runs; they print nothing when the run has no such part. The counters are in
 * text_run.c, the others in text_findings.c.
 */
int text_counters(const struct result_run *run, const struct page *page);
void text_verify(const struct result_verify *verify, const struct page *page);
int text_errors(const struct result_run *run, const struct page *page);

/* Ops of all kinds together; NAN when nothing is known. */
double text_total_iops(const struct result_run *run);
double text_total_bytes_per_s(const struct result_run *run);

#endif
