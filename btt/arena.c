/* SPDX-License-Identifier: BSD-3-Clause */
#include "arena.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>

static int
misfit(const struct arena *a, const char *what)
{
	return errormsg_set(EINVAL, "arena %u: %s", a->index, what);
}

/* puts the arena's number before the message of a call that failed */
static int
blame(const struct arena *a)
{
	char why[ERRORMSG_MAX];

	snprintf(why, sizeof(why), "%s", btt_errormsg());
	return errormsg_set(errno, "arena %u: %s", a->index, why);
}

/* the primary is good: it says where the backup is */
static int
adopt_primary(struct arena *a, struct persist_lane *lane)
{
	struct info backup;

	if (info_judge(&a->info, a->room) ||
	    info_read(a->media, lane, a->off + a->info.infooff, &a->backup, &backup))
		return blame(a);
	if (a->backup != INFO_GOOD)
		return 0;
	if (!info_is_same(&a->info, &backup))
		return misfit(a, "the info block and its backup are both valid and differ");
	a->info.flags |= backup.flags;
	return 0;
}

/* no good primary: the backup is where the size of the namespace puts it, or nowhere */
static int
adopt_backup(struct arena *a, struct persist_lane *lane)
{
	uint64_t size = geometry_arena_size(a->media->size, a->off);

	if (size && info_read(a->media, lane, a->off + size - FORMAT_PAGE, &a->backup, &a->info))
		return blame(a);
	if (a->backup == INFO_GOOD && a->info.infooff != size - FORMAT_PAGE)
		a->backup = INFO_NONE; /* of a BTT that starts elsewhere */
	if (a->backup == INFO_GOOD)
		return info_judge(&a->info, a->room) ? blame(a) : 0;
	if (a->primary == INFO_DAMAGED || a->backup == INFO_DAMAGED)
		return misfit(a, "the info block is damaged and so is its backup");
	errormsg_set(ENOENT, "arena %u: no info block", a->index);
	return -1;
}

int
arena_find(struct arena *a, const struct persist *media, struct persist_lane *lane, unsigned index, uint64_t off)
{
	*a = (struct arena){.media = media, .index = index, .off = off, .room = media->size - off};
	if (a->room < FORMAT_PAGE)
		return misfit(a, "lies beyond the end of the namespace");
	if (info_read(media, lane, off, &a->primary, &a->info))
		return blame(a);
	return a->primary == INFO_GOOD ? adopt_primary(a, lane) : adopt_backup(a, lane);
}

int
arena_load(struct arena *a, struct persist_lane *lane, unsigned nlane)
{
	const struct flog_bounds bounds = {a->off + a->info.flogoff, a->info.nfree, a->info.external_nlba,
					   a->info.internal_nlba};

	a->data_off = a->off + a->info.dataoff;
	if (map_init(&a->map, a->media, a->off + a->info.mapoff, a->info.external_nlba, nlane))
		return errormsg_set(ENOMEM, "arena %u: no memory for map locks", a->index);
	return flog_load(&a->flog, a->media, lane, &bounds) ? blame(a) : 0;
}

void
arena_fini(struct arena *a)
{
	flog_fini(&a->flog);
	map_fini(&a->map);
	pending_fini(&a->pending);
}

int
arena_restore_primary(struct arena *a, struct persist_lane *lane)
{
	if (a->primary == INFO_GOOD)
		return 0;
	if (info_store(a->media, lane, a->off, &a->info) || persist_fence(a->media, lane))
		return blame(a);
	return 0;
}

void
arena_set_readonly(struct arena *a, const char *format, ...)
{
	static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER;
	va_list args;

	pthread_mutex_lock(&first);
	if (!atomic_load_explicit(&a->readonly, memory_order_relaxed)) {
		va_start(args, format);
		vsnprintf(a->readonly_reason, sizeof(a->readonly_reason), format, args);
		va_end(args);
		atomic_store_explicit(&a->readonly, 1, memory_order_release);
	}
	pthread_mutex_unlock(&first);
}

#define ENTRIES_AT_ONCE 4096u

static int
each_of_chunk(const struct arena *a, uint32_t first, const le32 *raw, uint32_t count,
	      int (*each)(void *arg, uint32_t premap, uint32_t entry), void *arg)
{
	int result = 0;

	for (uint32_t i = 0; i < count && !result; i++) {
		const struct pending_write *write = pending_find(&a->pending, first + i);

		result = each(arg, first + i, write ? write->postmap | FORMAT_MAP_NORMAL : le32_get(raw[i]));
	}
	return result;
}

int
arena_each_entry(const struct arena *a, struct persist_lane *lane,
		 int (*each)(void *arg, uint32_t premap, uint32_t entry), void *arg)
{
	le32 raw[ENTRIES_AT_ONCE];
	int result = 0;

	for (uint32_t at = 0; at < a->map.nlba && !result; at += ENTRIES_AT_ONCE) {
		uint32_t left = a->map.nlba - at;
		uint32_t count = left < ENTRIES_AT_ONCE ? left : ENTRIES_AT_ONCE;

		if (persist_read(a->media, lane, raw, count * sizeof(*raw), map_entry_off(&a->map, at)))
			return errormsg_set_errno("arena %u: reading the map", a->index);
		result = each_of_chunk(a, at, raw, count, each, arg);
	}
	return result;
}
