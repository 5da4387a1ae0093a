/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * stamp.h -- the stamp that verify=stamp writes into every block, and its check. Pure functions.
 *
 * A block is an array of 64-bit words; if its size is no multiple of 8, the last word is cut short
 * and keeps its first bytes. Word i holds
 *
 *	(writer & 0x3ff) << 54 | (seq & 0x3ffffff) << 28 | (lba & 0xfffffff)	xor  key(tag, i)
 *
 * Each 8 bytes thus identify their writer, sequence, block, tag (a random number for each history
 * of a namespace) and place in the block. Words 1, 2 and 3 hold the full values instead: the lba,
 * the writer and sequence, the tag. A block is whole if all other words agree with these three.
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
	STAMP_WHOLE,  /* all words carry one stamp */
	STAMP_ZERO,   /* all bytes are zero */
	STAMP_TORN,   /* some words carry a stamp, others do not */
	STAMP_FOREIGN /* no stamp */
};

/* Fills the block with the stamp. size: bytes, at least STAMP_SIZE_MIN, here and below. */
void stamp_fill(void *block, size_t size, const struct stamp *stamp);

/*
 * Classifies a block. Before: stamp->tag is the expected tag, by which torn blocks are recognised.
 * After STAMP_WHOLE: *stamp is the block's stamp; its tag may be another one.
 */
enum stamp_found stamp_read(const void *block, size_t size, struct stamp *stamp);

/* Describes the content of a block in one line. tag: the expected one, as in stamp_read. */
void stamp_describe(const void *block, size_t size, uint64_t tag, char *text, size_t text_size);

/* Call before a read: if the read then stores nothing, stamp_read finds no whole stamp. */
void stamp_spoil(void *block, size_t size);

#endif
