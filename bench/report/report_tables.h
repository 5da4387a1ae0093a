/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * report_tables.h -- the tables about the runs of one job. A table about something that the runs do not have is left out.
 *
 * A figure is the median over the good runs. Counters, failed ops and findings are sums over all runs.
 */
#ifndef BENCH_REPORT_TABLES_H
#define BENCH_REPORT_TABLES_H

#include "page.h"
#include "samples.h"

/* Rates and latencies of each kind of op. In table_ops.c. */
void table_ops(struct report_page *page, const struct samples *samples);

/* Failed ops by errno; findings of verify=stamp. In table_findings.c. */
void table_errors(struct report_page *page, const struct samples *samples);
void table_verify(struct report_page *page, const struct samples *samples);

/* Work of the BTT; measured phases and their disturbance; workers of a run; rounds until a steady state. */
void table_counters(struct report_page *page, const struct samples *samples);
void table_phases(struct report_page *page, const struct samples *samples);
void table_workers(struct report_page *page, const struct result_run *run);
void table_steady(struct report_page *page);

/* The hosts of a merged result. In table_hosts.c. */
void table_hosts(struct report_page *page);

#endif
