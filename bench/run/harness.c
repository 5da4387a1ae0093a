/* SPDX-License-Identifier: BSD-3-Clause */
#include "harness.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "worker.h"

#define WARM_OPS    200000u
#define BATCHES     31
#define BATCH_OPS   16384u
#define BLOCK_BYTES 512u
#define RANGE_NLBA  (UINT64_C(1) << 20)

struct trial {
	const struct topology *topology;
	struct worker *worker;
	int cpu;
	double ns_per_op[BATCHES];
};

static int
compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static void *
drive(void *arg)
{
	struct trial *t = arg;
	_Atomic int never = 0;

	topology_bind_thread(t->topology, t->cpu);
	worker_reset(t->worker);
	worker_drive(t->worker, &never, WARM_OPS, WORKER_NO_LIMIT);
	for (int i = 0; i < BATCHES; i++) {
		worker_drive(t->worker, &never, BATCH_OPS, WORKER_NO_LIMIT);
		t->ns_per_op[i] =
			(double)clock_ns(t->worker->clock, t->worker->ended - t->worker->started) /
			BATCH_OPS;
	}
	qsort(t->ns_per_op, BATCHES, sizeof(t->ns_per_op[0]), compare_doubles);
	return NULL;
}

double
harness_measure(const struct job *job, const struct topology *topology, struct memory *memory,
		const struct clock *clock, const struct place *place)
{
	struct pattern_params params = {.kind = job->pattern,
					.shape = job->shape,
					.nlba = RANGE_NLBA,
					.blocks = job->blocks,
					.seed = job->seed};
	const struct engine engine = {.ops = &engine_null, .bs = BLOCK_BYTES};
	struct trial t = {.topology = topology, .cpu = place->cpu};
	double ns = NAN;
	pthread_t thread;

	t.worker = memory_alloc(memory, place->node, sizeof(*t.worker), WORKER_PAD);
	if (!t.worker)
		return NAN;
	t.worker->lane = (struct engine_lane){.engine = &engine, .blocks = job->blocks};
	t.worker->lane.write_buf = memory_alloc(
		memory, place->node, (size_t)job->blocks * BLOCK_BYTES + ENGINE_DATA_BYTES, 4096);
	if (!t.worker->lane.write_buf) {
		memory_free(memory, t.worker);
		return NAN;
	}
	engine_lane_set_data(&t.worker->lane, job, job->seed);
	t.worker->engine = &engine_null;
	t.worker->clock = clock;
	memcpy(params.percent, job->percent, sizeof(params.percent));
	pattern_init(&t.worker->pattern, &params);
	if (!pthread_create(&thread, NULL, drive, &t)) {
		pthread_join(thread, NULL);
		ns = t.ns_per_op[BATCHES / 2];
	}
	memory_free(memory, t.worker->lane.write_buf);
	memory_free(memory, t.worker);
	return ns;
}
