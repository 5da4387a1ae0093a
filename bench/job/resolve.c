/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * resolve.c -- keys that depend on each other.
 *
 * Precedence is default < [global] < job < --set. One key can make another key meaningless. The
 * meaningless key is ignored if it comes from [global], or if it has the lower precedence of the two.
 * Otherwise it is an error.
 */
#include "resolve.h"

#include <stdio.h>
#include <string.h>

#include "job_key.h"
#include "keys.h"
#include "limit.h"
#include "source.h"

enum origin { ORIGIN_DEFAULT, ORIGIN_GLOBAL, ORIGIN_JOB, ORIGIN_SET };

struct check {
	struct job *job;
	const char *path;
	struct why *why;
	int only; /* 1: the list has no other job that --set could mean */
};

static enum origin
origin_of(const struct job *job, const char *name)
{
	int line = keys_line(job, name);

	if (line == 0)
		return ORIGIN_DEFAULT;
	if (line == JOB_LINE_SET)
		return ORIGIN_SET;
	return line < job->line ? ORIGIN_GLOBAL : ORIGIN_JOB;
}

/* Writes "path: job 'oltp', line 7: key=value: wrong". Always returns -1. */
static int
error_key(const struct check *check, const char *key, const char *wrong)
{
	job_key_error(check->job, key, check->why, "%s", wrong);
	return origin_of(check->job, key) == ORIGIN_SET ? -1 : why_prefix(check->why, check->path);
}

/* The kind of op that rw names, or OP_KINDS for a mix. */
static enum op_kind
rw_kind(enum job_rw rw)
{
	switch (rw) {
	case JOB_READ:
	case JOB_RANDREAD:
		return OP_READ;
	case JOB_WRITE:
	case JOB_RANDWRITE:
		return OP_WRITE;
	case JOB_ZERO:
	case JOB_RANDZERO:
		return OP_ZERO;
	case JOB_RW:
	case JOB_RANDRW:
		break;
	}
	return OP_KINDS;
}

static int
resolve_mix(const struct check *check)
{
	struct job *job = check->job;
	enum op_kind kind = rw_kind(job->rw);
	enum origin mix = origin_of(job, "rwmix");
	char wrong[2 * KEY_TEXT_MAX];

	if (kind == OP_KINDS)
		return 0;
	if (mix > ORIGIN_GLOBAL && mix >= origin_of(job, "rw") && job->percent[kind] != 100) {
		snprintf(wrong, sizeof(wrong), "only for rw=rw or rw=randrw (rw is %s)",
			 job_key_text(job, "rw").text);
		return error_key(check, "rwmix", wrong);
	}
	memset(job->percent, 0, sizeof(job->percent));
	job->percent[kind] = 100;
	return 0;
}

static int
is_random(enum job_rw rw)
{
	return rw == JOB_RANDREAD || rw == JOB_RANDWRITE || rw == JOB_RANDZERO || rw == JOB_RANDRW;
}

static void
resolve_defaults(struct job *job)
{
	if (!job_key_given(job, "pattern"))
		job->pattern = is_random(job->rw) ? PATTERN_UNIFORM : PATTERN_SEQ;
	if (!job_key_given(job, "partition"))
		job->partition =
			job->pattern == PATTERN_SEQ ? JOB_PARTITION_THREAD : JOB_PARTITION_SHARED;
	if (!job_key_given(job, "precondition"))
		job->precondition =
			job->percent[OP_READ] > 0 ? JOB_PRECONDITION_FILL : JOB_PRECONDITION_FAULT;
}

static int
resolve_end(const struct check *check)
{
	struct job *job = check->job;
	enum origin ops = origin_of(job, "ops"), runtime = origin_of(job, "runtime");

	if (job->ops > 0 && (runtime == ORIGIN_DEFAULT || (ops == ORIGIN_SET && runtime < ops)))
		job->runtime_ns = 0;
	if (job->ops == 0 && job->runtime_ns == 0)
		return error_key(check, "runtime",
				 "the job would not end (allowed: 0 only with ops)");
	return 0;
}

/*
 * Drops limits on ops that the job does not do, if they may be meant for other jobs: those of [global],
 * and those of --set in a list of several jobs. In all other cases they are errors.
 */
static int
resolve_limits(const struct check *check)
{
	struct job *job = check->job;
	unsigned kept = 0;

	for (unsigned i = 0; i < job->nlimits; i++) {
		const struct job_limit *limit = &job->limits[i];
		unsigned kind = limit->op % JOB_LIMIT_RANDREAD;
		const char *wrong = NULL;

		if (limit->op >= JOB_LIMIT_RANDREAD && !is_random(job->rw))
			wrong = "only for rw=rand* (this job's rw is sequential)";
		else if (kind < OP_KINDS && job->percent[kind] == 0)
			wrong = "the job has no such operations";
		if (!wrong)
			job->limits[kept++] = *limit;
		else if (limit->line >= job->line && limit->line != JOB_LINE_SET)
			return why_say(check->why, "%s: job '%s', %s: %s: %s", check->path,
				       job->name, source_line(job->source, limit->line).text,
				       job_limit_key(limit).text, wrong);
		else if (limit->line == JOB_LINE_SET && check->only)
			return why_say(check->why, "--set %s: %s", job_limit_key(limit).text,
				       wrong);
	}
	job->nlimits = kept;
	return 0;
}

int
resolve_check_limits(const struct job_list *list, const struct job *asked, const char *path,
		     struct why *why)
{
	static const char wrong[] = "no job has such operations";

	for (unsigned i = 0; i < asked->nlimits; i++) {
		const struct job_limit *limit = &asked->limits[i];
		const struct job_limit_text name = job_limit_key(limit);
		size_t k = 0;

		while (k < list->count && !limit_find(&list->jobs[k], limit))
			k++;
		if (k < list->count)
			continue;
		if (limit->line == JOB_LINE_SET)
			return why_say(why, "--set %s: %s", name.text, wrong);
		return why_say(why, "%s: %s: %s: %s", path,
			       source_line(asked->source, limit->line).text, name.text, wrong);
	}
	return 0;
}

/* Stamps are the whole content of a block. */
static int
resolve_data(const struct check *check)
{
	static const char *const keys[] = {"buffer_compress_percentage", "dedupe_percentage"};
	unsigned *percents[] = {&check->job->compress_percent, &check->job->dedupe_percent};
	enum origin verify = origin_of(check->job, "verify");

	if (check->job->verify == JOB_VERIFY_NONE)
		return 0;
	for (int i = 0; i < 2; i++) {
		enum origin data = origin_of(check->job, keys[i]);

		if (*percents[i] > 0 && data > ORIGIN_GLOBAL && data >= verify)
			return error_key(check, keys[i],
					 "not with verify=stamp (the stamps are the data)");
		*percents[i] = 0;
	}
	return 0;
}

/* An open loop reads the clock to know when an operation is due. */
static int
resolve_timing(const struct check *check)
{
	enum origin every = origin_of(check->job, "latency_every");

	if (!check->job->rate_iops || check->job->latency_every == 1)
		return 0;
	if (every > ORIGIN_GLOBAL && every >= origin_of(check->job, "rate_iops"))
		return error_key(check, "latency_every",
				 "not with rate_iops (an open loop times each operation)");
	check->job->latency_every = 1;
	return 0;
}

/* Only libbtt has calls for many blocks, and each block of a batch needs a lane. */
static int
check_batch(const struct check *check)
{
	struct job *job = check->job;
	enum origin batch = origin_of(job, "batch");
	char wrong[KEY_TEXT_MAX];

	if (job->engine != JOB_ENGINE_BTT &&
	    (batch <= ORIGIN_GLOBAL || batch < origin_of(job, "engine")))
		job->batch = 1;
	if (job->batch == 1)
		return 0;
	if (job->engine != JOB_ENGINE_BTT) {
		snprintf(wrong, sizeof(wrong), "engine=%.32s has no batches (allowed: engine=btt)",
			 job_key_text(job, "engine").text);
		return error_key(check, "batch", wrong);
	}
	if (job->blocks > 1)
		return error_key(check, "batch", "not with blocks (its operations are batches)");
	if (job->rate_iops)
		return error_key(check, "batch",
				 "not with rate_iops (blocks of a batch start together)");
	if (job->lookahead != JOB_LOOKAHEAD_NONE)
		return error_key(check, "batch", "only with lookahead=none");
	if (job->latency_every > 1 && origin_of(job, "latency_every") > ORIGIN_GLOBAL)
		return error_key(check, "latency_every", "not with batch (each batch is timed)");
	job->latency_every = 1;
	if (job->lanes && job->lanes < job->threads * job->batch) {
		snprintf(wrong, sizeof(wrong),
			 "threads=%u needs %u lanes, and lanes=%u (allowed: lanes=threads, or as "
			 "many as needed)",
			 job->threads, job->threads * job->batch, job->lanes);
		return error_key(check, "batch", wrong);
	}
	for (unsigned i = 0; i < job->nlimits; i++)
		if (job->limits[i].metric >= JOB_LIMIT_MIN)
			return error_key(check, "batch",
					 "not with a limit on latencies (no block has a time of "
					 "its own)");
	return 0;
}

static int
check_lanes(const struct check *check)
{
	const struct job *job = check->job;
	unsigned lanes = job->lanes ? job->lanes : job->threads * job->batch;
	char wrong[KEY_TEXT_MAX];

	if (job->nfree > 0 && lanes > job->nfree) {
		snprintf(wrong, sizeof(wrong),
			 "fewer than the %u lanes (each lane owns a free block)", lanes);
		return error_key(check, "nfree", wrong);
	}
	if (job->nfree > 0 && lanes > 0 && job->rotate > job->nfree / lanes) {
		snprintf(wrong, sizeof(wrong),
			 "%u lane%s nfree=%u free blocks (allowed: at most %u)", lanes,
			 lanes == 1 ? " has" : "s share", job->nfree, job->nfree / lanes);
		return error_key(check, "rotate", wrong);
	}
	return 0;
}

int
resolve_job(struct job *job, const char *path, enum resolve_siblings siblings, struct why *why)
{
	const struct check check = {job, path, why, siblings == RESOLVE_ALONE};

	if (resolve_mix(&check) || resolve_end(&check) || resolve_limits(&check))
		return -1;
	if (job->steady.rounds && job->repeat > 1)
		return error_key(&check, "repeat",
				 "not with steady_state (its last rounds are the repeats)");
	if (resolve_data(&check) || resolve_timing(&check) || check_batch(&check) ||
	    check_lanes(&check))
		return -1;
	resolve_defaults(job);
	return 0;
}
