/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tiny.h -- the smallest layout that opens: 20 blocks of 64 bytes and 3 free ones in an arena of
 * 16 MiB, whose unused middle does not exist.
 */
#ifndef TESTS_CRASH_TINY_H
#define TESTS_CRASH_TINY_H

#include "world.h"

#define TINY_LBASIZE 64u
#define TINY_NLBA    20u /* entries of two map lines */
#define TINY_NFREE   3u
#define TINY_DATA    4096u
#define TINY_MAP     8192u
#define TINY_FLOG    12288u
#define TINY_LOW     16384u /* the backup comes next in an image */
#define TINY_SIZE    (16ull << 20)
#define TINY_BACKUP  (TINY_SIZE - 4096)

extern const struct shape tiny_shape;

/* from here on the layout is of flavour pmdk, and its parent is this pool; without it of flavour uefi */
void tiny_use_pool(const uint8_t uuid[16]);

/* a fresh layout, written with the library's own encoder */
void tiny_make(uint8_t *image);

/*
 * What recovery must make of an image, by the rules that the kernel goes by, from the format's
 * description alone: no code of the library. NULL and the value of each block of `lba`, or what is
 * wrong.
 */
const char *tiny_replay(const uint8_t *image, const uint32_t *lba, unsigned nlba, int *values);

#endif
