/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * repair_arena.h -- shared by the steps of btt_repair: the arena in work. It is open for reading,
 * and the steps change its media directly, in the order that repair.c gives.
 */
#ifndef BTT_REPAIR_ARENA_H
#define BTT_REPAIR_ARENA_H

#include "arena.h"
#include "btt.h"

/* A pre-map block that keeps its post-map block if that has several owners. */
struct repair_keep {
	unsigned arena;
	uint32_t premap, postmap;
};

struct repair {
	struct btt *btt;
	struct arena *arena;
	struct persist_lane *lane;
	uint64_t first_lba;       /* of the arena, in the namespace */
	struct repair_keep *keep; /* sorted by arena and postmap */
	size_t nkeep;
	uint64_t *errors; /* for each arena: errors that a check found, without the error flag */
	void (*step)(void *arg, enum btt_repair_outcome outcome, const struct btt_finding *at);
	void *arg;
};

/* Reports a step taken, or a fault left, to the caller. Fills arena, lba and text of `at`. */
void repair_report(const struct repair *r, enum btt_repair_outcome outcome, struct btt_finding at,
		   const char *format, ...) __attribute__((format(printf, 4, 5)));

static inline struct btt_finding
repair_place(const char *field, int64_t lane, int64_t premap, int64_t postmap)
{
	return (struct btt_finding){.severity = BTT_ERROR,
				    .field = field,
				    .lane = lane,
				    .premap = premap,
				    .postmap = postmap};
}

/*
 * Loads the arena again from media, for reading; its error flag alone is no damage. 0 or -1/errno.
 */
int repair_load(struct repair *r);

/* Stores arena.info as the info block at `off` of the arena, durably. 0 or -1/errno. */
int repair_store_info(const struct repair *r, uint64_t off);

/* Stores both info blocks with these flags, the backup first. Durable. 0 or -1/errno. */
int repair_store_flags(struct repair *r, uint32_t flags);

#endif
