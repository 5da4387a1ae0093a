/* SPDX-License-Identifier: BSD-3-Clause */
#include "pending.h"

#include <stdlib.h>

int
pending_init(struct pending *p, uint32_t most)
{
	p->count = 0;
	p->writes = calloc(most, sizeof(*p->writes));
	return p->writes ? 0 : -1;
}

void
pending_fini(struct pending *p)
{
	free(p->writes);
	*p = (struct pending){0};
}

void
pending_add(struct pending *p, uint32_t premap, uint32_t postmap)
{
	p->writes[p->count++] = (struct pending_write){premap, postmap};
}

static int
by_premap(const void *left, const void *right)
{
	const struct pending_write *l = left, *r = right;

	return (l->premap > r->premap) - (l->premap < r->premap);
}

const struct pending_write *
pending_sort(struct pending *p)
{
	qsort(p->writes, p->count, sizeof(*p->writes), by_premap);
	for (uint32_t i = 1; i < p->count; i++) {
		if (p->writes[i].premap == p->writes[i - 1].premap)
			return &p->writes[i];
	}
	return NULL;
}

const struct pending_write *
pending_find(const struct pending *p, uint32_t premap)
{
	const struct pending_write key = {.premap = premap};

	return p->count ? bsearch(&key, p->writes, p->count, sizeof(key), by_premap) : NULL;
}
