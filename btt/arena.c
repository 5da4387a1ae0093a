/* SPDX-License-Identifier: BSD-3-Clause */
#include "arena.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>

/* puts the number of the arena before the message of a failed call */
static int
error_in_arena(const struct arena *a)
{
	char text[ERRORMSG_MAX];

	snprintf(text, sizeof(text), "%s", btt_errormsg());
	return errormsg_set(errno, "arena %u: %s", a->index, text);
}

/* the primary is good, and gives the place of the backup */
static int
use_primary(struct arena *a, struct persist_lane *lane)
{
	struct info *backup = &a->other;

	if (info_check(&a->info, a->room))
		return error_in_arena(a);
	if (info_read(a->media, lane, a->off + a->info.infooff, &a->backup, backup))
		return -1;
	if (a->backup != INFO_GOOD)
		return 0;
	if (info_check_same_geometry(&a->info, backup))
		return error_in_arena(a);
	a->do_infos_differ = info_check_same(&a->info, backup) != 0;
	a->info.flags |= backup->flags;
	return 0;
}

/* no good primary: only the size of the namespace gives the places where the backup may be */
static int
use_backup(struct arena *a, struct persist_lane *lane)
{
	uint64_t places[2];
	unsigned count = geometry_backups(a->media->size, a->off, places);

	for (unsigned i = 0; i < count && a->backup == INFO_NONE; i++) {
		if (info_read(a->media, lane, places[i], &a->backup, &a->info))
			return -1;
		if (a->backup == INFO_GOOD && a->off + a->info.infooff != places[i])
			a->backup = INFO_NONE; /* it belongs to a BTT with another start */
	}
	if (a->backup == INFO_GOOD)
		return info_check(&a->info, a->room) ? error_in_arena(a) : 0;
	if (a->primary == INFO_NONE && a->backup == INFO_NONE)
		return errormsg_set(ENOENT, "arena %u: no info block", a->index);
	return errormsg_set(EINVAL, "arena %u: no usable info block: the first %s, the backup %s",
			    a->index, info_state_text(a->primary), info_state_text(a->backup));
}

int
arena_find(struct arena *a, const struct persist *media, struct persist_lane *lane, unsigned index,
	   uint64_t off)
{
	*a = (struct arena){.media = media, .index = index, .off = off, .room = media->size - off};
	if (!geometry_arena_size(media->size, off))
		return errormsg_set(EINVAL, "arena %u: %ju bytes are too few (at least %llu)",
				    index, (uintmax_t)a->room, BTT_ARENA_SIZE_MIN);
	if (info_read(media, lane, off, &a->primary, &a->info) ||
	    (a->primary == INFO_GOOD ? use_primary(a, lane) : use_backup(a, lane)))
		return -1;
	a->data_off = off + a->info.dataoff;
	return 0;
}

int
arena_load(struct arena *a, struct persist_lane *lane, unsigned nlane)
{
	const struct flog_bounds bounds = {a->off + a->info.flogoff, a->info.nfree,
					   a->info.external_nlba, a->info.internal_nlba};

	if (map_init(&a->map, a->media, a->off + a->info.mapoff, a->info.external_nlba, nlane))
		return errormsg_set(ENOMEM, "arena %u: no memory for map locks", a->index);
	if (flog_load(&a->flog, a->media, lane, &bounds))
		return error_in_arena(a);
	a->map.initial_is_zero = a->flog.entry_mask == FLOG_MASK_FLAGS;
	return 0;
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
	return info_store(a->media, lane, a->off, &a->info) || persist_fence(a->media, lane) ? -1
											     : 0;
}

void
arena_mark_damaged(struct arena *a, const char *format, ...)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* the first reason wins */
	va_list args;

	pthread_mutex_lock(&lock);
	if (!a->damage[0]) {
		va_start(args, format);
		vsnprintf(a->damage, sizeof(a->damage), format, args);
		va_end(args);
	}
	pthread_mutex_unlock(&lock);
	atomic_store_explicit(&a->readonly, 1, memory_order_release);
}

const char *
arena_readonly_reason(const struct arena *a)
{
	if (!atomic_load_explicit(&a->readonly, memory_order_acquire))
		return NULL;
	return a->damage[0] ? a->damage : "opened read-only";
}
