/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * stamp.h -- what verify=stamp writes into a block, and what a block that was read turns out to be.
 *
 * A block is a row of 64-bit words; a last one that is cut short keeps its first bytes. Word i holds
 *
 *	(writer & 0x3ff) << 54 | (seq & 0x3ffffff) << 28 | (lba & 0xfffffff)	xor  key(tag, i)
 *
 * so that each 8 bytes say who wrote them, at which sequence, for which block, of which tag (one
 * drawn for each history of a namespace) and at which place of the block. Words 1, 2 and 3 hold the same
 * in full instead: the lba, writer and sequence, the tag. A block is whole when all its other words
 * agree with these three. Pure functions.
 */
#ifndef BENCH_STAMP_H
#define BENCH_STAMP_H

#include <stddef.h>
#include <stdint.h>

#define STAMP_SIZE_MIN   512u
#define STAMP_SEQ_MAX    ((UINT64_C(1) << 40) - 1)
#define STAMP_WRITER_MAX 65535u

struct stamp {
	uint64_t tag, lba, seq;
	unsigned writer;
};

enum stamp_found {
	STAMP_WHOLE,  /* one stamp, from end to end */
	STAMP_ZERO,   /* zeros from end to end */
	STAMP_TORN,   /* words of a stamp and others */
	STAMP_FOREIGN /* nothing of a stamp */
};

/* size: at least STAMP_SIZE_MIN */
void stamp_fill(void *block, size_t size, const struct stamp *stamp);

/* what the block holds; *stamp is its own when it is whole */
enum stamp_found stamp_read(const void *block, size_t size, struct stamp *stamp);

/* a block that was told to be whole, torn, ... by stamp_read, in words: one line in `text` */
void stamp_describe(const void *block, size_t size, uint64_t tag, char *text, size_t text_size);

/* makes sure that a block which nothing is read into afterwards is not taken for a whole one */
void stamp_spoil(void *block, size_t size);

#endif
