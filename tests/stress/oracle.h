/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * oracle.h -- may this read have returned that? It may when the value was the last acknowledged one, or in
 * flight, at some moment of the read; and what a read has returned counts as acknowledged from then on.
 *
 * Each thread numbers its changes, 1, 2, 3 …, and says before one that it has begun and after one that it has
 * taken effect. A change knows what had taken effect on its block when it began: all that is overwritten
 * once the change has taken effect itself. It carries this knowledge in the block, so that whoever reads
 * it has it too. A read that returns what it knew to be overwritten before it began is stale.
 *
 * Who is told what goes through plain loads and stores of words that one thread writes: the oracle adds no
 * fence that could stand in for one of the library's, and its order is the processor's (x86), not a clock's.
 */
#ifndef TESTS_STRESS_ORACLE_H
#define TESTS_STRESS_ORACLE_H

#include <stdatomic.h>
#include <stdint.h>

#define ORACLE_THREADS 4u
#define ORACLE_BLOCKS  8u
#define ORACLE_BYTES   4096u /* of a block, at most; a multiple of 64 */

enum oracle_kind { ORACLE_DATA, ORACLE_ZERO, ORACLE_ERROR, ORACLE_KINDS };

/* what one thread says of one block; numbers of changes, by the thread that made them */
struct oracle_word {
	_Alignas(64) _Atomic uint64_t begun[ORACLE_KINDS]; /* its last one of each kind */
	_Atomic uint64_t effective[ORACLE_THREADS];        /* it knows of this one */
	_Atomic uint64_t overwritten[ORACLE_THREADS]; /* and that this and all before are gone */
};

struct oracle {
	struct oracle_word word[ORACLE_BLOCKS][ORACLE_THREADS];
};

/* a change that thread `who` makes: number `count` of it */
struct oracle_change {
	unsigned block, who;
	enum oracle_kind kind;
	uint64_t count;
	uint64_t base[ORACLE_THREADS]; /* what had taken effect before it began */
};

/* before it; for ORACLE_DATA the block to be written goes to `buf` */
void oracle_begin(struct oracle *o, struct oracle_change *change, void *buf, uint32_t len);
/* after it */
void oracle_end(struct oracle *o, const struct oracle_change *change);

struct oracle_read {
	unsigned block, who;
	uint64_t gone[ORACLE_THREADS]; /* overwritten before the read began */
	int is_untouched;              /* nothing had taken effect yet */
};

void oracle_before_read(const struct oracle *o, struct oracle_read *read);

/* buf: what was read, NULL = EIO. NULL, or why it can't have been */
const char *oracle_check(struct oracle *o, const struct oracle_read *read, const void *buf,
			 uint32_t len);

#endif
