/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * blockstate.h -- the values that each block may hold: one 64-bit word per block, shared by all
 * workers, without a lock.
 *
 * Two overlapping writes of one block may end in either order, and only the layer below knows that
 * order. The sequence number therefore counts generations of writes, not writes: all members of a
 * generation enter before any of them is acknowledged. Hence
 *
 *	G1 The members of one generation overlap each other: the value of any member may be the last.
 *	G2 Every member of generation g enters after some member of g - 1 was acknowledged or read, and
 *	   after all members of g - 1 have left. Once a member of g is acknowledged or read, every value
 *	   of g - 1 is stale.
 *
 * The check "floor <= seq <= started" is therefore exact: it accepts every legal value, and it
 * rejects every value that a later write must have replaced.
 *
 * A generation is sealed once one of its members is acknowledged or read. If all members fail, it
 * is sealed with the content unknown. A writer that finds a sealed generation with members at work
 * waits until they have left, then starts the next generation. A writer that finds a generation not
 * sealed joins it: any two of its writes may still overlap in the layer below.
 *
 * A zeroed block carries no sequence number. The word therefore stores the age of the last
 * generation that had a zero.
 *
 *	bits 63..24  seq: the generation that started last
 *	bits 23..12  members of this generation at work
 *	bits 11..2   age of the last zero: seq minus its generation; ZERO_AGE_MAX: that or more
 *	bit  1       unknown: the content before this generation is not known
 *	bit  0       sealed: floor is seq; else floor is seq - 1
 *
 * Memory order. A writer enters with a read-modify-write (acq_rel) before the engine stores
 * anything, and leaves with another one (acq_rel) after the engine has returned. A reader loads the
 * word (acquire) before the engine loads anything, and again, behind an acquire fence, after the
 * engine has returned.
 *   - Floor. The first load sees a seal of g. It synchronises with the member that sealed g when it
 *     left: its store of the value happens before this read. Or it synchronises with a reader that
 *     had seen the value: the load of that reader happens before this reader's load. Coherence then
 *     forbids an older value from a correct layer.
 *   - Started. If a read returns a value of g, that value was stored after its writer entered g.
 *     The engine's own release and acquire (the BTT's map entry; on x86 every store and load) carry
 *     this order over, so the second load can't miss that the writer entered.
 *
 * The words may lie in a file that is mapped shared. Every store is then in the page cache, and a
 * process that is killed at any moment leaves correct words. Nothing is flushed: a power cut may
 * lose them.
 */
#ifndef BENCH_BLOCKSTATE_H
#define BENCH_BLOCKSTATE_H

#include <stdatomic.h>
#include <stdint.h>

#define BLOCKSTATE_MEMBERS_MAX 4095u

enum blockstate_start {
	BLOCKSTATE_ZERO,    /* generation 0 is zeros */
	BLOCKSTATE_UNKNOWN, /* the content is not known */
};

typedef _Atomic uint64_t blockstate;

/* The values that a read may return: blockstate_look fills one part, blockstate_close the other. */
struct blockstate_view {
	uint64_t before;         /* the word before the read */
	uint64_t floor, started; /* legal: floor <= seq <= started */
	int unknown;             /* 1: unknown content is legal too, floor does not apply */
	int zero;                /* 1: zeros are legal */
};

/* Sets generation 0, sealed, without members. */
void blockstate_init(blockstate *b, enum blockstate_start start);

/*
 * Call before a write; is_zero: the write stores zeros. Joins the open generation, or waits for the
 * members of a sealed one and starts the next. Returns the number of the generation. A block may
 * have at most BLOCKSTATE_MEMBERS_MAX writers at a time.
 */
uint64_t blockstate_enter(blockstate *b, int is_zero);

/* Call after the write. err 0: acknowledged; else the value may or may not have been stored. */
void blockstate_leave(blockstate *b, int err);

/* Call before a read. */
struct blockstate_view blockstate_look(const blockstate *b);

/* Call after the read: completes the view. */
void blockstate_close(const blockstate *b, struct blockstate_view *v);

/* Call when a read returned a value of generation `seq`: seals it, so older values are stale. */
void blockstate_saw(blockstate *b, uint64_t seq);

/* Call when a read returned zeros and the view v allows them. */
void blockstate_saw_zero(blockstate *b, const struct blockstate_view *v);

/*
 * Removes the members of a process that was killed; each of their values may or may not have been
 * stored. No other thread may use the word.
 */
void blockstate_bury(blockstate *b);

#endif
