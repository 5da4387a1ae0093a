/* SPDX-License-Identifier: BSD-3-Clause */
/* world_impl.h -- shared by the parts of the model: pieces and words. */
#ifndef TESTS_CRASH_WORLD_IMPL_H
#define TESTS_CRASH_WORLD_IMPL_H

#include "world.h"

#define WORD 8u
#define LINE 64u

static inline int
world_is_bulk(const struct piece *p)
{
	return p->len > WORD;
}

static inline int
world_do_overlap(const struct piece *p, const struct piece *q)
{
	return p->at < q->at + q->len && q->at < p->at + p->len;
}

/* Stores the bytes in `mask` and updates the hash of the image. */
void world_put_word(uint8_t *image, uint64_t *hash, size_t word, const uint8_t bytes[WORD],
		    uint8_t mask);

#endif
