/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sample.h -- images of power cuts for somebody else to open: each a PMEMBLK pool, header and all, in a folder, with
 * what its blocks may hold in the file `allowed`; and the judgement on what that somebody has read.
 *
 *	DIR/NUMBER.pool		the pool
 *	DIR/NUMBER.read		blocks 0 to TINY_NLBA - 1, one after the other, as they were read from it
 */
#ifndef TESTS_CRASH_SAMPLE_H
#define TESTS_CRASH_SAMPLE_H

#include <stdint.h>

struct check;
struct sample;

/* takes the header of `pool`, of which the layouts explored from here on are; at most `most` images */
struct sample *sample_begin(const char *pool, const char *dir, unsigned most);

/* keeps one image in a few: as many that recovery stores into as others, and as many of either commit order */
void sample_take(struct sample *s, const struct check *c, const uint8_t *image, uint64_t hash);

void sample_end(struct sample *s);

/* every image of the folder has been read, and holds what it may; else world_fail */
void sample_check(const char *dir);

#endif
