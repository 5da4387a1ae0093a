/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * overlay.h -- a namespace over another one, which it never changes: what is stored stays here, a copy
 * of each page that was stored to. A repair that only says what it would do works on one.
 *
 * One thread. Memory: 4 KiB for each page stored to.
 */
#ifndef BTT_OVERLAY_H
#define BTT_OVERLAY_H

#include "btt.h"

#define OVERLAY_BUCKETS 1024u

struct overlay_page;

struct overlay {
	uint64_t size;
	void *ns; /* the one below */
	const struct ns_callback *cb;
	struct overlay_page *buckets[OVERLAY_BUCKETS];
};

/* its callbacks, with a struct overlay as their `ns` */
extern const struct ns_callback overlay_callbacks;

void overlay_init(struct overlay *o, uint64_t size, void *ns, const struct ns_callback *cb);
void overlay_fini(struct overlay *o);

#endif
