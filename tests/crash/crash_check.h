/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * crash_check.h -- is an image one that a power cut may leave? Opened by the library, and by a second reading
 * of the rules; then used, cut and opened again.
 */
#ifndef TESTS_CRASH_CRASH_CHECK_H
#define TESTS_CRASH_CRASH_CHECK_H

#include "btt.h"
#include "program.h"
#include "sample.h"
#include "seen.h"
#include "world.h"

#define CHECK_DEPTH 2 /* power cuts inside a recovery, one in another */

struct check {
	enum btt_commit commit;
	uint32_t lba[PROGRAM_BLOCKS];
	enum start start;
	struct sample *sample; /* NULL, or where images are kept for others to open */
	struct seen seen;
	uint64_t images;   /* built */
	uint64_t distinct; /* checked */
	uint64_t nested;   /* of these, cuts inside a recovery */
	uint64_t killed;   /* recoveries behind a killed process, without a power cut */
	uint64_t opened;   /* openings by the library, all told */
	/* while a recovery runs */
	struct world worlds[CHECK_DEPTH + 1], last;
	uint32_t allowed[PROGRAM_BLOCKS];
	unsigned depth;
	int is_mended; /* the recovery stored something */
	int is_killed; /* what is open was never cut: others' stores may be pending for good */
};

void check_init(struct check *c, enum model model);
void check_fini(struct check *c);

/* every image that a power cut may leave of `w`, where block i may hold the values of allowed[i] */
void check_cut(struct check *c, const struct world *w, const uint32_t allowed[PROGRAM_BLOCKS]);

/* the process of `w` is killed and memory stays as it is: opened, then cut like any other */
void check_kill(struct check *c, const struct world *w, const uint32_t allowed[PROGRAM_BLOCKS]);

struct btt *check_open(struct world *w, enum btt_commit commit);
/* closes without a store, a flush or a fence: as a killed process does */
void check_drop(struct world *w, struct btt *btt);

#endif
