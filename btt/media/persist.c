/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * persist.c -- the door to media for real namespaces: direct access to memory if the namespace is
 * mapped, else nsread, nswrite and nszero.
 *
 * Each access to mapped memory that can meet a bad page stands in a GUARDED function of its own
 * (guard.h).
 *
 * persist_read is `inline` for the link-time optimiser: without the call between two reads the
 * processor starts the second read early. With that, and without a guard to arm, reads of 512 bytes
 * took a quarter less time.
 */
#include "persist.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "errormsg.h"
#include "format.h"
#include "guard.h"

static uint64_t
lines_in(uint64_t off, uint64_t len)
{
	return len ? (off + len - 1) / FORMAT_LINE - off / FORMAT_LINE + 1 : 0;
}

static __attribute__((unused)) int /* used by assert only */
is_inside(const struct persist *media, uint64_t off, uint64_t len)
{
	return len <= media->size && off <= media->size - len;
}

/* the one text for every call of a namespace that failed */
static int
error_access(const struct persist *media, const char *action, uint64_t off, uint64_t len)
{
	return errormsg_set_errno("%s %ju bytes at byte %ju of the namespace", action,
				  (uintmax_t)len, (uintmax_t)(media->start + off));
}

static __attribute__((noinline, cold)) int
error_bad_page(const struct persist *media, const char *action, uint64_t off, uint64_t len)
{
	errno = EIO;
	return error_access(media, action, off, len);
}

static void
count_store(struct persist_lane *lane, uint64_t off, uint64_t len)
{
	counter_add(&lane->bytes_stored, len);
	counter_add(&lane->lines_flushed, lines_in(off, len));
}

/* a callback that is durable on return stored `len` bytes, or failed */
static int
count_callback(const struct persist *media, struct persist_lane *lane, uint64_t off, uint64_t len,
	       int err)
{
	count_store(lane, off, len);
	counter_add(&lane->fences, 1);
	return err ? error_access(media, "storing", off, len) : 0;
}

/* 1: the optional members are set, 0: none of them, -1/EINVAL: only some */
static int
has_optional_members(const struct ns_callback *cb)
{
	const size_t end = offsetof(struct ns_callback, nsdrain) + sizeof(cb->nsdrain);
	int set = !!cb->nsstore + !!cb->nsstore4 + !!cb->nsstore8 + !!cb->nsflush + !!cb->nsdrain;

	if (!cb->size && !set)
		return 0;
	if (cb->size >= end && set == 5)
		return 1;
	return errormsg_set(EINVAL,
			    "struct ns_callback: %d of 5 optional members are set, and size=%u "
			    "(allowed: all with sizeof(struct ns_callback), or none with 0)",
			    set, cb->size);
}

int
persist_open(struct persist *media, const struct persist_namespace *from, uint64_t start)
{
	void *addr = NULL;
	ssize_t mapped;
	int is_mapped;

	if (start % FORMAT_PAGE || start >= from->size)
		return errormsg_set(
			EINVAL,
			"start %#jx: not a multiple of 4096 inside the namespace of %ju bytes",
			(uintmax_t)start, (uintmax_t)from->size);
	*media = (struct persist){.size = from->size - start,
				  .start = start,
				  .ns = from->ns,
				  .cb = from->cb,
				  .flags = from->flags};
	is_mapped = has_optional_members(from->cb);
	if (is_mapped < 0)
		return -1;
	if (!is_mapped || (from->flags & PERSIST_NO_MAPPING))
		return 0;
	mapped = from->cb->nsmap(from->ns, 0, &addr, from->size, 0);
	if (mapped < 0)
		return error_access(media, "mapping", 0, media->size);
	if ((uint64_t)mapped < from->size || (uintptr_t)addr % FORMAT_PAGE)
		return errormsg_set(
			EINVAL, "the namespace has nsstore but is not mapped as one aligned piece");
	media->base = (uint8_t *)addr + start;
	guard_open(media->flags);
	return 0;
}

void
persist_close(const struct persist *media)
{
	if (media->base)
		guard_close(media->flags);
}

static GUARDED int
store_mapped(const struct persist *media, uint64_t off, const void *src, size_t len)
{
	uint8_t *to = media->base + off;
	struct guard guard;

	if (GUARD_BAD_PAGE(&guard, to, to + len))
		return error_bad_page(media, "bad page: storing", off, len);
	media->cb->nsstore(media->ns, to, src, len);
	guard_disarm();
	return 0;
}

static GUARDED int
store4_mapped(const struct persist *media, uint64_t off, uint32_t value)
{
	uint8_t *to = media->base + off;
	struct guard guard;

	if (GUARD_BAD_PAGE(&guard, to, to + sizeof(value)))
		return error_bad_page(media, "bad page: storing", off, sizeof(value));
	media->cb->nsstore4(media->ns, to, value);
	guard_disarm();
	return 0;
}

static GUARDED int
store8_mapped(const struct persist *media, uint64_t off, uint64_t value)
{
	uint8_t *to = media->base + off;
	struct guard guard;

	if (GUARD_BAD_PAGE(&guard, to, to + sizeof(value)))
		return error_bad_page(media, "bad page: storing", off, sizeof(value));
	media->cb->nsstore8(media->ns, to, value);
	guard_disarm();
	return 0;
}

/* a flush touches whole lines; the BTT starts at the start of one */
static const uint8_t *
line_of(const struct persist *media, uint64_t off)
{
	return media->base + off / FORMAT_LINE * FORMAT_LINE;
}

static GUARDED int
publish_mapped(const struct persist *media, uint64_t off, uint32_t value)
{
	uint8_t *to = media->base + off;
	struct guard guard;

	if (GUARD_BAD_PAGE(&guard, line_of(media, off), line_of(media, off) + FORMAT_LINE))
		return error_bad_page(media, "bad page: storing", off, sizeof(value));
	guarded_store4(to, value);
	media->cb->nsflush(media->ns, to, sizeof(value));
	guard_disarm();
	return 0;
}

static GUARDED int
flush_mapped(const struct persist *media, uint64_t off, size_t len)
{
	const uint8_t *from = media->base + off;
	struct guard guard;

	if (GUARD_BAD_PAGE(&guard, line_of(media, off),
			   line_of(media, off + len - 1) + FORMAT_LINE))
		return error_bad_page(media, "bad page: flushing", off, len);
	media->cb->nsflush(media->ns, from, len);
	guard_disarm();
	return 0;
}

static GUARDED int
zero_guarded(const struct persist *media, unsigned number, uint64_t off, uint64_t len)
{
	const uint8_t *from = media->base ? media->base + off : NULL;
	struct guard guard;
	int err;

	if (GUARD_BAD_PAGE(&guard, from, from ? from + len : NULL)) {
		errno = EIO;
		return -1;
	}
	err = media->cb->nszero(media->ns, number, len, media->start + off);
	guard_disarm();
	return err;
}

static __attribute__((noinline)) int
read_by_callback(const struct persist *media, struct persist_lane *lane, void *buf, size_t len,
		 uint64_t off)
{
	if (media->cb->nsread(media->ns, lane->number, buf, len, media->start + off))
		return error_access(media, "reading", off, len);
	return 0;
}

inline int
persist_read(const struct persist *media, struct persist_lane *lane, void *buf, size_t len,
	     uint64_t off)
{
	assert(is_inside(media, off, len));
	if (!media->base)
		return read_by_callback(media, lane, buf, len, off);
	return guard_copy(buf, media->base + off, len)
		       ? error_bad_page(media, "bad page: reading", off, len)
		       : 0;
}

int
persist_load4(const struct persist *media, struct persist_lane *lane, uint64_t off, uint32_t *value)
{
	assert(is_inside(media, off, 4) && off % 4 == 0);
	if (!media->base)
		return read_by_callback(media, lane, value, sizeof(*value), off);
	return guard_load4(media->base + off, value)
		       ? error_bad_page(media, "bad page: reading", off, 4)
		       : 0;
}

int
persist_store(const struct persist *media, struct persist_lane *lane, uint64_t off, const void *src,
	      size_t len)
{
	assert(is_inside(media, off, len));
	if (!media->base)
		return count_callback(
			media, lane, off, len,
			media->cb->nswrite(media->ns, lane->number, src, len, media->start + off));
	count_store(lane, off, len);
	return store_mapped(media, off, src, len);
}

int
persist_store4(const struct persist *media, struct persist_lane *lane, uint64_t off, uint32_t value)
{
	assert(is_inside(media, off, 4) && off % 4 == 0);
	if (!media->base)
		return persist_store(media, lane, off, &value, sizeof(value));
	count_store(lane, off, sizeof(value));
	return store4_mapped(media, off, value);
}

int
persist_store8(const struct persist *media, struct persist_lane *lane, uint64_t off, uint64_t value)
{
	assert(is_inside(media, off, 8) && off % 8 == 0);
	if (!media->base)
		return persist_store(media, lane, off, &value, sizeof(value));
	count_store(lane, off, sizeof(value));
	return store8_mapped(media, off, value);
}

int
persist_publish4(const struct persist *media, struct persist_lane *lane, uint64_t off,
		 uint32_t value)
{
	assert(is_inside(media, off, 4) && off % 4 == 0);
	if (!media->base)
		return persist_store4(media, lane, off, value);
	count_store(lane, off, sizeof(value));
	return publish_mapped(media, off, value);
}

int
persist_zero(const struct persist *media, struct persist_lane *lane, uint64_t off, uint64_t len)
{
	assert(is_inside(media, off, len));
	return count_callback(media, lane, off, len, zero_guarded(media, lane->number, off, len));
}

int
persist_find_data(const struct persist *media, uint64_t off, uint64_t end, uint64_t *from,
		  uint64_t *to)
{
	const struct ns_callback *cb = media->cb;
	const size_t least = offsetof(struct ns_callback, nsfind_data) + sizeof(cb->nsfind_data);
	uint64_t first = 0, last = 0;

	assert(off <= end && is_inside(media, off, end - off));
	*from = off;
	*to = end;
	if (cb->size < least || !cb->nsfind_data)
		return 0;
	if (cb->nsfind_data(media->ns, media->start + off, media->start + end, &first, &last))
		return error_access(media, "looking for data in", off, end - off);
	if (first < media->start + off || first > media->start + end || last > media->start + end ||
	    (last <= first && first != media->start + end))
		return errormsg_set(EINVAL,
				    "nsfind_data: returned bytes %ju to %ju, outside the "
				    "range or empty",
				    (uintmax_t)first, (uintmax_t)last);
	*from = first - media->start;
	*to = last - media->start;
	return 0;
}

int
persist_flush(const struct persist *media, struct persist_lane *lane, uint64_t off, size_t len)
{
	assert(media->base && is_inside(media, off, len));
	counter_add(&lane->lines_flushed, lines_in(off, len));
	return flush_mapped(media, off, len);
}

int
persist_fence(const struct persist *media, struct persist_lane *lane)
{
	if (!media->base)
		return 0;
	counter_add(&lane->fences, 1);
	if (media->cb->nsdrain(media->ns))
		return errormsg_set_errno("making stores durable");
	return 0;
}

void
persist_prefetch_read(const struct persist *media, uint64_t off, size_t len)
{
	const size_t most = 8 * (size_t)FORMAT_LINE; /* the processor prefetches the rest */

	if (!media->base)
		return;
	for (size_t at = 0; at < len && at < most; at += FORMAT_LINE)
		__builtin_prefetch(media->base + off + at, 0);
}

void
persist_prefetch_write(const struct persist *media, uint64_t off)
{
	if (media->base)
		__builtin_prefetch(media->base + off, 1);
}
