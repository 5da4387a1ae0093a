/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fuzz.h -- what fuzz targets share. A target takes any bytes, is a function of them alone, and aborts
 * when what it watches does not hold; libfuzzer.c feeds it new inputs, replay.c those that are kept.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef void fuzz_target(const uint8_t *input, size_t len);

fuzz_target fuzz_info;    /* an info block: decoding and judging it */
fuzz_target fuzz_image;   /* a damaged image: opening, using, checking, repairing it */
fuzz_target fuzz_overlay; /* calls to the namespace that a dry run changes, against plain memory */
fuzz_target fuzz_peer; /* a sound pool, used by turns by this library and the system's libpmemblk */

#define fuzz_require(holds)                                                                        \
	do {                                                                                       \
		if (!(holds)) {                                                                    \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #holds); \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* an input from front to back; behind its end there are zeros */
struct fuzz_cursor {
	const uint8_t *at, *end;
};

static inline uint64_t
fuzz_take(struct fuzz_cursor *c, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes && c->at < c->end; i++)
		value |= (uint64_t)*c->at++ << 8 * i;
	return value;
}

#endif
