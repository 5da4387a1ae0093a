/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * program.h -- the programs under test: a few ops on two or three blocks, each op with a lane and a thread. The oracle
 * says which values a block may hold after a power cut.
 *
 * The ops of a thread run in order, and so do the ops of a lane: the next thread gets the lane when the op is
 * done. All other ops interleave. Reads, or writes, of one thread that follow each other on different lanes may be one
 * call: a batch.
 *
 * Oracle. An op on a block is known when it has returned, or when a read that returned its value has returned.
 * It is gone when a known op of the same block began after it was known, or when a completed read of the block
 * began after it was known and returned another value. After a cut a block holds the value of an op that has begun
 * and is not gone: the last acknowledged value, or a later one in flight. A write never begins if a later one of the same
 * batch has its block.
 */
#ifndef TESTS_CRASH_PROGRAM_H
#define TESTS_CRASH_PROGRAM_H

#include <stdint.h>

#define PROGRAM_STEPS     8
#define PROGRAM_BLOCKS    3
#define PROGRAM_LANES     4
#define PROGRAM_WARM      3 /* lanes that START_WARM uses: lane i writes block i */
#define PROGRAM_THREADS   2
#define PROGRAM_OTHER_LBA 5u /* of the third block; shares a map line with the first one */

enum step_kind { STEP_READ, STEP_WRITE, STEP_ZERO, STEP_KINDS };

struct step {
	uint8_t kind, block, thread, lane;
	uint8_t joins; /* 1: one call with the step before */
};

/* nothing written; PROGRAM_WARM lanes have written once, or each lane that rotates all its free blocks */
enum start { START_FRESH, START_WARM, STARTS };

struct program {
	struct step steps[PROGRAM_STEPS];
	unsigned count;
	uint32_t lba[PROGRAM_BLOCKS];
	unsigned nblocks; /* the steps use the first ones */
	enum start start;
	unsigned lanes; /* the steps use lanes below this number, at most PROGRAM_LANES */
};

/* The number of the step after the call that begins with step `first`. */
unsigned program_call_end(const struct program *program, unsigned first);

#define OLD_VALUES 7u

/* A value is a small number. Every word of a block with value v is v; 0 is zeros. */
enum value {
	VALUE_ZERO = 0,
	VALUE_STEP = 1,                           /* + step: the value that its write stores */
	VALUE_WARM = VALUE_STEP + PROGRAM_STEPS,  /* + 0, 1 or 2: the two blocks, the other lba */
	VALUE_AGAIN = VALUE_WARM + PROGRAM_LANES, /* + lane: written after a recovery */
	VALUE_OLD =
		VALUE_AGAIN + PROGRAM_LANES, /* + lba % OLD_VALUES: on media before the layout */
	VALUES = VALUE_OLD + OLD_VALUES,
};
#define VALUE_TORN (-1)

void value_fill(void *block, uint32_t len, unsigned value);
int value_of(const void *block, uint32_t len);

/* Bits 0 to PROGRAM_STEPS - 1 are the steps; the bits after them are the first value of each block. */
struct oracle {
	const struct program *program;
	uint16_t begun, known, gone;
	uint16_t before[PROGRAM_STEPS]; /* known when the step began */
	uint16_t gone_before[PROGRAM_STEPS];
};

void oracle_start(struct oracle *o, const struct program *program);
void oracle_begin(struct oracle *o, unsigned step);
/* NULL, or the fault in the result of the step. `value` is the result of a read. */
const char *oracle_end(struct oracle *o, unsigned step, int value);
/* Bit v is set when the block may hold value v. */
uint32_t oracle_allowed(const struct oracle *o, unsigned block);
uint64_t oracle_hash(const struct oracle *o);

void program_print(const struct program *program);

/*
 * Calls `each` with all programs of exactly `count` ops. Programs that differ only in the names of threads, lanes
 * and blocks count once.
 */
void program_each(struct program *program, unsigned count, void (*each)(struct program *program));

/*
 * Calls `each` with programs of batches: two of two blocks at once; three blocks and another op; reads under a write and a
 * batch.
 */
void program_each_batch(struct program *program, void (*each)(struct program *program));
/* The same with all programs of one read, write or zero on lane 1, beside `writes` writes of a thread on lane 0. */
void program_each_beside_writes(struct program *program, unsigned writes,
				void (*each)(struct program *program));

/* Draws a program of `count` ops from *seed. */
void program_draw(struct program *program, unsigned count, uint64_t *seed);

#endif
