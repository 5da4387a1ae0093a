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
#include "host/msync.h"
#include "run/run.h"
#include "output/output.h"
#include "terminal.h"
#include "cmd.h"
#include "dry_run.h"
#include "output_file.h"
#include "run_args.h"
#include "run_targets.h"

/* a write of the BTT: data, both halves of the log entry, two map lines, the map entry */
#define MSYNCS_PER_WRITE 6
#define STATUS_NS        1000000000u

static enum cmd_exit
write_output(const struct result *result, struct output_file *output, const char *path)
{
	FILE *file = output_file_begin(output);

	if (!file || output_json(result, file)) {
		int err = errno;

		output_file_drop(output);
		return cmd_fail("%s: %s", path, strerror(err));
	}
	return output_file_finish(output) ? cmd_fail("%s: %s", path, strerror(errno)) : CMD_OK;
}

/* as the shell and fio have it: 128 + the number of the signal */
static enum cmd_exit
exit_code(const struct result *result)
{
	if (result->interrupted_by)
		return (enum cmd_exit)(CMD_SIGNAL + result->interrupted_by);
	switch (result->status) {
	case RESULT_MISSED:
		return CMD_LIMIT_MISSED;
	case RESULT_INCONCLUSIVE:
	case RESULT_INVALID:
		return CMD_INVALID;
	case RESULT_VALID:
	case RESULT_INTERRUPTED:
		break;
	}
	return CMD_OK;
}

static int
write_text(const struct run_args *args, const struct result *result)
{
	const struct text_options options = {.width = terminal_width(stdout),
					     .is_verbose = args->verbose};

	return output_text_with(result, &options, stdout);
}

/* When the --output file can't be written, standard output still gets the result. */
static enum cmd_exit
report(const struct run_args *args, const struct result *result, struct output_file *output)
{
	const struct output_ops *format = args->format ? args->format : output_find("text");
	enum cmd_exit code = exit_code(result);
	int err;

	if (args->output && write_output(result, output, args->output))
		code = CMD_FAILED;
	err = format->write == output_text ? write_text(args, result)
					   : format->write(result, stdout);
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

	if (job->precondition != JOB_PRECONDITION_FILL ||
	    (job->percent[OP_READ] == 100 && !job_key_given(job, "precondition")))
		return 0;
	if (!region->to_end)
		share = region->size.is_percent
				? region->size.percent / 100
				: (double)region->size.bytes / (double)target->facts.size;
	return (uint64_t)(share * (double)target->facts.size);
}

/* before the run, which may take hours for this reason */
static void
warn_of_msync(const struct target_list *targets, const struct job_list *jobs)
{
	for (size_t i = 0; i < jobs->count; i++) {
		const struct job *job = &jobs->jobs[i];
		const struct target *target = target_find(targets, job);
		uint64_t filled = count_filled(job, target);
		double msync_s, fill_s;
		char fill[64] = "";

		if (!target->ns || target->facts.is_pmem ||
		    target->facts.mode == BTT_NS_READ_ONLY || job->engine == JOB_ENGINE_BLOCK ||
		    job->engine == JOB_ENGINE_NULL ||
		    target_first_job(targets, target, jobs) != job)
			continue;
		msync_s = filled ? host_msync_s(target->spec) : NAN;
		fill_s = msync_s * MSYNCS_PER_WRITE * (double)filled / (job->bs ? job->bs : 4096);
		if (fill_s >= 1)
			snprintf(fill, sizeof(fill), "; filling it will take about %.0f s", fill_s);
		cmd_warn("%s: libpmem can't flush it from user space; the run measures msync "
			 "(PMEM_IS_PMEM_FORCE=1 treats it as persistent memory)%s",
			 target->spec, fill);
	}
}

static enum cmd_exit
run_on(const struct run_args *args, const struct target_list *targets, struct result *result)
{
	int terminal = isatty(STDERR_FILENO);
	const struct run_options run = {
		.targets = targets,
		.force = args->force,
		.verify_state = args->verify_state,
		.monitor =
			{
				.status = terminal || args->status_interval_ns ? stderr : NULL,
				.rewrite = terminal,
				.status_interval_ns = args->status_interval_ns
							      ? args->status_interval_ns
							      : STATUS_NS,
			},
	};
	struct output_file output;
	enum cmd_exit code, reported;
	struct why why;

	/* report an unusable path now, not after a long run */
	if (args->output && output_file_open(&output, args->output))
		return cmd_fail("%s: %s", args->output, strerror(errno));
	warn_of_msync(targets, &result->jobs);
	code = run_jobs(&run, result, &why) ? cmd_fail("%s", why.text) : CMD_OK;
	if (result->nruns == 0) {
		if (args->output)
			output_file_drop(&output);
		return code;
	}
	reported = report(args, result, &output);
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

/* The file of --option=path is overwritten, so it must not be an input or a namespace of the run. */
static enum cmd_exit
check_written(const struct run_args *args, const struct job_list *list, const char *option,
	      const char *path)
{
	const char *use = NULL;

	if (args->jobfile && output_file_is_same(path, args->jobfile))
		use = "the job file";
	else if (job_list_any_include(list, output_file_is_same, path))
		use = "a file that the job file includes";
	for (size_t i = 0; i < list->count && !use; i++) {
		const char *spec = list->jobs[i].ns_spec;

		if (output_file_is_same(path, *spec ? spec : args->ns))
			use = "a namespace of the jobs";
	}
	return use ? cmd_usage("--%s=%s: it is %s (allowed: another file)", option, path, use)
		   : CMD_OK;
}

static enum cmd_exit
check_options(const struct run_args *args, const struct job_list *list)
{
	const char *output = args->output, *state = args->verify_state;

	if (output && args->dry_run)
		return cmd_usage("--output=%s: nothing is measured (allowed: without --dry-run)",
				 output);
	if (output && check_written(args, list, "output", output))
		return CMD_USAGE;
	if (state && check_written(args, list, "verify-state", state))
		return CMD_USAGE;
	if (output && state && (!strcmp(output, state) || output_file_is_same(output, state)))
		return cmd_usage("--output=%s: it is the file of --verify-state (allowed: another "
				 "file)",
				 output);
	return check_verify_state(args, list);
}

static enum cmd_exit
open_and_run(const struct run_args *args, struct result *result)
{
	enum btt_ns_mode mode = args->dry_run ? BTT_NS_READ_ONLY : BTT_NS_READ_WRITE;
	struct target_list targets;
	enum cmd_exit code = run_targets_open(&targets, &result->jobs, args->ns, mode);

	if (!code)
		code = check_parent(args, &targets);
	if (!code)
		code = args->dry_run ? dry_run(&result->jobs, &targets)
				     : run_on(args, &targets, result);
	run_targets_close(&targets);
	return code;
}

static enum cmd_exit
load_and_run(const struct run_args *args)
{
	struct result result = {0};
	struct why why;
	enum cmd_exit code;

	if (job_list_load(&result.jobs, args->jobfile, args->sets, args->nsets, &why))
		return errno == ENOMEM ? cmd_fail("%s", why.text) : cmd_usage("%s", why.text);
	code = check_options(args, &result.jobs);
	if (!code && args->jobfile && !(result.job_path = strdup(args->jobfile)))
		code = cmd_fail("%s: %s", args->jobfile, strerror(errno));
	if (!code)
		code = open_and_run(args, &result);
	result_free(&result);
	return code;
}

enum cmd_exit
cmd_run(int argc, char **argv)
{
	struct run_args args;
	enum cmd_exit code = run_args_parse(&args, argc, argv);

	if (!code && args.print_keys) {
		args.print_keys(stdout);
		code = cmd_finish_output(CMD_OK);
	} else if (!code) {
		code = load_and_run(&args);
	}
	run_args_free(&args);
	return code;
}
