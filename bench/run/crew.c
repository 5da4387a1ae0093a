/* SPDX-License-Identifier: BSD-3-Clause */
#include "crew.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "pattern/scatter.h"

#define FILL_REPORT 1024u /* blocks between two progress reports */

static void
arrive(struct stage *stage)
{
	atomic_fetch_add_explicit(&stage->arrived, 1, memory_order_release);
}

enum phase { PHASE_NONE, PHASE_PRECONDITION, PHASE_RAMP, PHASE_LOAD };

/* Returns 0 when the phase is open, -1 when the stage is abandoned. */
static int
wait_for_phase(struct stage *stage, enum phase phase)
{
	int abandoned;

	arrive(stage);
	pthread_mutex_lock(&stage->lock);
	while (stage->phase < (int)phase && !stage->abandoned)
		pthread_cond_wait(&stage->opened, &stage->lock);
	abandoned = stage->abandoned;
	pthread_mutex_unlock(&stage->lock);
	return abandoned ? -1 : 0;
}

/*
 * Writes each block of this worker's share once in each pass. Counts a block that fails in the last one, and goes on.
 *
 * A write puts a block into the lane's free block, and the place that it leaves is the next free block. So one pass
 * moves each block to the place of the block that was written before it. In ascending order neighbours stay neighbours;
 * in a scattered order each one follows another block.
 */
static void
fill_share(struct member *m)
{
	struct stage *stage = m->crew->stage;
	const struct fillers *fillers = &m->crew->fillers;
	struct engine_lane lane = m->worker->lane;
	unsigned number = fillers->first + lane.number - m->crew->lane_first;
	struct region share = region_part(&m->crew->region, 1, number, fillers->count);
	uint64_t unreported = 0;

	engine_lane_set_blocks(&lane, 1, 1);
	for (unsigned pass = 0; share.count && pass < fillers->passes; pass++) {
		struct scatter order;

		/* ~: popular blocks have the order of the seed itself */
		scatter_init(&order, share.count, ~(m->crew->job->seed + pass));
		for (uint64_t i = 0; i < share.count; i++) {
			uint64_t place = fillers->scattered ? scatter_block(&order, i) : i;
			const struct op op = {.lba = share.first + place, .kind = OP_WRITE};

			if (atomic_load_explicit(&stage->stop, memory_order_relaxed))
				break;
			engine_lane_mark(&lane, OP_WRITE);
			if (m->worker->engine->submit(&lane, &op, 1) &&
			    pass + 1 == fillers->passes && m->unfilled.count++ == 0) {
				m->unfilled.err = errno;
				m->unfilled.first_lba = op.lba;
			}
			if (++unreported == FILL_REPORT) {
				atomic_fetch_add_explicit(&stage->filled, unreported,
							  memory_order_relaxed);
				unreported = 0;
			}
		}
	}
	engine_lane_set_blocks(&lane, m->worker->lane.blocks, m->worker->batch);
	m->worker->lane = lane;
}

static void
read_counters(const struct worker *w, struct engine_counters *counters)
{
	if (w->engine->count)
		w->engine->count(&w->lane, counters);
}

static double
seconds_between(struct timeval before, struct timeval after)
{
	return (double)(after.tv_sec - before.tv_sec) +
	       (double)(after.tv_usec - before.tv_usec) / 1e6;
}

static double
thread_cpu_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static struct result_usage
usage_between(const struct rusage *before, const struct rusage *after)
{
	return (struct result_usage){
		.user_s = seconds_between(before->ru_utime, after->ru_utime),
		.system_s = seconds_between(before->ru_stime, after->ru_stime),
		.voluntary_switches = (uint64_t)(after->ru_nvcsw - before->ru_nvcsw),
		.involuntary_switches = (uint64_t)(after->ru_nivcsw - before->ru_nivcsw),
	};
}

static size_t
buffer_size(const struct crew *crew)
{
	size_t bytes = (size_t)crew->engine->bs * crew->job->blocks * crew->job->batch;

	return (bytes + PAGE_LEAST - 1) / PAGE_LEAST * PAGE_LEAST;
}

static void
error_member(struct member *m, const char *subject, int number)
{
	m->failed = 1;
	why_say(&m->why, "the worker of lane %u: %s %d: %s", m->worker->lane.number, subject,
		number, strerror(errno));
}

/* Binds the thread to its CPU and moves its lane's memory near; m->why names a step that failed. */
static void
bind_member(struct member *m)
{
	const struct worker *w = m->worker;

	if (topology_bind_thread(m->crew->topology, m->place.cpu)) {
		error_member(m, "CPU", m->place.cpu);
		return;
	}
	if (!w->engine->adopt || (m->crew->engine->lane_locks && w->lane.number != w->lane.lane))
		return; /* nothing to adopt, or the lane is another worker's too */
	m->lane_memory = w->engine->adopt(&w->lane, &m->lane_memory_size);
	if (!m->lane_memory)
		error_member(m, "memory for its lane on node", m->place.node);
}

/*
 * Returns the node of memory that only this thread uses, -1 unknown. The kernel's NUMA balancing
 * unmaps pages to see which CPU accesses them, and then reports no node. So touch the pages first,
 * and try again.
 */
static int
own_memory_node(const struct topology *t, const void *memory, size_t size)
{
	const volatile uint8_t *byte = memory;
	int node = -1;

	for (int tries = 0; tries < 3 && node < 0; tries++) {
		for (size_t off = 0; off < size; off += PAGE_LEAST)
			(void)byte[off];
		node = topology_area_node(t, memory, size);
	}
	return node;
}

/* Records CPU and nodes after the load: the kernel may have moved the thread or its pages. */
static void
record_places(struct member *m)
{
	const struct topology *t = m->crew->topology;

	m->cpu_seen = topology_last_cpu(t);
	m->state_node = own_memory_node(t, m->worker, sizeof(*m->worker));
	m->buffer_node = own_memory_node(t, m->worker->lane.read_buf,
					 2 * buffer_size(m->crew) + ENGINE_DATA_BYTES);
	if (m->lane_memory)
		m->lane_node = own_memory_node(t, m->lane_memory, m->lane_memory_size);
}

static void *
work(void *arg)
{
	struct member *m = arg;
	struct crew *crew = m->crew;
	struct stage *stage = crew->stage;
	struct worker *w = m->worker;
	struct rusage before, after;

	bind_member(m);
	if (wait_for_phase(stage, PHASE_PRECONDITION))
		return NULL;
	if (stage->fill_blocks && crew->fillers.count)
		fill_share(m);
	worker_reset(w); /* before the barrier: the monitor does not read the worker here */
	if (wait_for_phase(stage, PHASE_RAMP))
		return NULL;
	if (crew->job->ramp_time_ns)
		worker_drive(w, &stage->ramp_over, WORKER_NO_LIMIT, WORKER_NO_LIMIT);
	worker_reset(w);
	if (wait_for_phase(stage, PHASE_LOAD))
		return NULL;
	read_counters(w, &m->before);
	getrusage(RUSAGE_THREAD, &before);
	m->cpu_s = -thread_cpu_s();
	worker_drive(w, &stage->stop, crew->job->ops ? crew->job->ops : WORKER_NO_LIMIT,
		     crew->job->runtime_ns ? crew->job->runtime_ns : WORKER_NO_LIMIT);
	m->cpu_s += thread_cpu_s();
	getrusage(RUSAGE_THREAD, &after);
	read_counters(w, &m->after);
	m->usage = usage_between(&before, &after);
	record_places(m);
	atomic_fetch_add_explicit(&crew->done, 1, memory_order_release);
	arrive(stage);
	return NULL;
}

/* The pattern starts at the worker's part; partition=shared covers the whole region from there. */
static void
init_pattern(struct worker *w, const struct crew *crew)
{
	const struct job *job = crew->job;
	struct region part = region_part(&crew->region, job->blocks,
					 w->lane.number - crew->lane_first, crew->count);
	struct region range = job->partition == JOB_PARTITION_THREAD ? part : crew->region;
	struct pattern_params params = {
		.kind = job->pattern,
		.shape = job->shape,
		.lba_first = range.first,
		.nlba = range.count,
		.lba_start = part.first,
		.blocks = job->blocks,
		.seed = job->seed + crew->repeat,
		.worker = w->lane.number,
	};

	memcpy(params.percent, job->percent, sizeof(params.percent));
	pattern_init(&w->pattern, &params);
}

static int
make_member(struct crew *crew, const struct clock *clock, struct member *m, unsigned lane)
{
	size_t size = buffer_size(crew);
	struct worker *w = memory_alloc(crew->memory, m->place.node, sizeof(*w), WORKER_PAD);

	m->crew = crew;
	m->worker = w;
	m->cpu_seen = m->state_node = m->buffer_node = m->lane_node = -1;
	if (!w)
		return -1;
	w->lane = (struct engine_lane){.engine = crew->engine,
				       .number = lane,
				       .lane = engine_lane_first(crew->engine, lane),
				       .blocks = crew->job->blocks,
				       .errors = w->errors};
	w->batch = crew->job->batch;
	w->lane.read_buf =
		memory_alloc(crew->memory, m->place.node, 2 * size + ENGINE_DATA_BYTES, 4096);
	if (!w->lane.read_buf)
		return -1;
	w->lane.write_buf = w->lane.read_buf + size;
	w->engine = crew->engine->ops;
	if (crew->job->lookahead != JOB_LOOKAHEAD_NONE)
		w->expect = w->engine->expect;
	if (crew->job->lookahead == JOB_LOOKAHEAD_TWO)
		w->expect_data = w->engine->expect_data;
	w->ahead = crew->job->lookahead == JOB_LOOKAHEAD_TWO ? WORKER_AHEAD : 1;
	w->clock = clock;
	w->cpu = m->place.cpu;
	memset(w->lane.read_buf, 1, size); /* the load then causes no page fault */
	engine_lane_set_data(&w->lane, crew->job, crew->job->seed + crew->repeat);
	init_pattern(w, crew);
	worker_time_every(w, crew->job->latency_every, crew->job->seed + crew->repeat, lane);
	if (crew->job->rate_iops)
		pace_init(&w->pace, clock,
			  &(struct pace_params){.rate = crew->job->rate_iops,
						.arrival = crew->job->arrival,
						.seed = crew->job->seed + crew->repeat,
						.stream = lane,
						.number = lane - crew->lane_first,
						.count = crew->count,
						.origin = crew->pace_origin,
						.shares_cpu = m->shares_cpu});
	return 0;
}

void
stage_init(struct stage *stage)
{
	pthread_mutex_init(&stage->lock, NULL);
	pthread_cond_init(&stage->opened, NULL);
}

void
stage_destroy(struct stage *stage)
{
	pthread_cond_destroy(&stage->opened);
	pthread_mutex_destroy(&stage->lock);
}

int
stage_all_arrived(struct stage *stage)
{
	return atomic_load_explicit(&stage->arrived, memory_order_acquire) == stage->count;
}

void
stage_next_phase(struct stage *stage)
{
	atomic_store_explicit(&stage->arrived, 0, memory_order_relaxed);
	pthread_mutex_lock(&stage->lock);
	stage->phase++;
	pthread_cond_broadcast(&stage->opened);
	pthread_mutex_unlock(&stage->lock);
}

void
stage_abandon(struct stage *stage)
{
	pthread_mutex_lock(&stage->lock);
	stage->abandoned = 1;
	pthread_cond_broadcast(&stage->opened);
	pthread_mutex_unlock(&stage->lock);
}

static int
start_threads(struct crew *crew)
{
	for (unsigned i = 0; i < crew->count; i++) {
		int err = pthread_create(&crew->members[i].thread, NULL, work, &crew->members[i]);

		if (err) {
			stage_abandon(crew->stage);
			for (unsigned k = 0; k < i; k++)
				pthread_join(crew->members[k].thread, NULL);
			errno = err;
			return -1;
		}
	}
	return 0;
}

int
crew_start(struct crew *crew, const struct clock *clock, const struct place *places,
	   struct why *why)
{
	int err = 0;

	crew->members = calloc(crew->count, sizeof(*crew->members));
	if (!crew->members) {
		why_say(why, "threads=%u: %s", crew->count, strerror(errno));
		return -1;
	}
	crew->pace_origin = clock_ticks(clock);
	for (unsigned i = 0; i < crew->count && !err; i++) {
		struct member *m = &crew->members[i];
		unsigned lane = crew->lane_first + i;

		m->place = places[lane];
		for (unsigned k = 0; k < crew->stage->count; k++)
			m->shares_cpu |= k != lane && places[k].cpu == m->place.cpu;
		if (crew->stage->is_shared)
			m->shares_cpu |= crew->stage->is_shared[lane];
		err = make_member(crew, clock, m, lane);
	}
	if (err || start_threads(crew)) {
		why_say(why, "threads=%u: %s", crew->count, strerror(errno));
		stage_abandon(crew->stage);
		crew_free(crew);
		return -1;
	}
	return 0;
}

const char *
crew_error(const struct crew *crew)
{
	for (unsigned i = 0; i < crew->count; i++) {
		if (crew->members[i].failed)
			return crew->members[i].why.text;
	}
	return NULL;
}

int
crew_is_done(struct crew *crew)
{
	return atomic_load_explicit(&crew->done, memory_order_acquire) == crew->count;
}

void
crew_join(struct crew *crew)
{
	for (unsigned i = 0; i < crew->count; i++)
		pthread_join(crew->members[i].thread, NULL);
}

void
crew_free(struct crew *crew)
{
	for (unsigned i = 0; i < crew->count; i++) {
		struct worker *w = crew->members[i].worker;

		if (w && w->lane.read_buf)
			memory_free(crew->memory, w->lane.read_buf);
		if (w)
			memory_free(crew->memory, w);
	}
	free(crew->members);
	crew->members = NULL;
}
