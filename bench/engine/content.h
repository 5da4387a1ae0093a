/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * content.h -- names the data on a target, for every command that would overwrite it.
 *
 * Recognised: a BTT at any of its usual starts, good or damaged, or with both info blocks lost; PMDK pools and
 * parts of pool sets; everything libblkid knows (file systems, RAID members, swap, partition tables). Other data
 * are seen when the first or the last MiB is not zero.
 */
#ifndef BENCH_CONTENT_H
#define BENCH_CONTENT_H

#include "target.h"

enum content_kind {
	CONTENT_NONE,
	CONTENT_BTT,
	CONTENT_BTT_REMAINS, /* a log and no info block */
	CONTENT_BLK_POOL,    /* a PMEMBLK pool in one file; its BTT may not be written yet */
	CONTENT_POOL,        /* another PMDK pool, or a part of a pool set */
	CONTENT_SIGNATURE,   /* known to libblkid */
	CONTENT_UNKNOWN,     /* data without a known signature */
};

#define CONTENT_NAME_MAX 96

struct content {
	enum content_kind kind;
	int has_btt; /* CONTENT_BLK_POOL: 1 when its BTT is written */
	char name
		[CONTENT_NAME_MAX]; /* with its article: "a BTT", "an ext4 filesystem"; "" for NONE */
};

/* Returns 0, or -1/errno when the target can't be read. Plain memory (dram:) has CONTENT_NONE. */
int content_find(const struct target *target, struct content *content);

/*
 * The hint behind the message that a target holds no usable BTT: " (lay one out with 'bttbench format')" for a
 * target without data, else the name of the data, and for a pool the way that keeps it. Never a way that loses
 * data.
 */
struct content_hint {
	char text[256];
};
struct content_hint content_hint(const struct target *target);

#endif
