/* SPDX-License-Identifier: BSD-3-Clause */
#include "repair_arena.h"

#include <stdarg.h>
#include <stdio.h>

#include "btt_impl.h"
#include "recover.h"

void
repair_report(const struct repair *r, enum btt_repair_outcome outcome, struct btt_finding at,
	      const char *format, ...)
{
	char text[ERRORMSG_MAX];
	va_list args;

	if (!r->step)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	at.arena = r->arena->index;
	at.lba = at.premap == BTT_NOT_SAID ? BTT_NOT_SAID : (int64_t)r->first_lba + at.premap;
	at.text = text;
	r->step(r->arg, outcome, &at);
}

int
repair_load(struct repair *r)
{
	struct arena *a = r->arena;
	unsigned index = a->index;
	uint64_t off = a->off;
	uint32_t flags;

	arena_fini(a);
	if (arena_find(a, &r->btt->media, r->lane, index, off))
		return -1;
	flags = a->info.flags;
	a->info.flags &= ~FORMAT_FLAG_ERROR;
	if (arena_load(a, r->lane, 1) || recover_arena(a, r->lane, BTT_READ_ONLY))
		return -1;
	a->info.flags = flags;
	return 0;
}

int
repair_store_info(const struct repair *r, uint64_t off)
{
	const struct arena *a = r->arena;

	return info_store(a->media, r->lane, a->off + off, &a->info) ||
			       persist_fence(a->media, r->lane)
		       ? -1
		       : 0;
}

int
repair_store_flags(struct repair *r, uint32_t flags)
{
	struct info *info = &r->arena->info;

	info->flags = flags;
	return repair_store_info(r, info->infooff) || repair_store_info(r, 0) ? -1 : 0;
}
