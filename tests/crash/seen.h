/* SPDX-License-Identifier: BSD-3-Clause */
/* seen.h -- a set of hashes that only grows. */
#ifndef TESTS_CRASH_SEEN_H
#define TESTS_CRASH_SEEN_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

struct seen {
	uint64_t *slots;
	size_t size, count; /* size is a power of two */
};

static inline void
seen_clear(struct seen *s)
{
	if (s->slots)
		memset(s->slots, 0, s->size * sizeof(*s->slots));
	s->count = 0;
}

static inline int
seen_put(struct seen *s, uint64_t hash)
{
	size_t at = hash & (s->size - 1);

	while (s->slots[at] && s->slots[at] != hash)
		at = (at + 1) & (s->size - 1);
	if (s->slots[at])
		return 0;
	s->slots[at] = hash;
	s->count++;
	return 1;
}

/* 1 when the hash is new */
static inline int
seen_add(struct seen *s, uint64_t hash)
{
	if (s->count * 2 >= s->size) {
		struct seen old = *s;

		s->size = old.size ? 2 * old.size : 1024;
		s->count = 0;
		s->slots = calloc(s->size, sizeof(*s->slots));
		if (!s->slots)
			world_fail("no memory");
		for (size_t i = 0; i < old.size; i++) {
			if (old.slots[i])
				seen_put(s, old.slots[i]);
		}
		free(old.slots);
	}
	return seen_put(s, hash ? hash : 1);
}

#endif
