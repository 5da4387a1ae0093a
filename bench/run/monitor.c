/* SPDX-License-Identifier: BSD-3-Clause */
#include "monitor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "status.h"
#include "terminal.h"

#define NS_PER_S 1000000000u

uint64_t
monitor_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

void
monitor_start(struct monitor *m, const struct monitor_options *options, struct crew *crew)
{
	uint64_t now = monitor_now_ns();

	*m = (struct monitor){
		.options = options,
		.crew = crew,
		.interval_ns = crew->job->interval_ns,
		.start_ns = now,
		.sampled_ns = now,
		.step_due_ns = now + crew->job->interval_ns,
		.status_due_ns = now + options->status_interval_ns,
		.status_every_ns = options->status_interval_ns,
	};
}

void
monitor_take_turns(struct monitor *m, unsigned turn, unsigned count)
{
	m->status_due_ns += turn * m->status_every_ns;
	m->status_every_ns *= count;
	m->is_one_of_many = count > 1;
}

struct totals {
	uint64_t ops[OP_KINDS], errors;
};

static struct totals
add_up(const struct crew *crew)
{
	struct totals t = {0};

	for (unsigned i = 0; i < crew->count; i++) {
		const struct worker *w = crew->members[i].worker;

		for (int k = 0; k < OP_KINDS; k++)
			t.ops[k] += atomic_load_explicit(&w->done[k], memory_order_relaxed);
		t.errors += atomic_load_explicit(&w->failed, memory_order_relaxed);
	}
	return t;
}

static void
add_step(struct monitor *m, uint64_t now)
{
	struct result_interval step = {
		.start_s = (double)(m->sampled_ns - m->start_ns) / NS_PER_S,
		.length_s = (double)(now - m->sampled_ns) / NS_PER_S,
	};
	struct totals t = add_up(m->crew);
	struct result_interval *grown;

	for (int k = 0; k < OP_KINDS; k++) {
		step.ops[k] = t.ops[k] - m->ops_seen[k];
		m->ops_seen[k] = t.ops[k];
	}
	step.errors = t.errors - m->errors_seen;
	m->errors_seen = t.errors;
	m->sampled_ns = now;
	grown = realloc(m->intervals, (m->nintervals + 1) * sizeof(*grown));
	if (!grown)
		return; /* this step is missing from the series; the sums do not depend on it */
	m->intervals = grown;
	grown[m->nintervals++] = step;
}

void
monitor_sample(struct monitor *m)
{
	uint64_t now = monitor_now_ns();

	if (m->ended || now < m->step_due_ns)
		return;
	add_step(m, now);
	/* The steps keep their distance from the start: a late sample does not move the next ones. */
	m->step_due_ns += ((now - m->step_due_ns) / m->interval_ns + 1) * m->interval_ns;
}

void
monitor_end(struct monitor *m)
{
	uint64_t now = monitor_now_ns();

	if (!m->ended && now > m->sampled_ns)
		add_step(m, now);
	m->ended = 1;
}

/* Returns 1 if a status line is due, and sets the time of the next one. */
static int
is_due(struct monitor *m)
{
	uint64_t now = monitor_now_ns();

	if (!m->options->status || m->ended || now < m->status_due_ns)
		return 0;
	m->status_due_ns = now + m->status_every_ns;
	return 1;
}

static void
show(struct monitor *m, const char *line)
{
	if (m->options->rewrite)
		fprintf(m->options->status, "\r%s\033[K", line);
	else
		fprintf(m->options->status, "%s\n", line);
	fflush(m->options->status);
	m->shown = 1;
}

static uint64_t
p99_ns(struct monitor *m, enum op_kind kind)
{
	histogram_init(&m->scratch, m->crew->members[0].worker->clock->unit_ns);
	for (unsigned i = 0; i < m->crew->count; i++) {
		const struct worker *w = m->crew->members[i].worker;

		histogram_merge(&m->scratch,
				w->batch > 1 ? &w->batch_time[kind] : &w->service[kind]);
	}
	return histogram_percentile_ns(&m->scratch, 99);
}

/* The columns of the line. The user may have resized the terminal since the last one. */
static unsigned
line_width(const struct monitor *m)
{
	unsigned width = terminal_width(m->options->status);

	/* the last column stays free: behind it, \033[K would erase the last character */
	return m->options->rewrite ? width - 1 : width;
}

void
monitor_status_measure(struct monitor *m, const char *phase, uint64_t runtime_ns)
{
	double elapsed_s = (double)(monitor_now_ns() - m->start_ns) / NS_PER_S;
	double runtime_s = (double)runtime_ns / NS_PER_S;
	struct status status = {
		.job = m->is_one_of_many ? m->crew->job->name : NULL,
		.phase = phase,
		.elapsed_s = elapsed_s,
		.left_s = runtime_ns ? fmax(runtime_s - elapsed_s, 0) : NAN,
	};
	int is_attributable =
		result_is_attributable(m->crew->members[0].worker->clock, m->crew->job);
	char line[STATUS_MAX];
	struct totals t;

	if (!is_due(m))
		return;
	t = add_up(m->crew);
	status.errors = t.errors;
	for (int k = 0; k < OP_KINDS; k++)
		if (t.ops[k] && elapsed_s > 0)
			status.ops[k] = (struct status_op){
				(double)t.ops[k] / elapsed_s,
				is_attributable ? (double)p99_ns(m, (enum op_kind)k) : NAN};
	status_measure(line, &status, line_width(m));
	show(m, line);
}

void
monitor_status_fill(struct monitor *m, uint64_t filled, uint64_t nlba)
{
	double elapsed_s = (double)(monitor_now_ns() - m->start_ns) / NS_PER_S;
	double left_s = filled ? elapsed_s * (double)(nlba - filled) / (double)filled : NAN;
	char line[STATUS_MAX];

	if (!is_due(m))
		return;
	status_fill(line, elapsed_s, left_s, 100.0 * (double)filled / (double)nlba, line_width(m));
	show(m, line);
}

void
monitor_clear(struct monitor *m)
{
	if (m->shown && m->options->rewrite) {
		fputs("\r\033[K", m->options->status);
		fflush(m->options->status);
	}
	m->shown = 0;
}
