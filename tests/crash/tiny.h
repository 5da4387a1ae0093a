/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tiny.h -- the smallest layout that opens: 20 blocks of 64 bytes and a few free blocks in an arena of 16 MiB. The unused
 * bytes in the middle do not exist.
 */
#ifndef TESTS_CRASH_TINY_H
#define TESTS_CRASH_TINY_H

#include "world.h"

#define TINY_LBASIZE 64u
#define TINY_NLBA    20u /* entries in two map lines */
#define TINY_NFREE   4u  /* until tiny_use_nfree */
#define TINY_MOST    6u  /* free blocks */
#define TINY_DATA    4096u
#define TINY_MAP     8192u
#define TINY_FLOG    12288u
#define TINY_LOW     16384u /* in an image the backup follows here */
#define TINY_SIZE    (16ull << 20)
#define TINY_BACKUP  (TINY_SIZE - 4096)

extern const struct shape tiny_shape;

/* From now on layouts have so many free blocks, at most TINY_MOST. */
void tiny_use_nfree(uint32_t nfree);
uint32_t tiny_nfree(void);

/* From now on layouts have flavour pmdk and this pool as their parent; before, flavour uefi. */
void tiny_use_pool(const uint8_t uuid[16]);

/* Makes a fresh layout with the library's own encoder, over old data. */
void tiny_make(uint8_t *image);

/*
 * The value of a block of a fresh layout. Its map entries are initial: in flavour uefi a block shows its old data, in
 * flavour pmdk zeros.
 */
unsigned tiny_first_value(uint32_t lba);

/*
 * Recovers an image by the kernel's rules, from the description of the format, without code of the library.
 * Returns NULL and the value of each block in `lba`, or the fault.
 */
const char *tiny_replay(const uint8_t *image, const uint32_t *lba, unsigned nlba, int *values);

#endif
