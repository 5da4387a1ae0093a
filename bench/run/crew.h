/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * crew.h -- the crew: all workers of one job. It creates and places them, leads them through the
 * phases together, and frees them.
 *
 *	ready -> precondition -> ramp -> measure -> done
 *
 * The crews of jobs that run together share a stage. Before each of the three middle phases all its
 * workers wait until the controller opens the phase. The controller polls stage_all_arrived and
 * never blocks. It also ends ramp and measure, by `ramp_over` and `stop`.
 *
 * Threads: a member belongs to its own thread until crew_join, but for `failed`, `why` and the
 * worker's counters (worker.h). The stage's lock covers `phase` and `abandoned`.
 */
#ifndef BENCH_CREW_H
#define BENCH_CREW_H

#include <pthread.h>
#include <stdatomic.h>

#include "engine/engine.h"
#include "job/job.h"
#include "result/result.h"
#include "measure/clock.h"
#include "numa/memory.h"
#include "peers.h"
#include "region.h"
#include "numa/topology.h"
#include "why.h"
#include "worker.h"

struct member {
	struct crew *crew;
	struct worker *worker;
	struct place place;
	pthread_t thread;
	int cpu_seen;            /* the CPU at the end, -1 unknown */
	int buffer_node;         /* of the worker's buffer, -1 unknown */
	int state_node;          /* of struct worker, -1 unknown */
	const void *lane_memory; /* the engine's memory for this lane, NULL unknown */
	size_t lane_memory_size; /* bytes */
	int lane_node;           /* of lane_memory, -1 unknown */
	int shares_cpu;          /* 1: another worker of the stage has the same CPU */
	int failed;              /* 1: a step before the load failed; `why` has the reason */
	struct why why;
	struct result_errno unfilled; /* blocks of its share that the fill could not write */
	struct engine_counters before, after; /* the measured phase */
	struct result_usage usage;
	double cpu_s; /* CPU time of the measured phase */
};

/* The state that all crews of a group share. Zero it, then call stage_init. */
struct stage {
	unsigned count;       /* workers of all its crews */
	uint64_t fill_blocks; /* writes before the load, of one block each; 0: no fill */
	pthread_mutex_t lock;
	pthread_cond_t opened;
	int phase;                /* the last one opened */
	int abandoned;            /* 1: members leave at the next gate */
	_Atomic unsigned arrived; /* workers at the gate, or done */
	_Atomic uint64_t filled;  /* blocks written by the fill so far */
	_Atomic int ramp_over, stop;
	const struct run_peers *peers; /* begin each phase together; NULL: none */
	const char *
		is_shared; /* of each lane: 1: a worker of another process has its CPU; NULL: none */
};

/* The workers that fill a region before the load: those of all crews with this region. */
struct fillers {
	unsigned count;  /* workers of all these crews; 0: no fill */
	unsigned first;  /* the number of this crew's first worker among them */
	unsigned passes; /* times that each block is written */
	int scattered;   /* 1: in an order that looks random, 0: in ascending order */
};

struct crew {
	const struct job *job;
	const struct engine *engine;
	const struct topology *topology;
	struct memory *memory;
	struct stage *stage;
	struct member *members;
	unsigned count;
	struct region region; /* the blocks that its ops use */
	struct fillers fillers;
	double adjacent;                         /* before the load, of age_look */
	struct result_disturbance before, after; /* of its workers' CPUs: the measured phase */
	unsigned lane_first;                     /* worker i has lane lane_first + i */
	unsigned repeat;       /* from 0; each repeat draws its own sequence from the job's seed */
	_Atomic unsigned done; /* members that have finished the measured phase */
	uint64_t pace_origin;  /* of all its schedules, ticks; see pace.h */
};

void stage_init(struct stage *stage);
void stage_destroy(struct stage *stage);

/* Returns 1 if every worker waits at the gate, or has finished the measured phase. */
int stage_all_arrived(struct stage *stage);

/* Opens the next phase. All workers must be waiting (stage_all_arrived). */
void stage_next_phase(struct stage *stage);

/* Makes all waiting workers leave; call crew_join afterwards. */
void stage_abandon(struct stage *stage);

/*
 * Creates crew->count workers and starts their threads; 0, or -1 with one line in `why`. `places`
 * are those of all workers of the stage, by lane. After an error this crew has no workers, and the
 * stage is abandoned.
 */
int crew_start(struct crew *crew, const struct clock *clock, const struct place *places,
	       struct why *why);

/*
 * Returns the reason of the first member that failed to prepare for the load, NULL if all are
 * ready. All members must be waiting (stage_all_arrived), or have been joined.
 */
const char *crew_error(const struct crew *crew);

/* Returns 1 if every member has finished the measured phase. */
int crew_is_done(struct crew *crew);

/* Joins the threads, which must end by themselves. The members stay until crew_free. */
void crew_join(struct crew *crew);
void crew_free(struct crew *crew);

#endif
