/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * crash_check.h -- checks that an image is a legal result of a power cut. The library opens it, and so does an
 * independent implementation of the recovery rules (crash_replay.c); then the image is used, cut and opened again.
 */
#ifndef TESTS_CRASH_CRASH_CHECK_H
#define TESTS_CRASH_CRASH_CHECK_H

#include "btt.h"
#include "program.h"
#include "sample.h"
#include "seen.h"
#include "world.h"

#define CHECK_DEPTH 2 /* a recovery may be cut, and the recovery after it once more */

struct check {
	enum btt_commit commit;
	unsigned lanes, rotate;
	uint32_t lba[PROGRAM_BLOCKS];
	struct sample *sample; /* NULL, or keeps images for other programs to open */
	struct seen seen;
	uint64_t images;   /* built */
	uint64_t distinct; /* checked */
	uint64_t nested;   /* of these, cuts inside a recovery */
	uint64_t killed;   /* recoveries after a killed process, without a power cut */
	uint64_t opened;   /* all openings by the library */
	/* used while a recovery runs */
	struct world worlds[CHECK_DEPTH + 1], last;
	uint32_t allowed[PROGRAM_BLOCKS];
	unsigned depth;
	int is_mended; /* the recovery stored something */
	int is_killed; /* the open layout was never cut: stores of other threads may stay pending */
};

void check_init(struct check *c, enum model model);
void check_fini(struct check *c);

/* Checks every image that a power cut of `w` may leave. allowed[i] is the mask of values of block i. */
void check_cut(struct check *c, const struct world *w, const uint32_t allowed[PROGRAM_BLOCKS]);

/* The process of `w` is killed and memory stays as it is. Opens it, then cuts it like any other image. */
void check_kill(struct check *c, const struct world *w, const uint32_t allowed[PROGRAM_BLOCKS]);

/* With commit, lanes and rotate of `c`. */
struct btt *check_open(struct world *w, const struct check *c);
/* Closes without a store, a flush or a fence, like a killed process. */
void check_drop(struct world *w, struct btt *btt);

#endif
