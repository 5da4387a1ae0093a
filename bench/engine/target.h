/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * target.h -- what a job's ops go to: a mapped namespace, or a block device, which nothing maps.
 *
 * A block device is held exclusively (O_EXCL: against mounts, RAID and others that do the same) and past
 * the page cache (O_DIRECT) from open to close. A namespace belongs to whoever opened it.
 */
#ifndef BENCH_TARGET_H
#define BENCH_TARGET_H

#include <stddef.h>

#include "job/job.h"
#include "ns.h"
#include "why.h"

struct target {
	const char *spec;          /* as the user named it; borrowed */
	struct btt_ns *ns;         /* NULL: a block device */
	struct btt_ns_facts facts; /* of a block device: size, node and fd, with base NULL */
};

struct target_list {
	struct target *targets; /* in the order in which jobs first name them */
	size_t count;
	const char *spec; /* of jobs that name none */
};

/* what a job names */
const char *target_spec_of(const struct target_list *list, const struct job *job);

/* what a job goes to: NULL when it is not in the list */
struct target *target_find(const struct target_list *list, const struct job *job);

/* the first of the jobs that goes there; there must be one */
const struct job *target_first_job(const struct target_list *list, const struct target *target,
				   const struct job_list *jobs);

/* 1: a block device, which target_open_device opens */
int target_is_device(const char *spec);

/* 0, or -1 with one line in `why` */
int target_open_device(struct target *target, const char *spec, enum btt_ns_mode mode,
		       struct why *why);
void target_close_device(struct target *target);

/* a namespace that is open already */
void target_set_namespace(struct target *target, const char *spec, struct btt_ns *ns);

/* "dram", "file", "dax", "block" */
const char *target_kind_name(const struct target *target);

/*
 * What a write to it would destroy, like "the BTT" or "the ext4 filesystem", in `what`: 1. Nothing that is known
 * of: 0. -1/errno when it can't be read.
 */
int target_find_content(const struct target *target, char *what, size_t size);

#endif
