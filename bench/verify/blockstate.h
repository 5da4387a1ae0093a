/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * blockstate.h -- what each block may hold: one 64-bit word a block, shared by all workers, no lock.
 *
 * Two writes of one block that overlap may end in either order, and only the layer below knows which
 * it was. So the sequence number counts not writes but generations of them: all members of a
 * generation enter before any of them is acknowledged. Hence
 *
 *	G1 members of one generation overlap each other: any of their values may be the last one.
 *	G2 every member of generation g enters after some member of g - 1 was acknowledged or read, and
 *	   after all of them have left: once one of g is acknowledged or read, a value of g - 1 is stale.
 *
 * so that "floor <= seq <= started" is exact: nothing legal is denied, and a value that a later write
 * must have replaced is never let through. A writer that finds the generation of its block sealed (a
 * member was acknowledged or read) while members are still at work waits for these to leave, and starts
 * the next one. Before the seal it joins: any two writes may still meet in the layer below.
 *
 * A zero is a write whose value carries no sequence; the word knows the last generation that had one.
 *
 *	bits 63..24  seq: the generation that was started last
 *	bits 23..12  members of it at work
 *	bits 11..2   age of the last zero: seq less its generation; ZERO_AGE_MAX: that or more
 *	bit  1       unknown: what the block held before this generation can't be told
 *	bit  0       sealed: floor is seq, not seq - 1
 *
 * Memory order. A writer enters by a read-modify-write (acq_rel) before the engine stores anything,
 * and leaves by one (acq_rel) after the engine has returned. A reader loads the word (acquire) before
 * the engine loads anything, and again behind an acquire fence after it.
 *   - Floor. The first load sees a seal of g: it synchronises with the leaving member, whose store of
 *     the value happens before this read; or with a reader that had seen the value, whose load happens
 *     before this one's. Coherence then forbids an older value from a layer that is right.
 *   - Started. A value of g that is seen was stored after its writer entered g; the engine's own release
 *     and acquire (the BTT's map entry; on x86 every store and load) carry that over, and the second load
 *     can't miss it.
 * The words may lie in a file mapped shared: what was stored is in the page cache when the process is
 * killed at any moment. A power cut is another matter: nothing is flushed.
 */
#ifndef BENCH_BLOCKSTATE_H
#define BENCH_BLOCKSTATE_H

#include <stdatomic.h>
#include <stdint.h>

#define BLOCKSTATE_MEMBERS_MAX 4095u

enum blockstate_start {
	BLOCKSTATE_ZERO,    /* generation 0 is zeros */
	BLOCKSTATE_UNKNOWN, /* nobody knows what it holds */
};

typedef _Atomic uint64_t blockstate;

/* what a block may hold: filled by blockstate_look, then, after a read, by blockstate_close */
struct blockstate_view {
	uint64_t before; /* the word */
	uint64_t floor, started;
	int unknown; /* anything may be there */
	int zero;    /* zeros may be there */
};

void blockstate_init(blockstate *b, enum blockstate_start start);

/* joins or starts a generation; returns its number */
uint64_t blockstate_enter(blockstate *b, int is_zero);

/* err: 0 = acknowledged, else it is not known whether the value is there */
void blockstate_leave(blockstate *b, int err);

/* before the read */
struct blockstate_view blockstate_look(const blockstate *b);

/* after it: completes the view */
void blockstate_close(const blockstate *b, struct blockstate_view *v);

/* a read returned this generation's value: no older one may follow */
void blockstate_saw(blockstate *b, uint64_t seq);

/* a read returned zeros, which v allows */
void blockstate_saw_zero(blockstate *b, const struct blockstate_view *v);

/* members that were at work when their process was killed have left, nobody knows how */
void blockstate_bury(blockstate *b);

#endif
