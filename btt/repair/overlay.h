/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * overlay.h -- a namespace above another one, which it never changes. Stores go to copies of the
 * pages, in memory. A dry run of a repair works on an overlay.
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
	void *ns; /* the namespace below */
	const struct ns_callback *cb;
	struct overlay_page *buckets[OVERLAY_BUCKETS];
};

/* The `ns` of these callbacks is a struct overlay. It is not mapped: nsmap and nssync are NULL. */
extern const struct ns_callback overlay_callbacks;

void overlay_init(struct overlay *o, uint64_t size, void *ns, const struct ns_callback *cb);
void overlay_fini(struct overlay *o);

#endif
