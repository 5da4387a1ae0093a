/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe.h"

#include <errno.h>
#include <string.h>

#include "abi.h"
#include "arena.h"
#include "errormsg.h"

#define POOL_SIGNATURE      "PMEMBLK"
#define POOL_UUID_OFF       24
#define PART_UUID_OFF       40 /* of this file, and of the next file of its set */
#define NEXT_PART_UUID_OFF  72
#define POOL_BLOCK_SIZE_OFF 4096

const uint64_t probe_starts[BTT_PLACES] = {0, 4096, BTT_START_POOL};

static int
find_at(const struct persist *media, struct persist_lane *lane, enum btt_found *found)
{
	struct arena first;

	if (!arena_find(&first, media, lane, 0, 0))
		*found = first.primary == INFO_GOOD ? BTT_FOUND_LAYOUT : BTT_FOUND_BACKUP;
	else if (errno == ENOENT)
		*found = BTT_FOUND_NOTHING;
	else if (errno != EINVAL)
		return -1;
	else
		*found = first.primary == INFO_NONE && first.backup == INFO_DAMAGED
				 ? BTT_FOUND_TRACE
				 : BTT_FOUND_DAMAGE;
	return 0;
}

static int
probe_pool(const struct persist *media, struct persist_lane *lane, struct btt_probe *probe)
{
	char signature[sizeof(POOL_SIGNATURE)];
	uint8_t part[16], next_part[16];
	le32 block_size;
	int is_pool;

	if (persist_read(media, lane, signature, sizeof(signature), 0) ||
	    persist_read(media, lane, probe->pool_uuid, sizeof(probe->pool_uuid), POOL_UUID_OFF) ||
	    persist_read(media, lane, part, sizeof(part), PART_UUID_OFF) ||
	    persist_read(media, lane, next_part, sizeof(next_part), NEXT_PART_UUID_OFF) ||
	    persist_read(media, lane, &block_size, sizeof(block_size), POOL_BLOCK_SIZE_OFF))
		return -1;
	is_pool = !memcmp(signature, POOL_SIGNATURE, sizeof(signature));
	probe->is_pool_part = is_pool && memcmp(part, next_part, sizeof(part)) != 0;
	probe->is_pool = is_pool && !probe->is_pool_part;
	probe->pool_block_size = le32_get(block_size);
	return 0;
}

int
probe_namespace(const struct persist_namespace *from, struct btt_probe *probe)
{
	struct persist_namespace unmapped = *from;
	struct persist_lane lane = {0};
	struct persist media;

	unmapped.flags |= PERSIST_NO_MAPPING;
	memset(probe, 0, sizeof(*probe));
	for (unsigned i = 0; i < BTT_PLACES; i++) {
		probe->places[i].start = probe_starts[i];
		if (from->size < probe_starts[i] + BTT_ARENA_SIZE_MIN)
			continue;
		if (persist_open(&media, &unmapped, probe_starts[i]) ||
		    find_at(&media, &lane, &probe->places[i].found) ||
		    (probe_starts[i] == 0 && probe_pool(&media, &lane, probe)))
			return -1;
	}
	return 0;
}

/* The log ends before the backup info block, wherever the BTT starts. A page that can't be read shows no log. */
static int
has_log(const struct persist_namespace *from)
{
	struct persist_namespace unmapped = *from;
	struct persist_lane lane = {0};
	uint8_t page[FORMAT_PAGE];
	struct persist media;

	unmapped.flags |= PERSIST_NO_MAPPING;
	return from->size >= BTT_ARENA_SIZE_MIN && !persist_open(&media, &unmapped, 0) &&
	       !persist_read(&media, &lane, page, sizeof(page),
			     from->size / FORMAT_PAGE * FORMAT_PAGE - 2 * FORMAT_PAGE) &&
	       flog_is_end(page);
}

int
btt_probe(uint64_t nssize, void *ns, const struct ns_callback *ns_cbp, struct btt_probe *probe,
	  size_t size)
{
	const struct persist_namespace from = {nssize, ns, ns_cbp, 0};
	struct btt_probe found;

	if (probe_namespace(&from, &found))
		return -1;
	found.has_log = has_log(&from);
	abi_fill(probe, size, &found, sizeof(found));
	return 0;
}

/*
 * The three starts share one place for the backup, so a trace counts only when nothing else is
 * there.
 */
int
probe_choose(const struct btt_probe *probe, uint64_t *start)
{
	int trace = -1;

	if (probe->is_pool_part)
		return errormsg_set(EINVAL, "one of several files of a PMEMBLK pool set: only "
					    "libpmemblk can open the set");
	for (int i = BTT_PLACES - 1; i >= 0; i--) {
		if (probe->places[i].found == BTT_FOUND_TRACE)
			trace = i;
	}
	for (int i = 0; i < BTT_PLACES; i++) {
		enum btt_found found = probe->places[i].found;

		*start = probe->places[i].start;
		if (found != BTT_FOUND_NOTHING && found != BTT_FOUND_TRACE)
			return 0;
	}
	if (trace < 0)
		return errormsg_set(ENOENT, "no BTT at byte 0, 4096 or 8192");
	*start = probe->places[trace].start;
	return 0;
}

static int
has_signature(const struct persist *media, struct persist_lane *lane, uint64_t off)
{
	char signature[FORMAT_SIGNATURE_LEN];

	if (persist_read(media, lane, signature, sizeof(signature), off))
		return errno == EIO ? 0 : -1; /* a bad page shows no signature */
	return !memcmp(signature, FORMAT_SIGNATURE, sizeof(signature));
}

int
probe_signatures(const struct persist *media, struct persist_lane *lane,
		 int (*each)(const struct persist *media, struct persist_lane *lane, uint64_t off))
{
	int any = 0;

	for (uint64_t off = 0, size; (size = geometry_arena_size(media->size, off)) != 0;
	     off += size) {
		uint64_t pages[3] = {off};
		unsigned count = 1 + geometry_backups(media->size, off, &pages[1]);

		for (unsigned i = 0; i < count; i++) {
			int has = has_signature(media, lane, pages[i]);

			if (has < 0 || (has && each && each(media, lane, pages[i])))
				return -1;
			any |= has;
		}
	}
	return any;
}
