/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * persist.c -- the door to media for every kind of namespace: single instructions where the process can flush the
 * memory itself, the optional members of struct ns_callback for other mapped memory, else nsread, nswrite and nszero.
 *
 * An access to mapped memory through a callback can meet a bad page inside a function that the handler does not know.
 * Each stands in a GUARDED function of its own (guard.h).
 */
#include "persist.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>

#include "errormsg.h"
#include "format.h"
#include "guard.h"
#include "persist_inline.h"

/* the one text for every call of a namespace that failed */
static int
error_access(const struct persist *media, const char *action, uint64_t off, uint64_t len)
{
	return errormsg_set_errno("%s %ju bytes at byte %ju of the namespace", action,
				  (uintmax_t)len, (uintmax_t)(media->start + off));
}

/* cold: not inlined into a read or a write */
__attribute__((noinline, cold)) void
persist_note_bad_page(const struct persist *media, const char *action, uint64_t off, uint64_t len)
{
	char text[32];

	errno = EIO;
	snprintf(text, sizeof(text), "bad page: %s", action);
	error_access(media, text, off, len);
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
	media->direct = direct_choose(media->cb);
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
		return persist_error_bad_page(media, "storing", off, len);
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
		return persist_error_bad_page(media, "storing", off, sizeof(value));
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
		return persist_error_bad_page(media, "storing", off, sizeof(value));
	media->cb->nsstore8(media->ns, to, value);
	guard_disarm();
	return 0;
}

static GUARDED int
publish_mapped(const struct persist *media, uint64_t off, uint32_t value)
{
	uint8_t *to = media->base + off;
	struct guard guard;

	if (GUARD_BAD_PAGE(&guard, to, to + sizeof(value)))
		return persist_error_bad_page(media, "storing", off, sizeof(value));
	guarded_store4(to, value);
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
flush_mapped(const struct persist *media, uint64_t off, size_t len)
{
	const uint8_t *from = media->base + off;
	struct guard guard;

	if (GUARD_BAD_PAGE(&guard, line_of(media, off),
			   line_of(media, off + len - 1) + FORMAT_LINE))
		return persist_error_bad_page(media, "flushing", off, len);
	media->cb->nsflush(media->ns, from, len);
	guard_disarm();
	return 0;
}

static int
flush_direct(const struct persist *media, uint64_t off, size_t len)
{
	const uint8_t *end = media->base + off + len;

	for (const uint8_t *line = line_of(media, off); line < end; line += FORMAT_LINE) {
		if (persist_flush_line(&media->direct, line))
			return persist_error_bad_page(media, "flushing", off, len);
	}
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

__attribute__((noinline)) int
persist_any_read(const struct persist *media, struct persist_lane *lane, void *buf, size_t len,
		 uint64_t off)
{
	if (media->cb->nsread(media->ns, lane->number, buf, len, media->start + off))
		return error_access(media, "reading", off, len);
	return 0;
}

/* nswrite is durable on return */
static int
write_by_callback(const struct persist *media, struct persist_lane *lane, uint64_t off,
		  const void *src, size_t len)
{
	if (media->cb->nswrite(media->ns, lane->number, src, len, media->start + off))
		return error_access(media, "storing", off, len);
	return 0;
}

/* data of whole lines, in pieces with a fence after each one that more bytes follow */
static int
stream_in_pieces(const struct persist *media, uint64_t off, const uint8_t *src, size_t len)
{
	const struct direct *direct = &media->direct;

	for (size_t at = 0; at < len;) {
		size_t left = len - at;
		size_t piece = left > direct->stream_most ? direct->stream_most : left;

		if (at && persist_any_fence(media))
			return -1;
		if (direct->stream(media->base + off + at, src + at, piece))
			return persist_error_bad_page(media, "storing", off, len);
		at += piece;
	}
	return 0;
}

int
persist_any_store(const struct persist *media, struct persist_lane *lane, uint64_t off,
		  const void *src, size_t len)
{
	if (!media->base)
		return write_by_callback(media, lane, off, src, len);
	if (media->direct.stream && (off | len) % FORMAT_LINE == 0 && len &&
	    len >= media->direct.stream_least)
		return stream_in_pieces(media, off, src, len);
	return store_mapped(media, off, src, len);
}

int
persist_any_store4(const struct persist *media, struct persist_lane *lane, uint64_t off,
		   uint32_t value)
{
	if (!media->base)
		return write_by_callback(media, lane, off, &value, sizeof(value));
	if (!media->direct.is_direct)
		return store4_mapped(media, off, value);
	return guard_store4(media->base + off, value) ||
			       persist_flush_line(&media->direct, media->base + off)
		       ? persist_error_bad_page(media, "storing", off, sizeof(value))
		       : 0;
}

int
persist_any_store8(const struct persist *media, struct persist_lane *lane, uint64_t off,
		   uint64_t value)
{
	if (!media->base)
		return write_by_callback(media, lane, off, &value, sizeof(value));
	if (!media->direct.is_direct)
		return store8_mapped(media, off, value);
	return guard_store8(media->base + off, value) ||
			       persist_flush_line(&media->direct, media->base + off)
		       ? persist_error_bad_page(media, "storing", off, sizeof(value))
		       : 0;
}

int
persist_any_publish4(const struct persist *media, struct persist_lane *lane, uint64_t off,
		     uint32_t value)
{
	if (!media->base)
		return write_by_callback(media, lane, off, &value, sizeof(value));
	if (!media->direct.is_direct)
		return publish_mapped(media, off, value);
	return guard_store4(media->base + off, value)
		       ? persist_error_bad_page(media, "storing", off, sizeof(value))
		       : 0;
}

int
persist_any_flush(const struct persist *media, uint64_t off, size_t len)
{
	return media->direct.is_direct ? flush_direct(media, off, len)
				       : flush_mapped(media, off, len);
}

int
persist_any_fence(const struct persist *media)
{
	if (media->base && media->cb->nsdrain(media->ns))
		return errormsg_set_errno("making stores durable");
	return 0;
}

int
persist_zero(const struct persist *media, struct persist_lane *lane, uint64_t off, uint64_t len)
{
	assert(persist_is_inside(media, off, len));
	if (zero_guarded(media, lane->number, off, len))
		return error_access(media, "storing", off, len);
	return 0;
}

int
persist_find_data(const struct persist *media, uint64_t off, uint64_t end, uint64_t *from,
		  uint64_t *to)
{
	const struct ns_callback *cb = media->cb;
	const size_t least = offsetof(struct ns_callback, nsfind_data) + sizeof(cb->nsfind_data);
	uint64_t first = 0, last = 0;

	assert(off <= end && persist_is_inside(media, off, end - off));
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
