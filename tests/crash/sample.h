/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sample.h -- keeps images of power cuts for other programs. Each image is a complete PMEMBLK pool in a folder; the
 * file `allowed` lists the allowed values of its blocks. sample_check() checks the blocks that another program read.
 *
 *	DIR/NUMBER.pool		the pool
 *	DIR/NUMBER.read		blocks 0 to TINY_NLBA - 1 in order, as the other program read them
 */
#ifndef TESTS_CRASH_SAMPLE_H
#define TESTS_CRASH_SAMPLE_H

#include <stdint.h>

struct check;
struct sample;

/* All layouts explored from now on use the header of `pool`. Keeps up to `most` images. */
struct sample *sample_begin(const char *pool, const char *dir, unsigned most);

/* Keeps a few of the images: half of them changed by recovery, and half of each commit order. */
void sample_take(struct sample *s, const struct check *c, const uint8_t *image, uint64_t hash);

void sample_end(struct sample *s);

/* Every image in the folder was read and holds allowed values; else world_fail. */
void sample_check(const char *dir);

#endif
