/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * phases.c -- see phases.h.
 *
 * The controller sleeps between looks, so that it takes next to nothing from the workers; it is not
 * pinned, and where cores are few the scheduler runs it beside one of them.
 */
#include "phases.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>

#define LOOK_NS 10000000u /* between two looks of the controller, at most */

static volatile sig_atomic_t interrupted;

/* what is being driven; the jobs of a group agree on ramp_time and runtime */
struct drive {
	struct stage *stage;
	struct crew *crews;
	struct monitor *monitors;
	unsigned count;
};

static void
on_signal(int signal_number)
{
	interrupted = 1;
	signal(signal_number, SIG_DFL); /* the second one ends it the hard way */
}

void
phases_catch_signals(void)
{
	const struct sigaction action = {.sa_handler = on_signal};

	interrupted = 0;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

int
phases_interrupted(void)
{
	return interrupted;
}

/* until `due`, but no longer than LOOK_NS */
static void
look_away(uint64_t due)
{
	uint64_t now = monitor_now_ns(), left = due > now ? due - now : 0;
	const struct timespec pause = {.tv_nsec = (long)(left < LOOK_NS ? left : LOOK_NS)};

	nanosleep(&pause, NULL);
}

static void
stop_when_interrupted(struct stage *stage)
{
	if (!interrupted)
		return;
	/* stop first: a cut ramp is not measured */
	atomic_store_explicit(&stage->stop, 1, memory_order_relaxed);
	atomic_store_explicit(&stage->ramp_over, 1, memory_order_release);
}

static void
wait_until_ready(const struct drive *d)
{
	struct stage *stage = d->stage;

	while (!stage_all_arrived(stage)) {
		uint64_t filled = atomic_load_explicit(&stage->filled, memory_order_relaxed);

		look_away(UINT64_MAX);
		stop_when_interrupted(stage);
		if (filled)
			monitor_status_fill(&d->monitors[0], filled, stage->fill_blocks);
	}
}

/* 1 when there are jobs of so many ops, and each of them is through with its own */
static int
ops_are_done(const struct drive *d)
{
	int limited = 0;

	for (unsigned i = 0; i < d->count; i++) {
		if (d->crews[i].job->ops && !crew_is_done(&d->crews[i]))
			return 0;
		limited |= d->crews[i].job->ops != 0;
	}
	return limited;
}

static uint64_t
next_step(const struct drive *d)
{
	uint64_t due = UINT64_MAX;

	for (unsigned i = 0; i < d->count; i++)
		if (!d->monitors[i].ended && d->monitors[i].step_due_ns < due)
			due = d->monitors[i].step_due_ns;
	return due;
}

/* sleeps through `length_ns`, looking; 0 = until the ops are done */
static void
watch(const struct drive *d, const char *phase, uint64_t length_ns)
{
	uint64_t start = monitor_now_ns();

	while (!interrupted && !ops_are_done(d) &&
	       (!length_ns || monitor_now_ns() - start < length_ns)) {
		look_away(next_step(d));
		for (unsigned i = 0; i < d->count; i++) {
			if (crew_is_done(&d->crews[i]))
				monitor_end(&d->monitors[i]);
			monitor_sample(&d->monitors[i]);
			monitor_status_measure(&d->monitors[i], phase, length_ns);
		}
	}
}

static void
start_monitors(const struct drive *d, const struct monitor_options *options)
{
	for (unsigned i = 0; i < d->count; i++) {
		free(d->monitors[i].intervals);
		monitor_start(&d->monitors[i], options, &d->crews[i]);
		monitor_take_turns(&d->monitors[i], i, d->count);
	}
}

static int
crews_failed(const struct drive *d)
{
	int failed = 0;

	for (unsigned i = 0; i < d->count; i++)
		failed |= crew_error(&d->crews[i]) != NULL;
	return failed;
}

static void
join(const struct drive *d)
{
	for (unsigned i = 0; i < d->count; i++)
		crew_join(&d->crews[i]);
}

void
phases_drive(struct crew *crews, struct monitor *monitors, unsigned count,
	     const struct monitor_options *options)
{
	const struct drive d = {crews[0].stage, crews, monitors, count};
	const struct job *job = crews[0].job;

	start_monitors(&d, options);
	wait_until_ready(&d);
	if (crews_failed(&d)) {
		stage_abandon(d.stage);
		join(&d);
		return;
	}
	stage_next_phase(d.stage);
	wait_until_ready(&d);
	stage_next_phase(d.stage);
	if (job->ramp_time_ns)
		watch(&d, "ramp", job->ramp_time_ns);
	stop_when_interrupted(d.stage);
	atomic_store_explicit(&d.stage->ramp_over, 1, memory_order_relaxed);
	wait_until_ready(&d);
	start_monitors(&d, options);
	stage_next_phase(d.stage);
	watch(&d, "run", job->runtime_ns);
	atomic_store_explicit(&d.stage->stop, 1, memory_order_relaxed);
	join(&d);
	for (unsigned i = 0; i < count; i++) {
		monitor_end(&monitors[i]);
		monitor_clear(&monitors[i]);
	}
}
