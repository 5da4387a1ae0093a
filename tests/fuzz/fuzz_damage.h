/* SPDX-License-Identifier: BSD-3-Clause */
/* fuzz_damage.h -- the records of an input of fuzz_image.c, and the damage that some of them do. */
#ifndef TESTS_FUZZ_FUZZ_DAMAGE_H
#define TESTS_FUZZ_FUZZ_DAMAGE_H

#include "image.h"

enum options { MAPPED = 1, READ_ONLY = 2, STRICT = 4, UNSEALED = 8 };

/* records with this kind or a higher one are calls */
#define FIRST_CALL 0xc0u

struct record {
	unsigned kind, choice, off;
	uint32_t value;
};

struct record damage_take(struct fuzz_cursor *c);

/* Applies all damage records from `c` on; then seals the info blocks, unless UNSEALED. */
void damage(struct image *image, struct fuzz_cursor c, unsigned options);

#endif
