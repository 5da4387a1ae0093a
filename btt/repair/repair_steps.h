/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * repair_steps.h -- the steps of btt_repair that have a file of their own; each returns 0 or
 * -1/errno.
 */
#ifndef BTT_REPAIR_STEPS_H
#define BTT_REPAIR_STEPS_H

struct btt_repair_options;
struct persist_namespace;
struct repair;

/*
 * repair_open.c: repairs that come before opening. Reports them with an arena that has no place in the
 * BTT yet.
 */
int repair_before_open(struct repair *r, const struct persist_namespace *from,
		       const struct btt_repair_options *options);

/* repair_flog.c: moves slots 0 and 2 to 0 and 1, and clears unused slots. */
int repair_flog(struct repair *r);

/*
 * repair_owners.c: resolves blocks with several owners as `keep` says, and lanes that share a free
 * block.
 */
int repair_owners(struct repair *r);

#endif
