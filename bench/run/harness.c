/* SPDX-License-Identifier: BSD-3-Clause */
#include "harness.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include "measure/robust.h"
#include "worker.h"

#define WARM_NS     5000000u
#define BATCHES     31
#define BATCH_NS    500000u
#define BLOCK_BYTES 512u
#define RANGE_NLBA  (UINT64_C(1) << 20)

struct trial {
	const struct topology *topology;
	struct worker *worker;
	int cpu;
	double ns_per_op[BATCHES];
};

static void *
drive(void *arg)
{
	struct trial *t = arg;
	_Atomic int never = 0;

	topology_bind_thread(t->topology, t->cpu);
	for (int i = -1; i < BATCHES; i++) {
		uint64_t ops = 0;

		worker_reset(t->worker);
		worker_drive(t->worker, &never, WORKER_NO_LIMIT, i < 0 ? WARM_NS : BATCH_NS);
		for (int kind = 0; kind < OP_KINDS; kind++)
			ops += atomic_load_explicit(&t->worker->done[kind], memory_order_relaxed);
		if (i >= 0)
			t->ns_per_op[i] = (double)clock_ns(t->worker->clock,
							   t->worker->ended - t->worker->started) /
					  (double)ops;
	}
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
	uint8_t *data;

	t.worker = memory_alloc(memory, place->node, sizeof(*t.worker), WORKER_PAD);
	if (!t.worker)
		return NAN;
	t.worker->lane = (struct engine_lane){.engine = &engine, .blocks = job->blocks};
	t.worker->batch = job->batch;
	data = memory_alloc(memory, place->node,
			    (size_t)job->blocks * job->batch * BLOCK_BYTES + ENGINE_DATA_BYTES,
			    4096);
	if (!data) {
		memory_free(memory, t.worker);
		return NAN;
	}
	t.worker->lane.write_buf = data;
	engine_lane_set_data(&t.worker->lane, job, job->seed);
	t.worker->engine = &engine_null;
	t.worker->clock = clock;
	memcpy(params.percent, job->percent, sizeof(params.percent));
	pattern_init(&t.worker->pattern, &params);
	worker_time_every(t.worker, job->latency_every, job->seed, 0);
	if (!pthread_create(&thread, NULL, drive, &t)) {
		pthread_join(thread, NULL);
		ns = robust_median(t.ns_per_op, BATCHES);
	}
	memory_free(memory, data); /* write_buf moves in it */
	memory_free(memory, t.worker);
	return ns;
}
