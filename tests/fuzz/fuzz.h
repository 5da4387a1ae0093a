/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fuzz.h -- shared by the fuzz targets. A target takes any bytes and depends on nothing else. It aborts when a
 * required property does not hold. libfuzzer.c feeds new inputs, replay.c the kept ones.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef void fuzz_target(const uint8_t *input, size_t len);

fuzz_target fuzz_info;    /* decodes and checks an info block */
fuzz_target fuzz_image;   /* opens, uses, checks and repairs a damaged image */
fuzz_target fuzz_overlay; /* compares the namespace of a dry run with plain memory */
fuzz_target fuzz_peer;    /* this library and the system's libpmemblk use a sound pool by turns */

#define fuzz_require(holds)                                                                        \
	do {                                                                                       \
		if (!(holds)) {                                                                    \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #holds); \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* Reads an input from front to back; after its end it returns zeros. */
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
