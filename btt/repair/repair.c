/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * repair.c -- repairs everything that has only one solution, arena by arena, and reports the rest.
 *
 * Before it opens the BTT: an interrupted first layout, and a choice between info blocks (repair_open.c).
 *
 * Order within an arena. Each step is durable before the next begins. An interrupted repair can be
 * run again.
 *	1. info blocks from their copy		the backup before the primary; if both are good and
 *						differ, the backup from the primary
 *	2. slots and padding of the flog	repair_flog.c
 *	3. blocks with several owners		repair_owners.c
 *	4. interrupted writes			as opening does; the error flag is ignored
 *	5. a check, which reports every fault that is left
 *	6. the error flag, if 5 found no error	the backup before the primary
 *
 * Every step leaves alone everything that it does not understand. Data of blocks is never changed.
 */
#include "repair_arena.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi.h"
#include "btt_impl.h"
#include "overlay.h"
#include "recover.h"
#include "repair_steps.h"

#define NONE BTT_NOT_SAID

/* one info block from its copy; a bad page keeps its fault, and the check reports it */
static int
restore_info(struct repair *r, const char *field, uint64_t off, enum info_state *state)
{
	const char *was = info_state_text(*state);

	if (*state == INFO_GOOD)
		return 0;
	if (repair_store_info(r, off))
		return errno == EIO ? 0 : -1;
	*state = INFO_GOOD;
	repair_report(r, BTT_REPAIRED, repair_place(field, NONE, NONE, NONE),
		      "restored from its copy: it %s", was);
	return 0;
}

/* step 4; a damaged arena keeps its pending writes */
static int
complete_writes(struct repair *r)
{
	struct arena *a = r->arena;

	if (a->damage[0])
		return 0;
	for (uint32_t i = 0; i < a->pending.count; i++)
		repair_report(r, BTT_REPAIRED,
			      repair_place("map", NONE, a->pending.writes[i].premap,
					   a->pending.writes[i].postmap),
			      "completed a write that was interrupted after its commit");
	return recover_roll_forward(a, r->lane);
}

/* a re-creation of the layout was interrupted between the two blocks: the first one is the later one */
static int
unite_infos(struct repair *r)
{
	struct arena *a = r->arena;

	if (!a->do_infos_differ)
		return 0;
	info_check_same(&a->info, &a->other); /* the text of the difference */
	if (repair_store_info(r, a->info.infooff))
		return errno == EIO ? 0 : -1;
	a->do_infos_differ = 0;
	repair_report(r, BTT_REPAIRED, repair_place("backup", NONE, NONE, NONE),
		      "made equal to the first info block: %s", btt_errormsg());
	return 0;
}

static int
repair_arena(struct repair *r)
{
	struct arena *a = r->arena;

	return unite_infos(r) || restore_info(r, "backup", a->info.infooff, &a->backup) ||
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

/* a finding of step 5; step 6 reports the error flag */
static void
report_left(void *arg, const struct btt_finding *finding)
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
resolve_flag(struct repair *r)
{
	const struct btt_finding place = repair_place("flags", NONE, NONE, NONE);
	struct arena *a = r->arena;

	if (!(a->info.flags & FORMAT_FLAG_ERROR))
		return 0;
	if (r->errors[a->index]++) {
		repair_report(r, BTT_LEFT, place, "the error flag stays: another fault is left");
		return 0;
	}
	if (repair_store_flags(r, a->info.flags & ~FORMAT_FLAG_ERROR))
		return -1;
	r->errors[a->index] = 0;
	repair_report(r, BTT_REPAIRED, place,
		      "cleared the error flag: everything else is consistent");
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

/* Finds the post-map block of an lba in `keep`. 0, or -1/EINVAL when it has none. */
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
	    btt_check_each(r->btt, report_left, r) < 0 || each_arena(r, resolve_flag))
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
					      .parent_uuid = options->parent_uuid,
					      .flags = options->flags};
	const struct persist_namespace from = {nssize, ns, cb, options->flags};
	int result;

	if (repair_before_open(r, &from, options))
		return -1;
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

	if (abi_check_options(options->flags, options->reserved, 4) ||
	    abi_check_enum("mode", options->mode, BTT_REPAIR_DRY_RUN + 1) ||
	    abi_check_enum("use", options->use, BTT_USE_BACKUP + 1))
		return -1;
	if (options->mode == BTT_REPAIR_CHANGE)
		return repair_namespace(&r, options, nssize, ns, ns_cbp);
	overlay_init(&overlay, nssize, ns, ns_cbp);
	result = repair_namespace(&r, options, nssize, &overlay, &overlay_callbacks);
	err = errno;
	overlay_fini(&overlay);
	errno = err;
	return result;
}
