/* SPDX-License-Identifier: BSD-3-Clause */
#include "rotate.h"

static_assert(BTT_ROTATE_MAX <= RTT_SCAN_MAX, "one scan serves all groups of a lane");

static struct flog_group *
group_of(const struct io *io, const struct arena *a, unsigned lane, unsigned turn)
{
	return a->flog.groups[lane + turn * io->rtt.nlane];
}

struct flog_group *
rotate_next(const struct io *io, const struct arena *a, unsigned lane)
{
	struct flog_group *first = a->flog.groups[lane];
	unsigned turn = first->turn;

	first->turn = turn + 1 < io->rotate ? turn + 1 : 0;
	return group_of(io, a, lane, turn);
}

static void
wait_for_readers(struct io *io, const struct arena *a, struct lane *lane, struct flog_group *group)
{
	struct flog_group *groups[BTT_ROTATE_MAX] = {group};
	uint64_t blocks[BTT_ROTATE_MAX] = {rtt_block(a->index, group->free)};
	unsigned number = lane->media.number, count = 1;
	uint32_t held;

	for (unsigned i = 0; i < io->rotate; i++) {
		struct flog_group *other = group_of(io, a, number, i);

		if (other == group || !other->may_be_read)
			continue;
		groups[count] = other;
		blocks[count++] = rtt_block(a->index, other->free);
	}
	if (rtt_scan(&io->rtt, number, blocks, count, &held))
		counter_add(&lane->reader_waits, 1);
	for (unsigned i = 0; i < count; i++)
		groups[i]->may_be_read = held >> i & 1;
	counter_add(&lane->scans, 1);
}

struct flog_group *
rotate_take(struct io *io, const struct arena *a, struct lane *lane)
{
	struct flog_group *group = rotate_next(io, a, lane->media.number);

	if (group->may_be_read && !rtt_is_alone(&io->rtt))
		wait_for_readers(io, a, lane, group);
	return group;
}
