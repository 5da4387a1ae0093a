/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * repair.c -- what can be made good without guessing, arena by arena, and what is left.
 *
 * Order within an arena; each step is durable before the next begins, and a repair that is cut is taken
 * up again by the next one:
 *	1. info blocks from their copy		the backup before the primary
 *	2. log slots and padding		repair_flog.c
 *	3. blocks with several owners		repair_owners.c
 *	4. writes that were cut			as opening for writing does, the error flag apart
 *	5. a check of everything, which says what is left
 *	6. the error flag, where 5 found nothing: the backup before the primary
 *
 * Every step leaves alone what it does not understand. What blocks hold is never changed.
 */
#include "repair_arena.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "btt_impl.h"
#include "overlay.h"
#include "recover.h"
#include "repair_steps.h"

#define NONE BTT_NOT_SAID

/* one info block from its copy; on a page that takes no store it is left, and the check will say so */
static int
restore_info(struct repair *r, const char *field, uint64_t off, enum info_state *state)
{
	const char *was = info_state_text(*state);

	if (*state == INFO_GOOD)
		return 0;
	if (repair_store_info(r, off))
		return errno == EIO ? 0 : -1;
	*state = INFO_GOOD;
	repair_say(r, BTT_REPAIRED, repair_place(field, NONE, NONE, NONE),
		   "written anew from its copy: it %s", was);
	return 0;
}

/* step 4: as recover.h says, an arena that is not sound keeps them pending */
static int
complete_writes(struct repair *r)
{
	struct arena *a = r->arena;

	if (a->damage[0])
		return 0;
	for (uint32_t i = 0; i < a->pending.count; i++)
		repair_say(r, BTT_REPAIRED,
			   repair_place("map", NONE, a->pending.writes[i].premap,
					a->pending.writes[i].postmap),
			   "a write that was cut after its commit is completed");
	return recover_mend_map(a, r->lane);
}

static int
repair_arena(struct repair *r)
{
	struct arena *a = r->arena;

	return restore_info(r, "backup", a->info.infooff, &a->backup) ||
			       restore_info(r, "info", 0, &a->primary) || repair_load(r) ||
			       repair_flog(r) || repair_owners(r) || complete_writes(r)
		       ? -1
		       : 0;
}

static int
each_arena(struct repair *r, int (*each)(struct repair *r))
{
	r->first_lba = 0;
	for (uint32_t i = 0; i < r->btt->narenas; i++) {
		r->arena = &r->btt->arenas[i];
		if (each(r))
			return -1;
		r->first_lba += r->arena->info.external_nlba;
	}
	return 0;
}

/* of the check: the error flag has a step of its own, after it */
static void
say_left(void *arg, const struct btt_finding *finding)
{
	struct repair *r = arg;

	if (!strcmp(finding->field, "flags") && finding->severity == BTT_ERROR)
		return;
	if (finding->severity == BTT_ERROR)
		r->errors[finding->arena]++;
	if (r->step)
		r->step(r->arg, BTT_LEFT, finding);
}

static int
judge_flag(struct repair *r)
{
	const struct btt_finding place = repair_place("flags", NONE, NONE, NONE);
	struct arena *a = r->arena;

	if (!(a->info.flags & FORMAT_FLAG_ERROR))
		return 0;
	if (r->errors[a->index]++) {
		repair_say(r, BTT_LEFT, place, "the error flag stays: something else is left");
		return 0;
	}
	if (repair_store_flags(r, a->info.flags & ~FORMAT_FLAG_ERROR))
		return -1;
	r->errors[a->index] = 0;
	repair_say(r, BTT_REPAIRED, place, "the error flag is cleared: all else is consistent");
	return 0;
}

static int
by_postmap(const void *left, const void *right)
{
	const struct repair_keep *l = left, *r = right;

	if (l->arena != r->arena)
		return l->arena < r->arena ? -1 : 1;
	return (l->postmap > r->postmap) - (l->postmap < r->postmap);
}

/* where a block of `keep` is; 0, or -1/EINVAL when it is nowhere */
static int
find_keep(const struct repair *r, uint64_t lba, struct repair_keep *keep)
{
	const struct arena *a = r->btt->arenas;
	uint64_t premap = lba;
	uint32_t entry;

	if (lba >= r->btt->nlba)
		return errormsg_set(EINVAL, "lba %ju to keep: there are %ju", (uintmax_t)lba,
				    (uintmax_t)r->btt->nlba);
	for (; premap >= a->info.external_nlba; a++)
		premap -= a->info.external_nlba;
	if (arena_load_entry(a, r->lane, (uint32_t)premap, &entry))
		return -1;
	*keep = (struct repair_keep){a->index, (uint32_t)premap,
				     map_entry_postmap(entry, (uint32_t)premap)};
	if (keep->postmap < a->info.internal_nlba)
		return 0;
	return errormsg_set(EINVAL, "lba %ju to keep: its map entry %#x is out of range",
			    (uintmax_t)lba, entry);
}

static int
find_keeps(struct repair *r, const struct btt_repair_options *options)
{
	r->keep = calloc(options->nkeep + 1, sizeof(*r->keep));
	r->errors = calloc(r->btt->narenas, sizeof(*r->errors));
	if (!r->keep || !r->errors)
		return errormsg_set(ENOMEM, "no memory for a repair");
	for (r->nkeep = 0; r->nkeep < options->nkeep; r->nkeep++) {
		if (find_keep(r, options->keep[r->nkeep], &r->keep[r->nkeep]))
			return -1;
	}
	qsort(r->keep, r->nkeep, sizeof(*r->keep), by_postmap);
	for (size_t i = 1; i < r->nkeep; i++) {
		const struct repair_keep *keep = &r->keep[i];

		if (!by_postmap(&keep[-1], keep))
			return errormsg_set(
				EINVAL, "arena %u: blocks %u and %u to keep have one place, %u",
				keep->arena, keep[-1].premap, keep->premap, keep->postmap);
	}
	return 0;
}

static int
repair_all(struct repair *r, const struct btt_repair_options *options)
{
	int consistent = 1;

	if (find_keeps(r, options) || each_arena(r, repair_arena) ||
	    btt_check_each(r->btt, say_left, r) < 0 || each_arena(r, judge_flag))
		return -1;
	for (uint32_t i = 0; i < r->btt->narenas; i++)
		consistent &= r->errors[i] == 0;
	return consistent;
}

static int
repair_namespace(struct repair *r, const struct btt_repair_options *options, uint64_t nssize,
		 void *ns, const struct ns_callback *cb)
{
	const struct btt_open_options open = {.mode = BTT_READ_ONLY,
					      .start = options->start,
					      .parent_uuid = options->parent_uuid};
	int result;

	r->btt = btt_open(&open, nssize, ns, cb);
	if (!r->btt)
		return -1;
	r->lane = &r->btt->own_lane;
	result = repair_all(r, options);
	free(r->keep);
	free(r->errors);
	btt_fini(r->btt);
	return result;
}

int
btt_repair(const struct btt_repair_options *options, uint64_t nssize, void *ns,
	   const struct ns_callback *ns_cbp,
	   void (*step)(void *arg, enum btt_repair_outcome outcome, const struct btt_finding *at),
	   void *arg)
{
	struct repair r = {.step = step, .arg = arg};
	struct overlay overlay;
	int result, err;

	if (options->mode == BTT_REPAIR_CHANGE)
		return repair_namespace(&r, options, nssize, ns, ns_cbp);
	overlay_init(&overlay, nssize, ns, ns_cbp);
	result = repair_namespace(&r, options, nssize, &overlay, &overlay_callbacks);
	err = errno;
	overlay_fini(&overlay);
	errno = err;
	return result;
}
