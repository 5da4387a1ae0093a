/* SPDX-License-Identifier: BSD-3-Clause */
#include "owners.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW_BLOCKS (1u << 28) /* 32 MiB of bits */

static size_t
window_bytes(const struct owners *o)
{
	return ((size_t)o->most + 63) / 64 * sizeof(*o->owned);
}

int
owners_init(struct owners *o, uint32_t nlba)
{
	*o = (struct owners){.nlba = nlba, .most = nlba < WINDOW_BLOCKS ? nlba : WINDOW_BLOCKS};
	o->owned = malloc(window_bytes(o));
	return o->owned ? 0 : -1;
}

void
owners_fini(struct owners *o)
{
	free(o->owned);
	o->owned = NULL;
}

int
owners_next_window(struct owners *o)
{
	o->first = o->end;
	if (o->first == o->nlba)
		return 0;
	o->end = o->nlba - o->first < o->most ? o->nlba : o->first + o->most;
	memset(o->owned, 0, window_bytes(o));
	return 1;
}

uint32_t
owners_find_unowned(const struct owners *o, uint32_t from)
{
	while (from < o->end) {
		uint32_t bit = from - o->first;
		uint64_t unowned = ~o->owned[bit / 64] >> bit % 64;

		if (unowned) {
			uint32_t at = from + (uint32_t)__builtin_ctzll(unowned);

			return at < o->end ? at : o->end;
		}
		from += 64 - bit % 64;
	}
	return o->end;
}
