/* SPDX-License-Identifier: BSD-3-Clause */
#include "overlay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"

struct overlay_page {
	uint8_t bytes[FORMAT_PAGE]; /* first member, so that it is aligned like the page */
	struct overlay_page *next;
	uint64_t off;
};

void
overlay_init(struct overlay *o, uint64_t size, void *ns, const struct ns_callback *cb)
{
	*o = (struct overlay){.size = size, .ns = ns, .cb = cb};
}

void
overlay_fini(struct overlay *o)
{
	for (unsigned i = 0; i < OVERLAY_BUCKETS; i++) {
		for (struct overlay_page *page = o->buckets[i], *next; page; page = next) {
			next = page->next;
			free(page);
		}
		o->buckets[i] = NULL;
	}
}

static struct overlay_page **
bucket_of(struct overlay *o, uint64_t off)
{
	return &o->buckets[off / FORMAT_PAGE % OVERLAY_BUCKETS];
}

static struct overlay_page *
find(struct overlay *o, uint64_t off)
{
	struct overlay_page *page = *bucket_of(o, off);

	while (page && page->off != off)
		page = page->next;
	return page;
}

/* the copy of the page at `off`, made now if it does not exist; NULL/errno */
static struct overlay_page *
find_or_copy(struct overlay *o, unsigned lane, uint64_t off)
{
	uint64_t left = o->size - off;
	struct overlay_page *page = find(o, off), **bucket = bucket_of(o, off);

	if (page)
		return page;
	page = aligned_alloc(64, (sizeof(*page) + 63) / 64 * 64);
	if (!page)
		return NULL;
	if (o->cb->nsread(o->ns, lane, page->bytes, left < FORMAT_PAGE ? left : FORMAT_PAGE, off)) {
		int err = errno;

		free(page);
		errno = err;
		return NULL;
	}
	page->off = off;
	page->next = *bucket;
	*bucket = page;
	return page;
}

static size_t
left_of_page(uint64_t off, size_t count)
{
	size_t left = FORMAT_PAGE - off % FORMAT_PAGE;

	return count < left ? count : left;
}

static int
overlay_read(void *ns, unsigned lane, void *buf, size_t count, uint64_t off)
{
	struct overlay *o = ns;
	uint8_t *to = buf;

	for (size_t len; count; count -= len, off += len, to += len) {
		const struct overlay_page *page = find(o, off / FORMAT_PAGE * FORMAT_PAGE);

		len = left_of_page(off, count);
		if (page)
			memcpy(to, page->bytes + off % FORMAT_PAGE, len);
		else if (o->cb->nsread(o->ns, lane, to, len, off))
			return -1;
	}
	return 0;
}

/* from == NULL: zeros */
static int
store(struct overlay *o, unsigned lane, const uint8_t *from, size_t count, uint64_t off)
{
	for (size_t len; count; count -= len, off += len) {
		struct overlay_page *page = find_or_copy(o, lane, off / FORMAT_PAGE * FORMAT_PAGE);

		if (!page)
			return -1;
		len = left_of_page(off, count);
		if (from) {
			memcpy(page->bytes + off % FORMAT_PAGE, from, len);
			from += len;
		} else {
			memset(page->bytes + off % FORMAT_PAGE, 0, len);
		}
	}
	return 0;
}

static int
overlay_write(void *ns, unsigned lane, const void *buf, size_t count, uint64_t off)
{
	return store(ns, lane, buf, count, off);
}

static int
overlay_zero(void *ns, unsigned lane, size_t count, uint64_t off)
{
	return store(ns, lane, NULL, count, off);
}

const struct ns_callback overlay_callbacks = {
	.nsread = overlay_read,
	.nswrite = overlay_write,
	.nszero = overlay_zero,
};
