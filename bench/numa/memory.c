/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * memory.c -- one jemalloc arena per node, created at the first allocation on this node.
 *
 * jemalloc gets address space through extent hooks. The alloc hook of an arena calls the default hook of
 * jemalloc and binds the new extent to the node before anybody touches it.
 *
 * Invariant: arenas never share address space, so memory that an arena reuses is on its node already.
 */
#include "memory.h"
#include "topology.h"

#include <errno.h>
#include <jemalloc/jemalloc.h>
#include <stdio.h>
#include <stdlib.h>

struct arena {
	extent_hooks_t hooks; /* must be first: alloc_on_node casts its address to the arena */
	const extent_hooks_t *default_hooks;
	const struct topology *topology;
	struct arena *next;
	int node; /* -1: not bound */
	unsigned index;
};

struct memory {
	const struct topology *topology;
	struct arena *arenas;
};

static void *
alloc_on_node(extent_hooks_t *hooks, void *new_addr, size_t size, size_t alignment, bool *zero,
	      bool *commit, unsigned index)
{
	struct arena *a = (struct arena *)hooks;
	void *extent =
		a->default_hooks->alloc(hooks, new_addr, size, alignment, zero, commit, index);

	if (!extent || topology_bind_area(a->topology, extent, size, a->node) == 0)
		return extent;
	a->default_hooks->destroy(hooks, extent, size, *commit, index);
	return NULL;
}

/* Needs a complete arena, because the default hooks of jemalloc look up the arena. */
static int
set_hooks(struct arena *a)
{
	extent_hooks_t *defaults, *ours = &a->hooks;
	size_t size = sizeof defaults;
	char name[64];

	snprintf(name, sizeof name, "arena.%u.extent_hooks", a->index);
	if (mallctl(name, &defaults, &size, NULL, 0))
		return -1;
	a->default_hooks = defaults;
	a->hooks = *defaults;
	a->hooks.alloc = alloc_on_node;
	return mallctl(name, NULL, NULL, &ours, sizeof ours) ? -1 : 0;
}

/* Also frees the address space. No allocation may be left. */
static void
destroy_arena(struct arena *a)
{
	char name[64];

	snprintf(name, sizeof name, "arena.%u.destroy", a->index);
	mallctl(name, NULL, NULL, NULL, 0);
	free(a);
}

static struct arena *
create_arena(const struct topology *t, int node)
{
	struct arena *a = calloc(1, sizeof *a);
	size_t size = sizeof a->index;

	if (!a)
		return NULL;
	a->topology = t;
	a->node = node;
	if (mallctl("arenas.create", &a->index, &size, NULL, 0)) {
		free(a);
		return NULL;
	}
	if (node >= 0 && set_hooks(a)) {
		destroy_arena(a);
		return NULL;
	}
	return a;
}

static struct arena *
arena_of_node(struct memory *m, int node)
{
	struct arena *a;

	for (a = m->arenas; a; a = a->next)
		if (a->node == node)
			return a;
	a = create_arena(m->topology, node);
	if (a) {
		a->next = m->arenas;
		m->arenas = a;
	}
	return a;
}

struct memory *
memory_open(const struct topology *t)
{
	struct memory *m = calloc(1, sizeof *m);

	if (m)
		m->topology = t;
	return m;
}

void
memory_close(struct memory *m)
{
	if (!m)
		return;
	while (m->arenas) {
		struct arena *a = m->arenas;

		m->arenas = a->next;
		destroy_arena(a);
	}
	free(m);
}

void *
memory_alloc(struct memory *m, int node, size_t size, size_t align)
{
	struct arena *a = arena_of_node(m, node);
	void *ptr = NULL;

	/* no thread cache: it could return memory of another arena */
	if (a)
		ptr = mallocx(size, MALLOCX_ARENA(a->index) | MALLOCX_TCACHE_NONE | MALLOCX_ZERO |
					    MALLOCX_LG_ALIGN(__builtin_ctzl(align)));
	if (!ptr)
		errno = ENOMEM;
	return ptr;
}

void
memory_free(struct memory *m, void *ptr)
{
	(void)m;
	if (ptr)
		dallocx(ptr, MALLOCX_TCACHE_NONE);
}
