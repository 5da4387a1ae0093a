/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cmd_run.c -- bttbench run [JOBFILE] [NS]: checks the options against the jobs, opens the namespaces, runs the jobs and
 * writes the result.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "job/job.h"
#include "job/job_key.h"
#include "job/job_list.h"
#include "host/host.h"
#include "host/msync.h"
#include "run/run.h"
#include "output/output.h"
#include "append_file.h"
#include "cmd.h"
#include "dry_run.h"
#include "hgrm_files.h"
#include "output_file.h"
#include "run_args.h"
#include "run_ranks.h"
#include "run_targets.h"
#include "saved_result.h"
#include "terminal.h"

#define STATUS_NS 1000000000u

static const struct output_ops *
format_of(const struct run_args *args)
{
	return args->job.format ? args->job.format : output_find("text");
}

/* A format without the reasons leaves one line on standard error, so that exit 3 or 4 is never silent. */
static void
explain(const struct output_ops *format, const struct result *result)
{
	const char *reason = result_status_reason(result);
	char left_out[96] = "";
	size_t bad = 0, nruns = 0;

	for (size_t i = 0; i < result->nruns; i++) {
		nruns += !result->runs[i].settling;
		bad += !result->runs[i].settling && !result_is_good(&result->runs[i]);
	}
	if (bad && format->only_good_runs)
		snprintf(left_out, sizeof(left_out), " (--format=%s leaves out %zu of %zu runs)",
			 format->name, bad, nruns);
	if (!format->has_reasons && saved_result_exit(result))
		cmd_warn("%s: %s%s", result_status_name(result->status),
			 reason ? reason : "no reason was kept", left_out);
}

/* files that are opened before the run */
struct outputs {
	struct output_file json;
	struct append_file csv;
};

static enum cmd_exit
open_outputs(const struct run_args *args, struct outputs *outputs, const struct job_list *jobs)
{
	enum cmd_exit code = CMD_OK;

	if (args->job.output && output_file_open(&outputs->json, args->job.output))
		return cmd_fail("%s: %s", args->job.output, strerror(errno));
	if (args->append)
		code = append_file_open(&outputs->csv, args->append, jobs);
	if (code && args->job.output)
		output_file_drop(&outputs->json);
	return code;
}

static void
drop_outputs(const struct run_args *args, struct outputs *outputs)
{
	if (args->job.output)
		output_file_drop(&outputs->json);
	if (args->append)
		append_file_drop(&outputs->csv);
}

static int
write_text(const struct run_args *args, const struct result *result)
{
	const struct text_options options = {.width = terminal_width(stdout),
					     .is_verbose = args->verbose};

	return output_text_with(result, &options, stdout);
}

/* When a file can't be written, the others and standard output still get the result. */
static enum cmd_exit
report(const struct run_args *args, const struct result *result, struct outputs *outputs)
{
	enum cmd_exit code = saved_result_exit(result);
	struct why why;
	int err;

	if (args->job.output && saved_result_write(result, &outputs->json, args->job.output, &why))
		code = cmd_fail("%s", why.text);
	if (args->append && append_file_write(&outputs->csv, result))
		code = CMD_FAILED;
	if (args->hgrm && hgrm_files_write(args->hgrm, result))
		code = CMD_FAILED;
	if (args->is_format_refused)
		return code ? code : CMD_FAILED;
	err = format_of(args)->write == output_text ? write_text(args, result)
						    : format_of(args)->write(result, stdout);
	if (err)
		return cmd_fail("standard output: %s", strerror(errno));
	return cmd_finish_output(code);
}

/* Not every engine opens the BTT. --parent-uuid still protects a BTT that belongs to another namespace. */
static enum cmd_exit
check_parent(const struct run_args *args, const struct target_list *targets)
{
	for (size_t i = 0; i < targets->count && args->parent.is_given; i++) {
		const struct target *target = &targets->targets[i];
		struct btt *btt = NULL;

		if (!target->ns)
			continue;
		btt = cmd_open_btt(target->ns, target->spec, BTT_READ_ONLY, &args->parent);
		if (!btt)
			return CMD_FAILED;
		btt_fini(btt);
	}
	return CMD_OK;
}

/* Bytes that the jobs fill before they read. The layout is not open yet: its tables are neglected. */
static uint64_t
count_filled(const struct job *job, const struct target *target)
{
	const struct job_region *region = &job->region;
	double share = 1;

	if (job->percent[OP_READ] == 100 && !job_key_given(job, "precondition"))
		return 0;
	if (!region->to_end)
		share = region->size.is_percent
				? region->size.percent / 100
				: (double)region->size.bytes / (double)target->facts.size;
	return (uint64_t)(share * (double)target->facts.size * job_fill_passes(job));
}

/* before the load, which may take hours for this reason */
static void
warn_of_msync(const struct target_list *targets, const struct job_list *jobs)
{
	for (size_t i = 0; i < jobs->count; i++) {
		const struct job *job = &jobs->jobs[i];
		const struct target *target = target_find(targets, job);
		uint64_t filled = 0;
		double fill_s;
		char fill[64] = "", lack[HOST_LACK_MAX];

		if (!target->ns || target->facts.is_pmem ||
		    target->facts.mode == BTT_NS_READ_ONLY || job->engine == JOB_ENGINE_BLOCK ||
		    job->engine == JOB_ENGINE_NULL ||
		    target_first_job(targets, target, jobs) != job)
			continue;
		for (size_t other = i; other < jobs->count; other++)
			if (target_find(targets, &jobs->jobs[other]) == target &&
			    count_filled(&jobs->jobs[other], target) > filled)
				filled = count_filled(&jobs->jobs[other], target);
		fill_s = filled ? (double)filled / host_msync_rate(target->spec) : 0;
		if (fill_s >= 1)
			snprintf(fill, sizeof(fill), "; filling it will take about %.0f s", fill_s);
		host_read_lack_of_dax(target->spec, lack);
		if (*lack)
			cmd_warn("%s: %s does not use DAX for this file; the run measures msync "
				 "(the mount option dax=always uses it)%s",
				 target->spec, lack, fill);
		else
			cmd_warn("%s: libpmem can't flush it from user space; the run measures "
				 "msync "
				 "(PMEM_IS_PMEM_FORCE=1 treats it as persistent memory)%s",
				 target->spec, fill);
	}
}

static enum cmd_exit
run_alone(const struct run_options *run, struct result *result)
{
	struct why why;
	enum cmd_exit code = run_jobs(run, result, &why) ? cmd_fail("%s", why.text) : CMD_OK;

	result_name(result);
	return code;
}

/* With a failure or a signal there is no result of some ranks only. */
static enum cmd_exit
run_and_merge(const struct run_args *args, const struct run_options *run, struct result *result)
{
	struct why why;

	if (run_jobs(run, result, &why) || run_ranks_is_ended(args->ranks))
		return run_ranks_is_ended(args->ranks) ? CMD_ENDED : cmd_fail("%s", why.text);
	result_name(result);
	return run_ranks_merge(args->ranks, args->mpi_each, result);
}

static enum cmd_exit
run_on(const struct run_args *args, const struct target_list *targets, struct result *result)
{
	int terminal = isatty(STDERR_FILENO);
	const struct run_options run = {
		.targets = targets,
		.force = args->job.force,
		.verify_state = args->verify_state,
		.before_load = warn_of_msync,
		.peers = args->ranks ? ranks_peers(args->ranks) : NULL,
		.on_signal = args->ranks && !ranks_number(args->ranks) ? run_ranks_signal : NULL,
		.monitor =
			{
				.status = terminal || args->job.status_interval_ns ? stderr : NULL,
				.rewrite = terminal,
				.status_interval_ns = args->job.status_interval_ns
							      ? args->job.status_interval_ns
							      : STATUS_NS,
			},
	};
	struct outputs outputs;
	enum cmd_exit code, reported;

	if (args->ranks && ranks_number(args->ranks))
		return run_and_merge(args, &run, result);
	/* report an unusable path now, not after a long run */
	code = open_outputs(args, &outputs, &result->jobs);
	if (code)
		return code;
	code = args->ranks ? run_and_merge(args, &run, result) : run_alone(&run, result);
	if (result->nruns == 0 || (args->ranks && code)) {
		drop_outputs(args, &outputs);
		return code;
	}
	if (!code)
		explain(format_of(args), result);
	reported = report(args, result, &outputs);
	return code ? code : reported;
}

/* A state file holds the blocks of one namespace. */
static enum cmd_exit
check_verify_state(const struct run_args *args, const struct job_list *list)
{
	const struct job *first = NULL;

	for (size_t i = 0; i < list->count && args->verify_state; i++) {
		const struct job *job = &list->jobs[i];

		if (job->verify == JOB_VERIFY_NONE)
			continue;
		if (first && strcmp(first->ns_spec, job->ns_spec) != 0)
			return cmd_usage("--verify-state=%s: jobs '%s' and '%s' verify different "
					 "namespaces (allowed: one)",
					 args->verify_state, first->name, job->name);
		first = job;
	}
	if (args->verify_state && !first)
		return cmd_usage("--verify-state=%s: nothing to keep (allowed: with verify=stamp)",
				 args->verify_state);
	return CMD_OK;
}

struct check {
	const struct run_args *args;
	const struct job_list *list;
};

static enum cmd_exit
check_hgrm(void *arg, const char *path)
{
	const struct check *check = arg;

	return job_args_check_written(&check->args->job, check->list, "hgrm", path);
}

/* The files that a run writes must not be the same. */
static enum cmd_exit
check_files(const struct run_args *args, const struct job_list *list)
{
	const struct {
		const char *option, *path;
	} files[] = {
		{"output", args->job.output},
		{"append", args->append},
		{"verify-state", args->verify_state},
	};
	const size_t count = sizeof(files) / sizeof(files[0]);

	for (size_t i = 0; i < count; i++) {
		if (files[i].path &&
		    job_args_check_written(&args->job, list, files[i].option, files[i].path))
			return CMD_USAGE;
		for (size_t k = i + 1; k < count && files[i].path; k++)
			if (files[k].path && (!strcmp(files[i].path, files[k].path) ||
					      output_file_is_same(files[i].path, files[k].path)))
				return cmd_usage(
					"--%s=%s: it is the file of --%s (allowed: another "
					"file)",
					files[i].option, files[i].path, files[k].option);
	}
	return CMD_OK;
}

static enum cmd_exit
check_options(struct run_args *args, const struct job_list *list)
{
	const char *option = args->job.output ? "output" : args->append ? "append" : "hgrm";
	const char *path = args->job.output ? args->job.output
			   : args->append   ? args->append
					    : args->hgrm;
	const struct output_ops *format = format_of(args);
	struct check check = {args, list};
	struct why why;
	enum cmd_exit code;

	if (args->mpi_each && !args->is_mpi)
		return cmd_usage("--mpi-each=%s: there are no ranks (allowed: with --mpi)",
				 args->mpi_each);
	if (args->is_mpi && !args->ranks)
		return cmd_usage("--mpi: only a part of its name is given (allowed: --mpi)");
	if (args->is_mpi && args->dry_run)
		return cmd_usage("--mpi: nothing is measured (allowed: without --dry-run)");
	if (path && args->dry_run)
		return cmd_usage("--%s=%s: nothing is measured (allowed: without --dry-run)",
				 option, path);
	code = check_files(args, list);
	if (!code && format->check && !args->dry_run && format->check(list, &why)) {
		args->is_format_refused = 1;
		cmd_warn("--format=%s: %s; the run goes on for its exit code and other outputs",
			 format->name, why.text);
	}
	if (!code)
		code = check_verify_state(args, list);
	if (!code && args->hgrm)
		code = hgrm_files_check(args->hgrm, list, check_hgrm, &check);
	return code;
}

static enum cmd_exit
open_and_run(const struct run_args *args, struct result *result)
{
	enum btt_ns_mode mode = args->dry_run ? BTT_NS_READ_ONLY : BTT_NS_READ_WRITE;
	struct target_list targets;
	enum cmd_exit code = run_targets_open(&targets, &result->jobs, args->job.ns, mode);

	if (!code)
		code = check_parent(args, &targets);
	if (!code)
		code = args->dry_run ? dry_run(&result->jobs, &targets)
				     : run_on(args, &targets, result);
	run_targets_close(&targets);
	return code;
}

static enum cmd_exit
load_and_run(struct run_args *args)
{
	struct result result = {0};
	struct why why;
	enum cmd_exit code;

	if (job_list_load(&result.jobs, args->job.jobfile, args->job.sets, args->job.nsets, &why))
		return errno == ENOMEM ? cmd_fail("%s", why.text) : cmd_usage("%s", why.text);
	code = check_options(args, &result.jobs);
	if (!code && args->job.jobfile && !(result.job_path = strdup(args->job.jobfile)))
		code = cmd_fail("%s: %s", args->job.jobfile, strerror(errno));
	if (!code)
		code = open_and_run(args, &result);
	result_free(&result);
	return code;
}

static enum cmd_exit
run(int argc, char **argv, struct ranks *ranks)
{
	struct run_args args;
	enum cmd_exit code = run_args_parse(&args, argc, argv);

	args.ranks = ranks;
	if (!code && args.print_keys) {
		args.print_keys(stdout);
		code = cmd_finish_output(CMD_OK);
	} else if (!code) {
		code = load_and_run(&args);
	}
	run_args_free(&args);
	return code;
}

enum cmd_exit
cmd_run(int argc, char **argv)
{
	return run_ranks_asked(argc, argv) ? run_ranks(argc, argv, run) : run(argc, argv, NULL);
}
