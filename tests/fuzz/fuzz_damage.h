/* SPDX-License-Identifier: BSD-3-Clause */
/* fuzz_damage.h -- the records of an input of fuzz_image.c, and what those of them that are no calls do. */
#ifndef TESTS_FUZZ_FUZZ_DAMAGE_H
#define TESTS_FUZZ_FUZZ_DAMAGE_H

#include "image.h"

enum options { MAPPED = 1, READ_ONLY = 2, STRICT = 4, UNSEALED = 8 };

/* kinds from here on are calls */
#define FIRST_CALL 0xc0u

struct record {
	unsigned kind, choice, off;
	uint32_t value;
};

struct record damage_take(struct fuzz_cursor *c);

/* all records from `c` on that are no calls; then the info blocks' checksums, unless UNSEALED */
void damage(struct image *image, struct fuzz_cursor c, unsigned options);

#endif
