/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * repair_arena.h -- what the parts of btt_repair share: one arena at a time, opened read-only, whose media they
 * change; repair.c says in which order.
 */
#ifndef BTT_REPAIR_ARENA_H
#define BTT_REPAIR_ARENA_H

#include "arena.h"
#include "btt.h"

/* a block that keeps its place where that has several owners */
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
	uint64_t *errors; /* by arena: what a check has found left, the error flag apart */
	void (*step)(void *arg, enum btt_repair_outcome outcome, const struct btt_finding *at);
	void *arg;
};

/* tells the caller of something done, or left, in the arena; where->text and ->lba are made here */
void repair_say(const struct repair *r, enum btt_repair_outcome outcome, struct btt_finding where,
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

/* the arena as it is on media now, for reading, its error flag no reason of damage; 0 or -1/errno */
int repair_load(struct repair *r);

/* the info block at `off` of the arena, as arena.info says, and durable; 0 or -1/errno */
int repair_store_info(const struct repair *r, uint64_t off);

/* both info blocks with these flags, the backup durable before the primary is touched; 0 or -1/errno */
int repair_store_flags(struct repair *r, uint32_t flags);

#endif
