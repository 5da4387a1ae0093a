/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * oracle.h -- may this read return this value? Yes, if the value was the last acknowledged one, or in flight, at
 * some moment of the read. A value that a read has returned counts as acknowledged from then on.
 *
 * Each thread numbers its changes 1, 2, 3 … It announces the begin of a change, and its effect after it. When a change
 * begins, it notes all earlier changes of its block that have taken effect: it overwrites them. The change stores this
 * knowledge in the block, so each reader gets it too. A read is stale when it returns a value that it knew to be
 * overwritten before it began.
 *
 * Threads share this knowledge through plain loads and stores of words with one writer each. So the oracle adds no
 * fence that could replace one of the library's, and its order is the processor's (x86), not a clock's.
 */
#ifndef TESTS_STRESS_ORACLE_H
#define TESTS_STRESS_ORACLE_H

#include <stdatomic.h>
#include <stdint.h>

#define ORACLE_THREADS 4u
#define ORACLE_BLOCKS  8u
#define ORACLE_BYTES   4096u /* largest block; a multiple of 64 */

enum oracle_kind { ORACLE_DATA, ORACLE_ZERO, ORACLE_ERROR, ORACLE_KINDS };

/* One thread's knowledge of one block: numbers of changes, by the thread that made them. */
struct oracle_word {
	_Alignas(64) _Atomic uint64_t begun[ORACLE_KINDS]; /* its last of each kind */
	_Atomic uint64_t effective[ORACLE_THREADS];        /* it knows of this change */
	_Atomic uint64_t overwritten[ORACLE_THREADS];      /* this and all before are gone */
};

struct oracle {
	uint8_t first; /* every byte of a block that was never changed */
	struct oracle_word word[ORACLE_BLOCKS][ORACLE_THREADS];
};

/* Change number `count` of thread `who`. */
struct oracle_change {
	unsigned block, who;
	enum oracle_kind kind;
	uint64_t count;
	uint64_t base[ORACLE_THREADS]; /* changes that had taken effect before it began */
};

/* Call before the change; for ORACLE_DATA fills `buf` with the block to write. */
void oracle_begin(struct oracle *o, struct oracle_change *change, void *buf, uint32_t len);
/* Call after the change. */
void oracle_end(struct oracle *o, const struct oracle_change *change);

struct oracle_read {
	unsigned block, who;
	uint64_t gone[ORACLE_THREADS]; /* overwritten before the read began */
	int is_untouched;              /* no change had taken effect yet */
};

void oracle_before_read(const struct oracle *o, struct oracle_read *read);

/* buf: the result of the read, NULL = EIO. Returns NULL, or why the read can't return it. */
const char *oracle_check(struct oracle *o, const struct oracle_read *read, const void *buf,
			 uint32_t len);

#endif
