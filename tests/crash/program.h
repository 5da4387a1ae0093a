/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * program.h -- what is run: a few ops on two blocks, each with a lane and a thread; and the oracle,
 * which says what each block may hold after a power cut.
 *
 * Ops of one thread run in their order, and so do ops of one lane: a lane is handed from thread to
 * thread when its op is done. All else is interleaved.
 *
 * Oracle. An op on a block is known when it has returned, or when a read that returned its value has.
 * It is gone when a known op of that block began after it was known, or a completed read of that
 * block that began after it was known returned something else. What is begun and not gone may be
 * found: the last acknowledged value, or a later one in flight.
 */
#ifndef TESTS_CRASH_PROGRAM_H
#define TESTS_CRASH_PROGRAM_H

#include <stdint.h>

#define PROGRAM_STEPS   8
#define PROGRAM_BLOCKS  2
#define PROGRAM_LANES   3
#define PROGRAM_THREADS 2
#define PROGRAM_OTHER_LBA \
	5u /* written by the last lane of START_WARM; shares a map line with block 0 */

enum step_kind { STEP_READ, STEP_WRITE, STEP_ZERO, STEP_KINDS };

struct step {
	uint8_t kind, block, thread, lane;
};

enum start { START_FRESH, START_WARM, STARTS };

struct program {
	struct step steps[PROGRAM_STEPS];
	unsigned count;
	uint32_t lba[PROGRAM_BLOCKS];
	enum start start; /* nothing written, or each lane has written once */
};

/* a value is a small number; a block of value v holds it in every word, 0 is zeros */
enum value {
	VALUE_ZERO = 0,
	VALUE_STEP = 1,                           /* + step: what its write stores */
	VALUE_WARM = VALUE_STEP + PROGRAM_STEPS,  /* + lane */
	VALUE_AGAIN = VALUE_WARM + PROGRAM_LANES, /* + lane: written after a recovery */
	VALUES = VALUE_AGAIN + PROGRAM_LANES,
};
#define VALUE_TORN (-1)

void value_fill(void *block, uint32_t len, unsigned value);
int value_of(const void *block, uint32_t len);

/* bits: 0 to PROGRAM_STEPS - 1 the steps, behind them each block's first value */
struct oracle {
	const struct program *program;
	uint16_t begun, known, gone;
	uint16_t before[PROGRAM_STEPS]; /* known when the step began */
	uint16_t gone_before[PROGRAM_STEPS];
};

void oracle_start(struct oracle *o, const struct program *program);
void oracle_begin(struct oracle *o, unsigned step);
/* NULL, or what is wrong with what the step returned; value: of a read */
const char *oracle_end(struct oracle *o, unsigned step, int value);
/* bit v: the block may hold value v */
uint32_t oracle_allowed(const struct oracle *o, unsigned block);
uint64_t oracle_hash(const struct oracle *o);

void program_print(const struct program *program);

/*
 * Calls `each` with all programs of exactly `count` ops, one for each set that differs only in the names
 * of threads, lanes and blocks.
 */
void program_each(struct program *program, unsigned count, void (*each)(struct program *program));

/* a program of `count` ops drawn from *seed */
void program_draw(struct program *program, unsigned count, uint64_t *seed);

#endif
