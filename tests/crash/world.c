/* SPDX-License-Identifier: BSD-3-Clause */
#include "world_impl.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS 32u /* a longer store is a bulk store */

void (*world_fail_context)(void);

void
world_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("crash: ", stdout);
	vprintf(format, args);
	putchar('\n');
	va_end(args);
	if (world_fail_context)
		world_fail_context();
	fflush(stdout);
	exit(1);
}

uint64_t
world_mix(uint64_t a, uint64_t b)
{
	uint64_t h = (a ^ 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu ^ b;

	h = (h ^ h >> 32) * 0xc4ceb9fe1a85ec53u;
	h = (h ^ h >> 29) * 0xff51afd7ed558ccdu;
	return h ^ h >> 32;
}

/* The hash of an image is the exclusive or over its nonzero words. */
static uint64_t
hash_word(size_t at, uint64_t value)
{
	return value ? world_mix(at + 1, value) : 0;
}

uint64_t
world_hash_image(const uint8_t *image, size_t bytes)
{
	uint64_t hash = 0, value;

	for (size_t at = 0; at < bytes; at += WORD) {
		memcpy(&value, image + at, WORD);
		hash ^= hash_word(at, value);
	}
	return hash;
}

size_t
world_bytes(const struct shape *shape)
{
	size_t bytes = 0;

	for (unsigned i = 0; i < WORLD_RANGES; i++)
		bytes += shape->ranges[i].len;
	return bytes;
}

void
world_init(struct world *w, const struct shape *shape, enum model model)
{
	size_t bytes = world_bytes(shape);

	*w = (struct world){.shape = shape, .model = model};
	w->visible = calloc(1, bytes);
	w->durable = calloc(1, bytes);
	w->heap = malloc(WORLD_HEAP);
	if (!w->visible || !w->durable || !w->heap)
		world_fail("no memory");
}

void
world_fini(struct world *w)
{
	free(w->visible);
	free(w->durable);
	free(w->heap);
}

void
world_load(struct world *w, const uint8_t *image, uint64_t hash)
{
	size_t bytes = world_bytes(w->shape);

	memcpy(w->visible, image, bytes);
	memcpy(w->durable, image, bytes);
	w->visible_hash = w->durable_hash = hash;
	w->npieces = 0;
	w->heap_used = 0;
	w->thread = 0;
	w->all_events = 0;
	memset(w->loaded, 0, sizeof(w->loaded));
	memset(w->events, 0, sizeof(w->events));
	w->is_recovering = w->is_dead = 0;
	w->before = w->after = NULL;
}

void
world_copy(struct world *w, const struct world *from)
{
	size_t bytes = world_bytes(w->shape);

	world_load(w, from->durable, from->durable_hash);
	memcpy(w->visible, from->visible, bytes);
	w->visible_hash = from->visible_hash;
	w->npieces = from->npieces;
	memcpy(w->pieces, from->pieces, sizeof(w->pieces[0]) * from->npieces);
	w->heap_used = from->heap_used;
	memcpy(w->heap, from->heap, from->heap_used);
}

size_t
world_compact(const struct world *w, uint64_t off, uint64_t len)
{
	size_t before = 0;

	for (unsigned i = 0; i < WORLD_RANGES; i++) {
		const struct range *r = &w->shape->ranges[i];

		if (len <= r->len && off >= r->off && off - r->off <= r->len - len)
			return before + (off - r->off);
		before += r->len;
	}
	world_fail("bytes %ju to %ju are outside the bytes that this layout uses", (uintmax_t)off,
		   (uintmax_t)(off + len));
}

void
world_put_word(uint8_t *image, uint64_t *hash, size_t word, const uint8_t bytes[WORD], uint8_t mask)
{
	uint64_t old, new;

	memcpy(&old, image + word, WORD);
	for (unsigned i = 0; i < WORD; i++) {
		if (mask >> i & 1)
			image[word + i] = bytes[i];
	}
	memcpy(&new, image + word, WORD);
	*hash ^= hash_word(word, old) ^ hash_word(word, new);
}

/* The whole piece. */
static void
apply(const struct world *w, const struct piece *p, uint8_t *image, uint64_t *hash)
{
	if (!world_is_bulk(p)) {
		world_put_word(image, hash, p->at, w->heap + p->heap, p->mask);
		return;
	}
	for (uint32_t word = 0; word < p->len; word += WORD)
		world_put_word(image, hash, p->at + word, w->heap + p->heap + word, 0xff);
}

/* A later store to the same bytes is durable, so an earlier one can't come back. 1: nothing is left of it. */
static int
is_replaced(struct piece *early, const struct piece *late)
{
	if (!world_do_overlap(early, late))
		return 0;
	if (!world_is_bulk(early) && !world_is_bulk(late)) {
		early->mask &= (uint8_t)~late->mask;
		return early->mask == 0;
	}
	if (early->at < late->at || early->at + early->len > late->at + late->len)
		world_fail("a part of a bulk store is replaced: the model does not cover this");
	return 1;
}

static void
remove_piece(struct world *w, unsigned i)
{
	memmove(&w->pieces[i], &w->pieces[i + 1], sizeof(w->pieces[0]) * (w->npieces - i - 1));
	w->npieces--;
}

static void
settle(struct world *w, unsigned i)
{
	struct piece p = w->pieces[i];

	apply(w, &p, w->durable, &w->durable_hash);
	if (p.is_hidden)
		apply(w, &p, w->visible, &w->visible_hash);
	remove_piece(w, i);
	while (i-- > 0) {
		if (is_replaced(&w->pieces[i], &p))
			remove_piece(w, i);
	}
}

void
world_fence(struct world *w)
{
	unsigned mine = 1u << w->thread;

	for (unsigned i = 0; i < w->npieces;) {
		unsigned before = w->npieces;

		if (!(w->pieces[i].captured & mine)) {
			i++;
			continue;
		}
		settle(w, i);
		i -= before - w->npieces - 1; /* earlier pieces that were removed with it */
	}
	if (!w->npieces)
		w->heap_used = 0;
}

void
world_lose_pending(struct world *w)
{
	memcpy(w->visible, w->durable, world_bytes(w->shape));
	w->visible_hash = w->durable_hash;
	w->npieces = 0;
	w->heap_used = 0;
}

static void
capture(struct world *w, size_t at, size_t len)
{
	size_t from = at / LINE * LINE, to = (at + len + LINE - 1) / LINE * LINE;

	for (unsigned i = 0; i < w->npieces; i++) {
		struct piece *p = &w->pieces[i];

		if (p->at < to && p->at + p->len > from && (!p->is_hidden || p->owner == w->thread))
			p->captured |= (uint8_t)(1u << w->thread);
	}
}

void
world_flush(struct world *w, uint64_t off, size_t len)
{
	capture(w, world_compact(w, off, len), len);
}

static void
add_piece(struct world *w, size_t at, const uint8_t *src, size_t len, enum store_kind kind)
{
	struct piece *p = &w->pieces[w->npieces++];
	size_t inside = len <= WORD ? at % WORD : 0;
	size_t room = len <= WORD ? WORD : len;
	int is_captured = kind == STORE_STREAMED; /* a published store waits for a flush */
	int is_hidden = kind == STORE_STREAMED && w->model == MODEL_LATE;

	if (w->npieces == WORLD_PIECES || w->heap_used + room > WORLD_HEAP)
		world_fail("too many pending stores for this model");
	*p = (struct piece){.at = (uint32_t)(at - inside),
			    .len = (uint32_t)room,
			    .heap = w->heap_used,
			    .mask = (uint8_t)(len < WORD ? ((1u << len) - 1) << inside : 0xff),
			    .captured = is_captured ? (uint8_t)(1u << w->thread) : 0,
			    .owner = (uint8_t)w->thread,
			    .is_hidden = (uint8_t)is_hidden};
	memset(w->heap + p->heap, 0, room);
	memcpy(w->heap + p->heap + inside, src, len);
	w->heap_used += (uint32_t)room;
	if (!is_hidden)
		apply(w, p, w->visible, &w->visible_hash);
}

void
world_store(struct world *w, enum store_kind kind, uint64_t off, const void *src, size_t len)
{
	size_t at = world_compact(w, off, len);
	const uint8_t *from = src;

	if (len > WORD && (at % WORD || len % WORD))
		world_fail("a store of %zu bytes at %ju: the model does not cover this", len,
			   (uintmax_t)off);
	if (len <= WORD || len > WORDS) {
		add_piece(w, at, from, len, kind);
	} else {
		for (size_t i = 0; i < len; i += WORD)
			add_piece(w, at + i, from + i, WORD, kind);
	}
	/* The other stores are flushed, or go past the cache. A flush writes back the whole line. */
	if (kind == STORE_STREAMED && w->model == MODEL_LINE)
		capture(w, at, len);
}

/* The view of this thread: its own stores that others do not see yet come on top. */
void
world_read(struct world *w, void *buf, uint64_t off, size_t len)
{
	size_t at = world_compact(w, off, len);
	uint8_t *to = buf;

	if (w->is_recovering && off < w->shape->data_end && off + len > w->shape->data)
		world_fail("recovery read data at byte %ju", (uintmax_t)off);
	memcpy(to, w->visible + at, len);
	for (unsigned i = 0; i < w->npieces; i++) {
		const struct piece *p = &w->pieces[i];

		if (!p->is_hidden || p->owner != w->thread)
			continue;
		for (uint32_t b = 0; b < p->len; b++) {
			if (p->at + b >= at && p->at + b < at + len &&
			    (world_is_bulk(p) || p->mask >> b & 1))
				to[p->at + b - at] = w->heap[p->heap + b];
		}
	}
}

uint64_t
world_pending_hash(const struct world *w)
{
	uint64_t hash = 0;

	for (unsigned i = 0; i < w->npieces; i++) {
		const struct piece *p = &w->pieces[i];

		hash = world_mix(hash, (uint64_t)p->at << 32 | (uint64_t)p->captured << 24 |
					       (uint64_t)p->mask << 16 | (uint64_t)p->owner << 8 |
					       p->is_hidden);
		for (uint32_t b = 0; b < p->len; b += WORD) {
			uint64_t value;

			memcpy(&value, w->heap + p->heap + b, WORD);
			hash = world_mix(hash, value);
		}
	}
	return hash;
}
