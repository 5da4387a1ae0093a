/* SPDX-License-Identifier: BSD-3-Clause */
#include "flog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "errormsg.h"

struct slots {
	struct format_flog slot[FORMAT_FLOG_SLOTS];
};

static_assert(sizeof(struct slots) == FORMAT_FLOG_GROUP, "a group is its slots");

static int
is_written(const struct format_flog *slot)
{
	uint32_t seq = le32_get(slot->seq);

	return seq >= 1 && seq <= FORMAT_FLOG_SEQ_MAX;
}

static struct flog_entry
entry_of(const struct format_flog *slot)
{
	return (struct flog_entry){
		.lba = le32_get(slot->lba),
		.old_map = le32_get(slot->old_map),
		.new_map = le32_get(slot->new_map),
		.seq = le32_get(slot->seq),
	};
}

/* F1: index of the current slot, or -1 when the seqs do not decide */
static int
current_of(const struct flog_entry pair[2])
{
	if (pair[0].seq > FORMAT_FLOG_SEQ_MAX || pair[1].seq > FORMAT_FLOG_SEQ_MAX ||
	    pair[0].seq == pair[1].seq)
		return -1;
	if (pair[0].seq == 0)
		return 1;
	if (pair[1].seq == 0)
		return 0;
	return flog_seq_next(pair[0].seq) == pair[1].seq;
}

static void
mark_damaged(struct flog_group *group, const char *field, uint32_t value, const char *why)
{
	group->damage_field = field;
	group->damage_value = value;
	group->damage_why = why;
}

static void
mark_seqs_damaged(struct flog_group *group, const struct flog_entry pair[2])
{
	if (pair[0].seq > FORMAT_FLOG_SEQ_MAX)
		mark_damaged(group, "flog.seq", pair[0].seq, "must be at most 3");
	else if (pair[1].seq > FORMAT_FLOG_SEQ_MAX)
		mark_damaged(group, "flog.seq", pair[1].seq, "must be at most 3");
	else
		mark_damaged(group, "flog.seq", pair[0].seq, "is the same in both slots");
}

static void
check_current(struct flog_group *group, const struct flog_bounds *bounds)
{
	const struct flog_entry *e = &group->current;

	if (e->lba >= bounds->external_nlba)
		mark_damaged(group, "flog.lba", e->lba, "is not a block of this arena");
	else if ((e->old_map & FORMAT_MAP_POSTMAP) >= bounds->internal_nlba)
		mark_damaged(group, "flog.old_map", e->old_map, "is not a block of the data area");
	else if ((e->new_map & FORMAT_MAP_POSTMAP) >= bounds->internal_nlba)
		mark_damaged(group, "flog.new_map", e->new_map, "is not a block of the data area");
}

static int
is_padding_dirty(const struct slots *slots, uint32_t second_slot)
{
	static const struct format_flog zeros[2];

	return second_slot == 1 && memcmp(&slots->slot[2], zeros, sizeof(zeros)) != 0;
}

static void
group_of_slots(struct flog_group *group, const struct slots *slots, uint64_t off,
	       uint32_t second_slot, const struct flog_bounds *bounds)
{
	const struct flog_entry pair[2] = {entry_of(&slots->slot[0]),
					   entry_of(&slots->slot[second_slot])};
	int current = current_of(pair);

	*group = (struct flog_group){
		.slot_off = {off, off + second_slot * sizeof(struct format_flog)},
		.is_padding_dirty = is_padding_dirty(slots, second_slot)};
	if (current < 0) {
		mark_seqs_damaged(group, pair);
		return;
	}
	group->current = pair[current];
	group->seq = pair[current].seq;
	group->next = !current;
	group->free = pair[current].old_map & FORMAT_MAP_POSTMAP;
	group->written = pair[current].old_map != pair[current].new_map;
	check_current(group, bounds);
	group->lba = group->damage_field ? 0 : pair[current].lba;
}

/*
 * Groups that have been written show which second slot the writer used. If slots 1 and 2 hold the
 * same entry, a conversion from 2 to 1 was interrupted (repair_flog.c), and the other groups
 * decide.
 */
static uint32_t
second_slot_of(const struct slots *slots, uint32_t nfree)
{
	int in_1 = 0, in_2 = 0;

	for (uint32_t i = 0; i < nfree; i++) {
		const struct format_flog *slot = slots[i].slot;
		int one = is_written(&slot[1]), two = is_written(&slot[2]);
		int is_copy = two && !memcmp(&slot[1], &slot[2], sizeof(slot[1]));

		in_1 |= one && !is_copy;
		in_2 |= two && !one;
	}
	if (in_1 && in_2)
		return 0;
	return in_2 ? 2 : 1;
}

/*
 * Flavour pmdk keeps the zero flag in new_map: alone in a new log, with the error flag after a write.
 * old_map does not decide, because other writers may keep the error flag of the replaced entry there.
 * If no group is sound, any slot decides that was ever written.
 */
static uint32_t
entry_mask_of(const struct flog *flog, const struct slots *slots)
{
	int has_flag = 0, any_sound = 0, any_flag = 0;

	for (uint32_t i = 0; i < flog->nfree; i++) {
		const struct flog_group *group = flog->groups[i];

		any_sound |= !group->damage_field;
		has_flag |= !group->damage_field && (group->current.new_map & FORMAT_MAP_ZERO);
		for (unsigned s = 0; s < FORMAT_FLOG_SLOTS; s++)
			any_flag |= is_written(&slots[i].slot[s]) &&
				    (le32_get(slots[i].slot[s].new_map) & FORMAT_MAP_ZERO);
	}
	return (any_sound ? has_flag : any_flag) ? FLOG_MASK_FLAGS : FLOG_MASK_BARE;
}

/* A group on a bad page reads as zeros, and so as a group that cannot be used. */
static int
read_slots(const struct flog *flog, struct persist_lane *lane, uint64_t off, struct slots *slots)
{
	if (!persist_read(flog->media, lane, slots, sizeof(*slots), off))
		return 0;
	memset(slots, 0, sizeof(*slots));
	return errno == EIO ? 0 : -1;
}

static int
load_groups(struct flog *flog, struct slots *slots, struct persist_lane *lane,
	    const struct flog_bounds *bounds)
{
	uint32_t usable;

	for (uint32_t i = 0; i < bounds->nfree; i++) {
		if (read_slots(flog, lane, bounds->off + (uint64_t)i * sizeof(*slots), &slots[i]))
			return -1;
	}
	flog->second_slot = second_slot_of(slots, bounds->nfree);
	usable = flog->second_slot ? flog->second_slot : 1;
	for (uint32_t i = 0; i < bounds->nfree; i++) {
		flog->groups[i] = &flog->records[i];
		group_of_slots(flog->groups[i], &slots[i],
			       bounds->off + (uint64_t)i * sizeof(*slots), usable, bounds);
	}
	flog->entry_mask = entry_mask_of(flog, slots);
	return 0;
}

int
flog_load(struct flog *flog, const struct persist *media, struct persist_lane *lane,
	  const struct flog_bounds *bounds)
{
	struct slots *slots = malloc((size_t)bounds->nfree * sizeof(*slots));
	int err = -1;

	*flog = (struct flog){.media = media, .nfree = bounds->nfree};
	flog->records = aligned_alloc(PAD_BYTES, (size_t)bounds->nfree * sizeof(*flog->records));
	flog->groups = calloc(bounds->nfree, sizeof(struct flog_group *));
	if (slots && flog->records && flog->groups)
		err = load_groups(flog, slots, lane, bounds);
	else
		errormsg_set(ENOMEM, "no memory for a flog of %u groups", bounds->nfree);
	free(slots);
	if (err)
		flog_fini(flog);
	return err;
}

int
flog_flush(const struct flog *flog, struct persist_lane *lane, uint32_t group)
{
	return persist_flush(flog->media, lane, flog->groups[group]->slot_off[0],
			     FORMAT_FLOG_GROUP);
}

void
flog_fini(struct flog *flog)
{
	free(flog->groups);
	free(flog->records);
	flog->groups = NULL;
	flog->records = NULL;
}

void
flog_move_group(struct flog *flog, uint32_t group, struct flog_group *to)
{
	*to = *flog->groups[group];
	flog->groups[group] = to;
}

void
flog_advance(struct flog_group *group, uint32_t lba, uint32_t freed)
{
	group->lba = lba;
	group->free = freed;
	group->written = 1;
	group->may_be_read = 1;
	group->seq = flog_seq_next(group->seq);
	group->next = !group->next;
}

int
flog_store_initial(const struct persist *media, struct persist_lane *lane,
		   const struct flog_bounds *bounds, uint32_t entry_mask)
{
	for (uint32_t i = 0; i < bounds->nfree; i++) {
		uint32_t block = ((bounds->external_nlba + i) | FORMAT_MAP_ZERO) & entry_mask;
		const struct format_flog slot = {le32_of(i), le32_of(block), le32_of(block),
						 le32_of(1)};

		if (persist_store(media, lane, bounds->off + (uint64_t)i * FORMAT_FLOG_GROUP, &slot,
				  sizeof(slot)))
			return -1;
	}
	return 0;
}

int
flog_is_end(const uint8_t page[FORMAT_PAGE])
{
	static const struct slots zeros;
	unsigned written = 0;

	for (uint32_t off = 0; off < FORMAT_PAGE; off += FORMAT_FLOG_GROUP) {
		struct slots slots;
		struct flog_entry pair[2];

		memcpy(&slots, page + off, sizeof(slots));
		pair[0] = entry_of(&slots.slot[0]);
		pair[1] = entry_of(&slots.slot[1]);
		if (is_padding_dirty(&slots, 1))
			return 0;
		if (!memcmp(&slots, &zeros, sizeof(slots)))
			continue;
		if (current_of(pair) < 0)
			return 0;
		written++;
	}
	return written > 0;
}
