/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * image.h -- sound images for damage. Each is made once, in a sparse file in memory. An input gets a private copy of
 * each page that it touches, so 512 GiB cost only the stored bytes.
 *
 * Every written block holds its own lba. Every other block of the data area holds its post-map number. A read may show
 * it only in the kernel's image, which has initial map entries.
 */
#ifndef TESTS_FUZZ_IMAGE_H
#define TESTS_FUZZ_IMAGE_H

#include <stdint.h>

#include "btt.h"
#include "fuzz.h"

#define IMAGE_KINDS  5u
#define IMAGE_ARENAS 2u
#define IMAGE_INFO   128u /* fuzzing damages these bytes of an info block */

enum image_door {
	IMAGE_CALLBACKS, /* nsread, nswrite and nszero alone */
	IMAGE_MAPPED,    /* one piece of memory */
};

/* offsets in an arena before the damage */
struct image_arena {
	uint64_t off, mapoff, flogoff, infooff; /* in the image */
	uint32_t external_nlba, internal_nlba, nfree;
	uint8_t info[IMAGE_INFO]; /* the same in both info blocks */
};

struct image {
	uint8_t *bytes; /* with inaccessible pages before and after */
	uint64_t size, start;
	unsigned narenas;
	struct image_arena arenas[IMAGE_ARENAS];
	const struct ns_callback *cb; /* their `ns` is the image */
	uint64_t stores;              /* number of calls that change data */
};

/* A fresh copy of one of IMAGE_KINDS. */
void image_open(struct image *image, unsigned kind, enum image_door door);
void image_close(struct image *image);

/* Corrects the checksum of the info block at this byte of the image. */
void image_seal(struct image *image, uint64_t off);

#endif
