/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * target.h -- the target of a job's ops: a mapped namespace, a block device without a mapping, or a pool set, whose
 * parts only libpmemblk maps.
 *
 * A block device is open exclusively (O_EXCL excludes mounts, RAID and other exclusive users) and
 * bypasses the page cache (O_DIRECT). A namespace is borrowed: its opener closes it.
 */
#ifndef BENCH_TARGET_H
#define BENCH_TARGET_H

#include <stddef.h>

#include "job/job.h"
#include "ns.h"
#include "why.h"

struct target {
	const char *spec;          /* as the user named it; borrowed */
	struct btt_ns *ns;         /* NULL: a block device or a pool set */
	int is_pool_set;           /* 1: `spec` is the description of a pool set */
	struct btt_ns_facts facts; /* without ns: only kind, size, mode, node and fd */
	int may_format; /* 1: a job may replace all content: plain memory, or the user allowed it */
	int must_format;            /* 1: engine=btt replaces the BTT in any case */
	const uint8_t *layout_uuid; /* 16 bytes, of a new BTT; NULL: a random one */
};

struct target_list {
	struct target *targets; /* in the order of their first jobs */
	size_t count;
	const char *spec; /* the default of jobs without a spec */
};

/* Returns the job's spec, or the default of the list. */
const char *target_spec_of(const struct target_list *list, const struct job *job);

/* Returns the target of a job, or NULL if it is not in the list. */
struct target *target_find(const struct target_list *list, const struct job *job);

/* Returns the first job that uses the target; there must be one. */
const struct job *target_first_job(const struct target_list *list, const struct target *target,
				   const struct job_list *jobs);

/* Returns 1 if `spec` names a block device, to be opened by target_open_device. */
int target_is_device(const char *spec);

/* Opens a block device; 0, or -1 with one line in `why`. `spec` must outlive the target. */
int target_open_device(struct target *target, const char *spec, enum btt_ns_mode mode,
		       struct why *why);
void target_close_device(struct target *target);

/*
 * Returns 1 if `spec` is the description of a pool set: a text file that begins with PMEMPOOLSET. `parts` gets the paths
 * of its parts, separated by ", " and cut at the end, *bytes their size.
 */
int target_is_pool_set(const char *spec, char *parts, size_t size, uint64_t *bytes);

/* Makes a target of a pool set; 0, or -1 with one line in `why`. Closed by target_close_device. */
int target_open_pool_set(struct target *target, const char *spec, enum btt_ns_mode mode,
			 struct why *why);

/* Makes a target of an open namespace. `spec` and `ns` must outlive the target. */
void target_set_namespace(struct target *target, const char *spec, struct btt_ns *ns);

/* Returns "dram", "file", "dax", "block" or "pool set". */
const char *target_kind_name(const struct target *target);

#endif
