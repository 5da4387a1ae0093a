/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * crew.h -- the workers of one job: made, placed, taken through the phases together, and taken
 * apart.
 *
 *	ready -> precondition -> ramp -> measure -> done
 *
 * The crews of jobs that run together share a stage. All workers on it wait before each of the
 * three until the controller opens the phase for all of them; it looks at stage_all_arrived and need
 * not block. Ramp and measure end when the controller says so.
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
#include "region.h"
#include "numa/topology.h"
#include "why.h"
#include "worker.h"

struct member {
	struct crew *crew;
	struct worker *worker;
	struct place place;
	pthread_t thread;
	int cpu_seen;            /* where it ran at the end, -1 unknown */
	int buffer_node;         /* -1 unknown */
	int state_node;          /* of the worker itself, -1 unknown */
	const void *lane_memory; /* what the engine keeps of its lane, NULL unknown */
	size_t lane_memory_size;
	int lane_node; /* of that, -1 unknown */
	int failed;    /* 1: a step before the load failed, as `why` says */
	struct why why;
	struct result_errno unfilled;      /* blocks of its share that could not be written */
	struct btt_counters before, after; /* the measured phase */
	struct result_usage usage;
};

/* what the crews of a group share; zeroed, then stage_init */
struct stage {
	unsigned count;       /* workers of all its crews */
	uint64_t fill_blocks; /* that are written before the load; 0: none are */
	pthread_mutex_t lock; /* over the next three */
	pthread_cond_t opened;
	int phase;     /* the last one opened */
	int abandoned; /* 1: members leave instead */
	_Atomic unsigned arrived;
	_Atomic uint64_t filled; /* blocks, during precondition */
	_Atomic int ramp_over, stop;
};

/* those who write the blocks of a region before the load: the crews that keep to it, together */
struct fillers {
	unsigned count; /* workers of all these crews; 0: nobody fills */
	unsigned first; /* of these, the number of this crew's first one */
};

struct crew {
	const struct job *job;
	const struct engine *engine;
	const struct topology *topology;
	struct memory *memory;
	struct stage *stage;
	struct member *members;
	unsigned count;
	struct region region; /* the blocks that it keeps to */
	struct fillers fillers;
	unsigned lane_first;   /* its workers have the lanes from here on */
	unsigned repeat;       /* from 0: each draws a sequence of its own from the job's seed */
	_Atomic unsigned done; /* members through with the measured phase */
};

void stage_init(struct stage *stage);
void stage_destroy(struct stage *stage);

/* 1 when every worker waits at the gate, or has ended after the measured phase */
int stage_all_arrived(struct stage *stage);

/* lets all into the next phase; they are all waiting (stage_all_arrived) */
void stage_next_phase(struct stage *stage);

/* the workers that wait leave instead of going on; crew_join then takes them */
void stage_abandon(struct stage *stage);

/*
 * Makes workers at `places` and starts their threads; 0, or -1 with one line in `why`, and then none
 * of this crew is left, but the stage is abandoned.
 */
int crew_start(struct crew *crew, const struct clock *clock, const struct place *places,
	       struct why *why);

/* why the first member that could not get ready for the load could not, NULL = all are; they all wait at a gate */
const char *crew_error(const struct crew *crew);

/* 1 when every member is through with the measured phase */
int crew_is_done(struct crew *crew);

/* joins the threads, which have ended or were told to; what they wrote stays until crew_free */
void crew_join(struct crew *crew);
void crew_free(struct crew *crew);

#endif
