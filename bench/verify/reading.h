/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * reading.h -- one block that verify=stamp has read, judged: by what its state says that it may hold, or,
 * where nothing is known but that all was stamped, by its stamp alone. What is wrong with it is counted, and
 * the first findings are kept with what was expected and what was found. See verify.h for their kinds.
 *
 * Threads: a reading is judged by the one that owns its `into`.
 */
#ifndef BENCH_READING_H
#define BENCH_READING_H

#include "result/result.h"
#include "blockstate.h"
#include "engine/engine.h"

/* all that one lane has found */
struct findings {
	uint64_t counts[RESULT_FINDING_KINDS];
	struct result_finding first[RESULT_FINDINGS_MAX];
	unsigned nfirst;
};

struct reading {
	const struct engine_lane *lane;
	struct findings *into;
	blockstate *state; /* of the block */
	uint64_t lba;
	void *block;
	struct blockstate_view view;
	uint64_t tag;     /* of the history whose stamps are expected */
	int is_stateless; /* 1: `state` says nothing */
	int in_sweep;
};

/* by its state; the view is closed */
void reading_check(const struct reading *r);

/* by its stamp alone */
void reading_check_stamp(const struct reading *r);

/* a block that can't be read was not kept, unless nobody knows what it was; btt_errormsg() says more */
void reading_note_unreadable(const struct reading *r, int err);

#endif
