/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * image.h -- sound images to be damaged. Each is made once, in a sparse file in memory; an input gets a
 * private copy of its pages as it touches them, so that 512 GiB cost no more than what is stored.
 *
 * Every block of the data areas that was written holds its own lba, and every other one its post-map
 * number, where reading it would show it.
 */
#ifndef TESTS_FUZZ_IMAGE_H
#define TESTS_FUZZ_IMAGE_H

#include <stdint.h>

#include "btt.h"
#include "fuzz.h"

#define IMAGE_KINDS  5u
#define IMAGE_ARENAS 2u
#define IMAGE_INFO   128u /* bytes of an info block that are damaged */

enum image_door {
	IMAGE_CALLBACKS, /* five callbacks, nsmap a page at a time */
	IMAGE_MAPPED,    /* one piece of memory */
};

/* where things are in an arena before it is damaged */
struct image_arena {
	uint64_t off, mapoff, flogoff, infooff; /* in the image */
	uint32_t external_nlba, internal_nlba, nfree;
	uint8_t info[IMAGE_INFO]; /* of both info blocks */
};

struct image {
	uint8_t *bytes; /* with pages before and behind it that can't be touched */
	uint64_t size, start;
	unsigned narenas;
	struct image_arena arenas[IMAGE_ARENAS];
	const struct ns_callback *cb; /* with the image as its `ns` */
	uint64_t stores;              /* calls that were to change something */
};

/* a fresh copy of one of IMAGE_KINDS */
void image_open(struct image *image, unsigned kind, enum image_door door);
void image_close(struct image *image);

/* makes the checksum of the info block at this byte of the image good */
void image_seal(struct image *image, uint64_t off);

#endif
