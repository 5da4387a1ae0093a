/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * persist.c -- the door to media for real namespaces: straight to memory when the namespace is
 * mapped as one piece, else through the five callbacks.
 *
 * persist_read is `inline` for the link-time optimiser: one call less between two reads lets the
 * processor run ahead into the second. With it and without a guard to arm, reads of 512 bytes took a
 * quarter less time.
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

static __attribute__((unused)) int /* asserted only */
is_inside(const struct persist *media, uint64_t off, uint64_t len)
{
	return len <= media->size && off <= media->size - len;
}

/* whatever the namespace refuses is said here, once */
static int
failed(const struct persist *media, const char *what, uint64_t off, uint64_t len)
{
	return errormsg_set_errno("%s %ju bytes at byte %ju of the namespace", what, (uintmax_t)len,
				  (uintmax_t)(media->start + off));
}

/* every store leaves its size here */
static void
count_store(struct persist_lane *lane, uint64_t off, uint64_t len)
{
	persist_count(&lane->bytes_stored, len);
	persist_count(&lane->lines_flushed, lines_in(off, len));
}

/* a callback made one store durable, or failed to */
static int
count_callback(const struct persist *media, struct persist_lane *lane, uint64_t off, uint64_t len,
	       int err)
{
	count_store(lane, off, len);
	persist_count(&lane->fences, 1);
	return err ? failed(media, "storing", off, len) : 0;
}

static __attribute__((noinline)) int
read_by_callback(const struct persist *media, struct persist_lane *lane, void *buf, size_t len,
		 uint64_t off)
{
	if (media->cb->nsread(media->ns, lane->number, buf, len, media->start + off))
		return failed(media, "reading", off, len);
	return 0;
}

int
persist_open(struct persist *media, uint64_t nssize, uint64_t start, void *ns,
	     const struct ns_callback *cb)
{
	void *addr = NULL;
	ssize_t mapped;

	if (start % FORMAT_PAGE || start >= nssize)
		return errormsg_set(
			EINVAL,
			"start %#jx: not a multiple of 4096 inside the namespace of %ju bytes",
			(uintmax_t)start, (uintmax_t)nssize);
	*media = (struct persist){.size = nssize - start, .start = start, .ns = ns, .cb = cb};
	if (!cb->nsstore || !cb->nsflush || !cb->nsdrain)
		return 0;
	mapped = cb->nsmap(ns, 0, &addr, nssize, 0);
	if (mapped < 0)
		return failed(media, "mapping", 0, nssize - start);
	if ((uint64_t)mapped < nssize || (uintptr_t)addr % FORMAT_PAGE)
		return errormsg_set(
			EINVAL, "the namespace has nsstore but is not mapped as one aligned piece");
	media->base = (uint8_t *)addr + start;
	guard_install();
	return 0;
}

/* the guard has struck somewhere in the range */
static __attribute__((noinline, cold)) int
bad_page(const struct persist *media, const char *what, uint64_t off, uint64_t len)
{
	errno = EIO;
	return failed(media, what, off, len);
}

static GUARDED int
store_mapped(const struct persist *media, uint64_t off, const void *src, size_t len)
{
	uint8_t *to = media->base + off;
	struct guard guard;

	if (GUARD_BAD_PAGE(&guard, to, to + len))
		return bad_page(media, "bad page: storing", off, len);
	media->cb->nsstore(media->ns, to, src, len);
	guard_disarm();
	return 0;
}

/* a flush touches whole lines; the BTT starts on one */
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
		return bad_page(media, "bad page: storing", off, sizeof(value));
	guarded_store4(to, value);
	media->cb->nsflush(media->ns, to, sizeof(value));
	guard_disarm();
	return 0;
}

/* a line of a bad page can't be written back either */
static GUARDED int
flush_mapped(const struct persist *media, uint64_t off, size_t len)
{
	const uint8_t *from = media->base + off;
	struct guard guard;

	if (GUARD_BAD_PAGE(&guard, line_of(media, off),
			   line_of(media, off + len - 1) + FORMAT_LINE))
		return bad_page(media, "bad page: flushing", off, len);
	media->cb->nsflush(media->ns, from, len);
	guard_disarm();
	return 0;
}

static GUARDED int
zero_any(const struct persist *media, unsigned number, uint64_t off, uint64_t len)
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

inline int
persist_read(const struct persist *media, struct persist_lane *lane, void *buf, size_t len,
	     uint64_t off)
{
	assert(is_inside(media, off, len));
	if (!media->base)
		return read_by_callback(media, lane, buf, len, off);
	return guard_copy(buf, media->base + off, len)
		       ? bad_page(media, "bad page: reading", off, len)
		       : 0;
}

int
persist_load4(const struct persist *media, struct persist_lane *lane, uint64_t off, uint32_t *value)
{
	assert(is_inside(media, off, 4) && off % 4 == 0);
	if (!media->base)
		return read_by_callback(media, lane, value, sizeof(*value), off);
	return guard_load4(media->base + off, value) ? bad_page(media, "bad page: reading", off, 4)
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

/* the address of `len` aligned bytes of a namespace without a mapping of its own, or NULL/errno */
static void *
map_by_callback(const struct persist *media, struct persist_lane *lane, uint64_t off, size_t len)
{
	void *addr = NULL;
	ssize_t mapped = media->cb->nsmap(media->ns, lane->number, &addr, len, media->start + off);

	if (mapped >= (ssize_t)len && (uintptr_t)addr % len == 0)
		return addr;
	if (mapped >= 0)
		errno = EIO;
	failed(media, "mapping", off, len);
	return NULL;
}

int
persist_store4(const struct persist *media, struct persist_lane *lane, uint64_t off, uint32_t value)
{
	_Atomic uint32_t *addr;

	assert(is_inside(media, off, 4) && off % 4 == 0);
	if (media->base)
		return persist_store(media, lane, off, &value, sizeof(value));
	addr = map_by_callback(media, lane, off, sizeof(value));
	if (!addr)
		return -1;
	atomic_store_explicit(addr, value, memory_order_release);
	media->cb->nssync(media->ns, lane->number, (void *)addr, sizeof(value));
	return count_callback(media, lane, off, sizeof(value), 0);
}

int
persist_store8(const struct persist *media, struct persist_lane *lane, uint64_t off, uint64_t value)
{
	_Atomic uint64_t *addr;

	assert(is_inside(media, off, 8) && off % 8 == 0);
	if (media->base)
		return persist_store(media, lane, off, &value, sizeof(value));
	addr = map_by_callback(media, lane, off, sizeof(value));
	if (!addr)
		return -1;
	atomic_store_explicit(addr, value, memory_order_release);
	media->cb->nssync(media->ns, lane->number, (void *)addr, sizeof(value));
	return count_callback(media, lane, off, sizeof(value), 0);
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
	return count_callback(media, lane, off, len, zero_any(media, lane->number, off, len));
}

int
persist_flush(const struct persist *media, struct persist_lane *lane, uint64_t off, size_t len)
{
	void *addr;

	assert(is_inside(media, off, len));
	if (media->base) {
		persist_count(&lane->lines_flushed, lines_in(off, len));
		return flush_mapped(media, off, len);
	}
	addr = map_by_callback(media, lane, off, len);
	if (!addr)
		return -1;
	media->cb->nssync(media->ns, lane->number, addr, len);
	persist_count(&lane->lines_flushed, lines_in(off, len));
	persist_count(&lane->fences, 1);
	return 0;
}

int
persist_fence(const struct persist *media, struct persist_lane *lane)
{
	if (!media->base)
		return 0;
	persist_count(&lane->fences, 1);
	if (media->cb->nsdrain(media->ns))
		return errormsg_set_errno("making stores durable");
	return 0;
}

void
persist_prefetch_read(const struct persist *media, uint64_t off, size_t len)
{
	const size_t most =
		8 * (size_t)FORMAT_LINE; /* beyond, the processor's own prefetcher follows */

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
