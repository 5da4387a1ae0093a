/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * phases.c -- the controller. It sleeps between two looks at the crews, so it takes almost no CPU
 * time from the workers. It is not pinned: with few cores it shares a worker's core.
 */
#include "phases.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "age.h"
#include "host/disturbance.h"

#define LOOK_NS 10000000u /* between two looks of the controller, at most */
#define LOOK_FIRST_NS \
	50000u /* while it waits for workers, which may need no time; doubles with each look */

#define GRACE_NS UINT64_C(1000000000)

/* the first signal, 0: none yet; and when it came */
static volatile sig_atomic_t interrupted_by;
static volatile uint64_t interrupted_ns;
static enum phases_on_signal signals_do;
static const struct run_peers *watched;
static void (*tell_signal)(int signal_number);

/* The crews of one group; their jobs have the same ramp_time and runtime. */
struct drive {
	struct stage *stage;
	struct crew *crews;
	struct monitor *monitors;
	unsigned count;
};

/*
 * Repeats within GRACE_NS of the first signal count as the same one: timeout(1) signals the process and then its
 * group. A later one kills the process.
 */
static void
on_signal(int signal_number)
{
	uint64_t now = monitor_now_ns();

	if (!interrupted_by) {
		interrupted_ns = now;
		interrupted_by = signal_number;
	} else if (now - interrupted_ns > GRACE_NS) {
		signal(signal_number, SIG_DFL);
		raise(signal_number);
	}
}

void
phases_catch_signals(enum phases_on_signal on_signal_do)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	const struct sigaction action = {.sa_handler = on_signal};
	struct sigaction before;

	interrupted_by = 0;
	signals_do = on_signal_do;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		/* nohup(1) ignores SIGHUP for the command: this stays */
		if (numbers[i] != SIGHUP || sigaction(SIGHUP, NULL, &before) ||
		    before.sa_handler != SIG_IGN)
			sigaction(numbers[i], &action, NULL);
	}
}

int
phases_signalled(void)
{
	void (*tell)(int signal_number) = tell_signal;

	if (interrupted_by && tell) {
		tell_signal = NULL;
		tell(interrupted_by);
	}
	return interrupted_by;
}

int
phases_interrupted(void)
{
	if (phases_signalled() && signals_do == PHASES_CUT)
		return interrupted_by;
	return watched && watched->is_over(watched->arg);
}

void
phases_watch(const struct run_peers *peers, void (*tell)(int signal_number))
{
	watched = peers;
	tell_signal = tell;
}

/* Sleeps until `due`, at most for LOOK_NS. */
static void
sleep_until(uint64_t due)
{
	uint64_t now = monitor_now_ns(), left = due > now ? due - now : 0;
	const struct timespec pause = {.tv_nsec = (long)(left < LOOK_NS ? left : LOOK_NS)};

	nanosleep(&pause, NULL);
}

static void
stop_when_interrupted(struct stage *stage)
{
	if (!phases_interrupted())
		return;
	/* Order: a worker that leaves the ramp must find `stop` set, so that it measures nothing. */
	atomic_store_explicit(&stage->stop, 1, memory_order_relaxed);
	atomic_store_explicit(&stage->ramp_over, 1, memory_order_release);
}

static void
wait_until_ready(const struct drive *d)
{
	struct stage *stage = d->stage;
	uint64_t pause_ns = LOOK_FIRST_NS;

	while (!stage_all_arrived(stage)) {
		uint64_t filled = atomic_load_explicit(&stage->filled, memory_order_relaxed);

		sleep_until(monitor_now_ns() + pause_ns);
		pause_ns *= 2;
		stop_when_interrupted(stage);
		if (filled)
			monitor_status_fill(&d->monitors[0], filled, stage->fill_blocks);
	}
}

/* Returns 1 if some jobs have a number of ops and all of these jobs have done their ops. */
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

static void
read_disturbance(const struct crew *crew, struct result_disturbance *now)
{
	int *cpus = calloc(crew->count, sizeof(*cpus));

	*now = (struct result_disturbance){NAN, host_throttled_s("")};
	for (unsigned i = 0; cpus && i < crew->count; i++)
		cpus[i] = crew->members[i].place.cpu;
	if (cpus)
		now->steal_s = host_steal_s("", cpus, crew->count);
	free(cpus);
}

/* Reads the disturbance now, because the phases of other crews may go on for long. */
static void
end_if_done(struct crew *crew, struct monitor *monitor)
{
	if (!crew_is_done(crew) || monitor->ended)
		return;
	read_disturbance(crew, &crew->after);
	monitor_end(monitor);
}

/* the earliest end of a step, at most `due` */
static uint64_t
next_step_due(const struct drive *d, uint64_t due)
{
	for (unsigned i = 0; i < d->count; i++)
		if (!d->monitors[i].ended && d->monitors[i].step_due_ns < due)
			due = d->monitors[i].step_due_ns;
	return due;
}

/* Samples the crews for `length_ns`, or less if the ops are done; 0: until they are done. */
static void
watch(const struct drive *d, const char *phase, uint64_t length_ns)
{
	uint64_t end = length_ns ? monitor_now_ns() + length_ns : UINT64_MAX;

	while (!phases_interrupted() && !ops_are_done(d) && monitor_now_ns() < end) {
		sleep_until(next_step_due(d, end));
		for (unsigned i = 0; i < d->count; i++) {
			end_if_done(&d->crews[i], &d->monitors[i]);
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
		if (d->monitors[i].options)
			monitor_clear(&d->monitors[i]);
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

/* Waits for the peers before a phase. -1: one has failed; the workers, which wait at the gate, have ended then. */
static int
meet(const struct drive *d, struct why *why)
{
	const struct run_peers *peers = d->stage->peers;

	if (!peers || !peers->meet(peers->arg, why))
		return 0;
	stage_abandon(d->stage);
	join(d);
	return -1;
}

int
phases_drive(struct crew *crews, struct monitor *monitors, unsigned count,
	     const struct monitor_options *options, struct why *why)
{
	const struct drive d = {crews[0].stage, crews, monitors, count};
	const struct job *job = crews[0].job;
	struct btt_ns *ns = crews[0].engine->ns;

	start_monitors(&d, options);
	wait_until_ready(&d);
	if (crews_failed(&d)) {
		stage_abandon(d.stage);
		join(&d);
		return 0; /* crew_error has the reason */
	}
	if (meet(&d, why))
		return -1;
	/* where msync makes stores durable, a fill that waited for each block would take hours */
	if (ns && d.stage->fill_blocks)
		btt_ns_defer_sync(ns, 1);
	stage_next_phase(d.stage);
	wait_until_ready(&d);
	if (ns && d.stage->fill_blocks)
		btt_ns_defer_sync(ns, 0); /* an error stays with the namespace: the ops fail */
	if (meet(&d, why))
		return -1;
	stage_next_phase(d.stage);
	if (job->ramp_time_ns)
		watch(&d, "ramp", job->ramp_time_ns);
	stop_when_interrupted(d.stage);
	atomic_store_explicit(&d.stage->ramp_over, 1, memory_order_relaxed);
	wait_until_ready(&d);
	for (unsigned i = 0; i < count; i++)
		crews[i].adjacent = age_look(crews[i].engine, &crews[i].region);
	if (meet(&d, why))
		return -1;
	for (unsigned i = 0; i < count; i++)
		read_disturbance(&crews[i], &crews[i].before);
	start_monitors(&d, options);
	stage_next_phase(d.stage);
	watch(&d, "run", job->runtime_ns);
	/* After runtime the workers end by their own clocks: one that started late still gets its whole phase. */
	if (phases_interrupted() || ops_are_done(&d))
		atomic_store_explicit(&d.stage->stop, 1, memory_order_relaxed);
	for (unsigned i = 0; i < count; i++)
		if (!monitors[i].ended)
			read_disturbance(&crews[i], &crews[i].after);
	join(&d);
	for (unsigned i = 0; i < count; i++) {
		monitor_end(&monitors[i]);
		monitor_clear(&monitors[i]);
	}
	return 0;
}
