/* SPDX-License-Identifier: BSD-3-Clause */
/* result.c -- frees and names results, adds reasons, points of a sweep, and sums of several runs. */
#include "result.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

void
result_run_free(struct result_run *run)
{
	free(run->workers);
	free(run->intervals);
	for (unsigned i = 0; i < run->nreasons; i++)
		free(run->reasons[i]);
}

static void
free_study(struct result_study *study)
{
	for (size_t i = 0; study->keys && i < study->nkeys; i++)
		free(study->keys[i]);
	for (size_t i = 0; study->values && i < study->npoints * study->nkeys; i++)
		free(study->values[i]);
	free(study->keys);
	free(study->values);
}

void
result_host_free(struct result_host *host)
{
	free(host->hostname);
	free(host->kernel);
	free(host->cmdline);
	free(host->cpu_model);
	free(host->microcode);
	free(host->governor);
	free(host->thp);
	free(host->libpmem_version);
	free(host->libpmem_flush);
	free(host->libpmem_store);
	free(host->libpmem_wc_workaround);
}

void
result_namespace_free(struct result_namespace *ns)
{
	free(ns->spec);
	free(ns->kind);
	free(ns->persistence_domain);
	free(ns->health);
	free(ns->modules);
	free(ns->device);
	free(ns->file_system);
	*ns = (struct result_namespace){0};
}

void
result_namespaces_free(struct result_namespace *namespaces, size_t count)
{
	for (size_t i = 0; i < count; i++)
		result_namespace_free(&namespaces[i]);
	free(namespaces);
}

static void
free_member(struct result_member *member)
{
	free(member->name);
	result_host_free(&member->host);
	result_namespaces_free(member->namespaces, member->nnamespaces);
	for (size_t i = 0; i < member->nreasons; i++)
		free(member->reasons[i]);
	free(member->figures);
	free(member->spans);
}

void
result_free(struct result *result)
{
	for (size_t i = 0; i < result->nruns; i++)
		result_run_free(&result->runs[i]);
	free(result->runs);
	for (size_t i = 0; i < result->nsteady; i++)
		free(result->steady[i].iops);
	free(result->steady);
	for (size_t i = 0; i < result->nreasons; i++)
		free(result->reasons[i]);
	result_host_free(&result->host);
	result_namespaces_free(result->namespaces, result->nnamespaces);
	for (size_t i = 0; i < result->nhosts; i++)
		free_member(&result->hosts[i]);
	free(result->hosts);
	free(result->job_path);
	free(result->origin.version);
	free(result->origin.commit);
	free(result->origin.why_not_tsc);
	free_study(&result->study);
	qualification_free(&result->qualification);
	job_list_free(&result->jobs);
	memset(result, 0, sizeof(*result));
}

void
result_add_reason(struct result *result, const char *format, ...)
{
	va_list args;
	char *reason;

	if (result->nreasons == RESULT_REASONS_MAX) {
		if (result->status_reason < RESULT_REASONS_MAX)
			return;
		free(result->reasons[--result->nreasons]);
		result->status_reason = result->nreasons;
	}
	va_start(args, format);
	if (vasprintf(&reason, format, args) >= 0)
		result->reasons[result->nreasons++] = reason;
	va_end(args);
}

void
result_run_add_reason(struct result_run *run, const char *reason)
{
	char *copy = run->nreasons < RESULT_RUN_REASONS_MAX ? strdup(reason) : NULL;

	if (copy)
		run->reasons[run->nreasons++] = copy;
}

int
result_has_visits(const struct result *result)
{
	return result->study.npoints || result->qualification.profile;
}

const char *
result_verdict_name(const struct result *result)
{
	static const char *const names[] = {[RESULT_VALID] = "PASS",
					    [RESULT_INTERRUPTED] = "NOT FINISHED",
					    [RESULT_MISSED] = "FAIL",
					    [RESULT_INCONCLUSIVE] = "INCONCLUSIVE",
					    [RESULT_INVALID] = "INVALID"};

	return result->qualification.profile ? names[result->status]
					     : result_status_name(result->status);
}

size_t
result_point_jobs(const struct result *result)
{
	return result->study.npoints ? result->jobs.count / result->study.npoints
				     : result->jobs.count;
}

size_t
result_point(const struct result *result, const struct job *job)
{
	return result->study.npoints ? (size_t)(job - result->jobs.jobs) / result_point_jobs(result)
				     : 0;
}

const char *
result_point_value(const struct result *result, size_t point, size_t key)
{
	return result->study.values[point * result->study.nkeys + key];
}

struct result_point_text
result_point_name(const struct result *result, size_t point)
{
	const struct result_study *study = &result->study;
	struct result_point_text name = {""};
	size_t used = 0;

	for (size_t k = 0; k < study->nkeys && used < sizeof(name.text); k++)
		used += (size_t)snprintf(name.text + used, sizeof(name.text) - used, "%s%s=%s",
					 k ? " " : "", study->keys[k],
					 result_point_value(result, point, k));
	return name;
}

int
result_study_key(const struct result *result, const char *key)
{
	for (size_t k = 0; k < result->study.nkeys; k++)
		if (!strcmp(result->study.keys[k], key))
			return (int)k;
	return -1;
}

void
result_name(struct result *result)
{
	time_t t = (time_t)result->started_at;
	uint32_t number;
	char start[24] = "";
	struct tm tm;

	/* only an old kernel without a random source has nothing better than the process id */
	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) != sizeof(number))
		number = (uint32_t)getpid();
	if (gmtime_r(&t, &tm))
		strftime(start, sizeof(start), "%Y%m%dT%H%M%SZ", &tm);
	snprintf(result->id, sizeof(result->id), "%s-%08x", start, (unsigned)number);
}

const char *
result_version(const struct result *result)
{
	return result->origin.version ? result->origin.version : bttbench_version;
}

const char *
result_commit(const struct result *result)
{
	return result->origin.commit ? result->origin.commit : bttbench_commit;
}

void
result_lower(struct result *result, enum result_status status)
{
	if (status <= result->status)
		return;
	result->status = status;
	result->status_reason = result->nreasons;
}

void
result_lower_run(struct result *result, struct result_run *run, enum result_status status)
{
	if (status > run->status)
		run->status = status;
	result_lower(result, status);
}

const char *
result_status_reason(const struct result *result)
{
	if (result->status == RESULT_VALID || result->status_reason >= result->nreasons)
		return NULL;
	return result->reasons[result->status_reason];
}

const char *
result_status_name(enum result_status status)
{
	static const char *const names[] = {"valid", "interrupted", "missed", "inconclusive",
					    "invalid"};

	return names[status];
}

const char *
result_finding_name(enum result_finding_kind kind)
{
	static const char *const names[] = {"torn",   "misdirected", "stale",
					    "future", "foreign",     "unreadable"};

	return names[kind];
}

void
result_errno_add(struct result_op *op, const struct result_errno *from)
{
	struct result_errno *to = op->errnos;

	while (to < op->errnos + op->nerrnos && to->err != from->err)
		to++;
	if (to == op->errnos + RESULT_ERRNOS_MAX)
		return;
	if (to == op->errnos + op->nerrnos) {
		op->nerrnos++;
		*to = *from;
		return;
	}
	to->count += from->count;
	if (from->first_ns < to->first_ns) {
		to->first_ns = from->first_ns;
		to->first_lba = from->first_lba;
	}
}

void
result_btt_add(struct result_btt *sum, const struct result_btt *btt)
{
	sum->valid |= btt->valid;
	sum->fences += btt->fences;
	sum->lines_flushed += btt->lines_flushed;
	sum->bytes_stored += btt->bytes_stored;
	sum->lock_waits += btt->lock_waits;
	sum->reader_waits += btt->reader_waits;
	sum->read_retries += btt->read_retries;
	sum->idle_zeroes += btt->idle_zeroes;
	sum->zero_reads += btt->zero_reads;
	sum->lane_waits += btt->lane_waits;
	sum->scans += btt->scans;
}

uint64_t
result_verify_findings(const struct result_verify *verify)
{
	uint64_t findings = verify->layout_errors;

	for (int kind = 0; kind < RESULT_FINDING_KINDS; kind++)
		findings += verify->counts[kind];
	return findings;
}

/* 0, not consistent, is worse than -1, not checked. */
static int
worse_layout(int one, int other)
{
	if (!one || !other)
		return 0;
	return one < other ? one : other;
}

void
result_verify_add(struct result_verify *sum, const struct result_verify *verify)
{
	if (!verify->valid)
		return;
	sum->layout = sum->valid ? worse_layout(sum->layout, verify->layout) : verify->layout;
	sum->valid = 1;
	sum->read += verify->read;
	sum->swept += verify->swept;
	sum->unknown += verify->unknown;
	sum->by_stamp += verify->by_stamp;
	sum->unchecked += verify->unchecked;
	sum->state_bytes = verify->state_bytes;
	sum->layout_errors += verify->layout_errors;
	if (!sum->layout_first[0])
		memcpy(sum->layout_first, verify->layout_first, sizeof(sum->layout_first));
	for (int kind = 0; kind < RESULT_FINDING_KINDS; kind++)
		sum->counts[kind] += verify->counts[kind];
	for (unsigned i = 0; i < verify->nfirst && sum->nfirst < RESULT_FINDINGS_MAX; i++)
		sum->first[sum->nfirst++] = verify->first[i];
}

unsigned
result_repeat(const struct result_run *run)
{
	return run->repeat + 1;
}

int
result_is_good(const struct result_run *run)
{
	return run->status != RESULT_INVALID && run->status != RESULT_INCONCLUSIVE &&
	       !run->settling;
}
