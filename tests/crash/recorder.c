/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * recorder.c -- implements the door to media (persist.h) on a struct world instead of memory. The `ns` of a
 * namespace is its struct world. Replaces btt/media/persist.c; all other sources stay the same.
 */
#include <string.h>

#include "media/persist.h"
#include "world.h"

static struct world *
world_of(const struct persist *media)
{
	return media->ns;
}

static void
begin(struct world *w)
{
	if (w->before && !w->is_dead)
		w->before(w);
	w->events[w->thread]++;
	w->all_events++;
}

static int
end(struct world *w)
{
	if (w->after && !w->is_dead)
		w->after(w);
	return 0;
}

int
persist_open(struct persist *media, const struct persist_namespace *from, uint64_t start)
{
	struct world *w = from->ns;

	*media = (struct persist){.base = w->visible, /* any address: mapped as one piece */
				  .size = from->size - start,
				  .start = start,
				  .ns = from->ns,
				  .cb = from->cb};
	return 0;
}

void
persist_close(const struct persist *media)
{
	(void)media;
}

static void
remember(struct world *w, const void *buf, size_t len)
{
	uint64_t *hash = &w->loaded[w->thread], word = 0;

	for (size_t i = 0; i < len; i += sizeof(word)) {
		memcpy(&word, (const uint8_t *)buf + i,
		       len - i < sizeof(word) ? len - i : sizeof(word));
		*hash = world_mix(*hash, word);
	}
}

int
persist_read(const struct persist *media, struct persist_lane *lane, void *buf, size_t len,
	     uint64_t off)
{
	struct world *w = world_of(media);

	(void)lane;
	begin(w);
	world_read(w, buf, media->start + off, len);
	if (w->before)
		remember(w, buf, len);
	return 0;
}

int
persist_load4(const struct persist *media, struct persist_lane *lane, uint64_t off, uint32_t *value)
{
	return persist_read(media, lane, value, sizeof(*value), off);
}

static int
store(const struct persist *media, enum store_kind kind, uint64_t off, const void *src, size_t len)
{
	struct world *w = world_of(media);

	begin(w);
	if (!w->is_dead)
		world_store(w, kind, media->start + off, src, len);
	return end(w);
}

int
persist_store(const struct persist *media, struct persist_lane *lane, uint64_t off, const void *src,
	      size_t len)
{
	(void)lane;
	return store(media, STORE_STREAMED, off, src, len);
}

int
persist_store4(const struct persist *media, struct persist_lane *lane, uint64_t off, uint32_t value)
{
	(void)lane;
	return store(media, STORE_STREAMED, off, &value, sizeof(value));
}

int
persist_store8(const struct persist *media, struct persist_lane *lane, uint64_t off, uint64_t value)
{
	(void)lane;
	return store(media, STORE_STREAMED, off, &value, sizeof(value));
}

/*
 * A write stores the old map entry once more. No thread sees a difference, and no cut has another image: for each byte,
 * an image with this store is one with the last store before it. So this store is no event.
 */
int
persist_publish4(const struct persist *media, struct persist_lane *lane, uint64_t off,
		 uint32_t value)
{
	uint32_t now;

	(void)lane;
	world_read(world_of(media), &now, media->start + off, sizeof(now));
	if (now == value)
		return 0;
	return store(media, STORE_PUBLISHED, off, &value, sizeof(value));
}

int
persist_zero(const struct persist *media, struct persist_lane *lane, uint64_t off, uint64_t len)
{
	static const uint8_t zeros[WORLD_HEAP];

	(void)lane;
	if (len > sizeof(zeros))
		world_fail("zeroing %ju bytes: the model does not cover this", (uintmax_t)len);
	return store(media, STORE_STREAMED, off, zeros, len);
}

/* Nobody knows that a byte of the world is zero. */
int
persist_find_data(const struct persist *media, uint64_t off, uint64_t end, uint64_t *from,
		  uint64_t *to)
{
	(void)media;
	*from = off;
	*to = end;
	return 0;
}

int
persist_flush(const struct persist *media, struct persist_lane *lane, uint64_t off, size_t len)
{
	struct world *w = world_of(media);

	(void)lane;
	begin(w);
	if (!w->is_dead)
		world_flush(w, media->start + off, len);
	return end(w);
}

int
persist_fence(const struct persist *media, struct persist_lane *lane)
{
	struct world *w = world_of(media);

	(void)lane;
	begin(w);
	if (!w->is_dead)
		world_fence(w);
	return end(w);
}

void
persist_prefetch_read(const struct persist *media, uint64_t off, size_t len)
{
	(void)media;
	(void)off;
	(void)len;
}

void
persist_prefetch_write(const struct persist *media, uint64_t off)
{
	(void)media;
	(void)off;
}
