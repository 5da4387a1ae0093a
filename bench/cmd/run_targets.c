/* SPDX-License-Identifier: BSD-3-Clause */
#include "run_targets.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/available.h"
#include "job/job_key.h"

/* 1 when no job on this target changes it; the run does not fill a file for a job that only reads */
static int
is_only_read(const struct target_list *targets, const struct job_list *jobs, const char *spec)
{
	for (size_t i = 0; i < jobs->count; i++) {
		const struct job *job = &jobs->jobs[i];
		int fills = job_fill_passes(job) && job_key_given(job, "precondition");

		/* libpmemblk opens a pool for writing in any case */
		if (!strcmp(target_spec_of(targets, job), spec) &&
		    (job->percent[OP_READ] != 100 || fills || job->engine == JOB_ENGINE_PMEMBLK))
			return 0;
	}
	return 1;
}

/* A target that can't be opened for writing is opened for reading, when that is enough for its jobs. */
static enum cmd_exit
open_one(struct target *target, const char *spec, enum btt_ns_mode mode, int only_read)
{
	struct why why;
	struct btt_ns *ns;
	uint64_t bytes;
	char parts[1];

	if (target_is_device(spec)) {
		if (!target_open_device(target, spec, mode, &why) ||
		    (only_read && !target_open_device(target, spec, BTT_NS_READ_ONLY, &why)))
			return CMD_OK;
		return cmd_fail("%s", why.text);
	}
	if (target_is_pool_set(spec, parts, sizeof(parts), &bytes))
		return target_open_pool_set(target, spec, mode, &why) ? cmd_fail("%s", why.text)
								      : CMD_OK;
	if (only_read && access(spec, W_OK) && !access(spec, R_OK))
		mode = BTT_NS_READ_ONLY;
	ns = cmd_open_namespace(spec, mode, 0, CMD_LOAD);
	if (!ns)
		return CMD_FAILED;
	target_set_namespace(target, spec, ns);
	return CMD_OK;
}

/* One namespace has one near node, also at all points of a sweep. */
static enum cmd_exit
check_node(const struct target_list *targets, const struct target *target,
	   const struct job_list *jobs, const struct job *job)
{
	const struct job *first = target_first_job(targets, target, jobs);
	const struct job_key_text want = job_key_text(first, "namespace_node");
	const struct job_key_text got = job_key_text(job, "namespace_node");

	if (!strcmp(want.text, got.text))
		return CMD_OK;
	return cmd_usage("namespace_node=%s: job '%s' on the same namespace has %s (allowed: one "
			 "value for each namespace)",
			 got.text, first->name, want.text);
}

enum cmd_exit
run_targets_open(struct target_list *targets, const struct job_list *jobs, const char *spec,
		 enum btt_ns_mode mode)
{
	uint64_t dram =
		0; /* bytes; the kernel would kill the process later, when it touches them */

	*targets = (struct target_list){.targets = calloc(jobs->count, sizeof(*targets->targets)),
					.spec = spec};
	if (!targets->targets)
		return cmd_fail("%s: %s", spec, strerror(errno));
	for (size_t i = 0; i < jobs->count; i++) {
		const struct job *job = &jobs->jobs[i];

		if (target_find(targets, job)) {
			if (check_node(targets, target_find(targets, job), jobs, job))
				return CMD_USAGE;
			continue;
		}
		if (open_one(&targets->targets[targets->count], target_spec_of(targets, job), mode,
			     is_only_read(targets, jobs, target_spec_of(targets, job))))
			return CMD_FAILED;
		if (targets->targets[targets->count].facts.kind == BTT_NS_DRAM)
			dram += targets->targets[targets->count].facts.size;
		targets->count++;
		if (dram > available_memory(""))
			return cmd_fail("all dram: namespaces together have %" PRIu64
					" bytes, more than the memory that is available now "
					"(%" PRIu64 ")",
					dram, available_memory(""));
	}
	return CMD_OK;
}

void
run_targets_close(struct target_list *targets)
{
	for (size_t i = 0; i < targets->count; i++) {
		if (targets->targets[i].ns)
			btt_ns_close(targets->targets[i].ns);
		else
			target_close_device(&targets->targets[i]);
	}
	free(targets->targets);
}
