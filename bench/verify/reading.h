/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * reading.h -- checks one block that verify=stamp has read.
 *
 * The state of the block (blockstate.h) gives the values that it may hold. Without a state only the
 * stamp itself is checked. All findings are counted, and the first RESULT_FINDINGS_MAX are kept
 * with the expected and the found content. verify.h explains the kinds.
 *
 * Threads: only the thread that owns `into` checks a reading.
 */
#ifndef BENCH_READING_H
#define BENCH_READING_H

#include "result/result.h"
#include "blockstate.h"
#include "engine/engine.h"

/* The findings of one lane. */
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
	void *block; /* the bytes read, one block */
	struct blockstate_view view;
	uint64_t tag;     /* of the expected stamps */
	int is_stateless; /* 1: `state` is not valid */
	int in_sweep;     /* 1: read by the sweep, 0: by the load */
};

/* Checks the block against its state. The view must be closed (blockstate_close). */
void reading_check(const struct reading *r);

/* Checks without a state: zeros or one whole stamp of this lba, of any history. */
void reading_check_stamp(const struct reading *r);

/*
 * Counts an unreadable block with known content: that content is lost. err: the errno;
 * btt_errormsg() has the details.
 */
void reading_note_unreadable(const struct reading *r, int err);

#endif
