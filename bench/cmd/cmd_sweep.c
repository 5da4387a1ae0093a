/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_sweep.c -- bttbench sweep [JOBFILE] NS --vary KEY=LIST: measures jobs at every combination of some values. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/content.h"
#include "job/job_key.h"
#include "job/job_list.h"
#include "output/output.h"
#include "result/metric.h"
#include "result/read.h"
#include "study/study_text.h"
#include "study/sweep.h"
#include "cmd.h"
#include "output_file.h"
#include "run_targets.h"
#include "saved_result.h"
#include "sweep_args.h"
#include "terminal.h"

#define REPEAT_DEFAULT 5
#define SEED_DEFAULT   1
#define LEFT_SHOWN     20 /* points that can't run */

static enum cmd_exit
read_old(const struct sweep_args *args, struct result *old)
{
	FILE *file = fopen(args->resume, "re");
	struct why why;
	int err;

	if (!file)
		return cmd_fail("--resume=%s: %s", args->resume, strerror(errno));
	err = result_read(old, file, args->resume, &why);
	fclose(file);
	if (err)
		return cmd_fail("%s", why.text);
	if (!old->study.npoints)
		return cmd_fail(
			"--resume=%s: no sweep (allowed: a file that 'bttbench sweep' wrote)",
			args->resume);
	return CMD_OK;
}

/* Without a job file, settings and keys, the sweep is that of the old result: a copy of its study and jobs. */
static int
copy_study(struct result *result, const struct result *old)
{
	const struct result_study *from = &old->study;
	struct result_study *to = &result->study;
	size_t nvalues = from->npoints * from->nkeys;

	result->jobs.jobs = calloc(old->jobs.count, sizeof(*result->jobs.jobs));
	to->keys = calloc(from->nkeys, sizeof(*to->keys));
	to->values = calloc(nvalues, sizeof(*to->values));
	result->job_path = old->job_path ? strdup(old->job_path) : NULL;
	if (!result->jobs.jobs || !to->keys || !to->values || (old->job_path && !result->job_path))
		return -1;
	memcpy(result->jobs.jobs, old->jobs.jobs, old->jobs.count * sizeof(*old->jobs.jobs));
	result->jobs.count = old->jobs.count;
	to->nkeys = from->nkeys;
	to->npoints = from->npoints;
	for (size_t i = 0; i < from->nkeys; i++)
		if (!(to->keys[i] = strdup(from->keys[i])))
			return -1;
	for (size_t i = 0; i < nvalues; i++)
		if (!(to->values[i] = strdup(from->values[i])))
			return -1;
	return 0;
}

/* NS of the old sweep: the namespace of the runs whose jobs name none. */
static const char *
old_namespace(const struct result *old)
{
	for (size_t i = 0; i < old->nruns; i++)
		if (!old->runs[i].job->ns_spec[0])
			return old->runs[i].ns->spec;
	return JOB_ARGS_NS;
}

/* For sweep_options: `arg` is the struct sweep_args. */
static int
save(void *arg, const struct result *result, struct why *why)
{
	const struct sweep_args *args = arg;
	struct output_file output;

	if (output_file_open(&output, args->job.output))
		return why_say(why, "%s: %s", args->job.output, strerror(errno));
	return saved_result_write(result, &output, args->job.output, why);
}

/* An unusable path is an error now, not after hours. */
static enum cmd_exit
try_output(const struct sweep_args *args, const struct job_list *jobs)
{
	struct output_file output;

	if (!args->job.output)
		return CMD_OK;
	if (job_args_check_written(&args->job, jobs, "output", args->job.output))
		return CMD_USAGE;
	if (output_file_open(&output, args->job.output))
		return cmd_fail("%s: %s", args->job.output, strerror(errno));
	output_file_drop(&output);
	return CMD_OK;
}

static void
list_left(const struct points_left *left)
{
	size_t shown = left->count < LEFT_SHOWN ? left->count : LEFT_SHOWN;

	for (size_t i = 0; i < shown; i++)
		cmd_warn("can't run: %s: %s", left->points[i].name, left->points[i].why);
	if (shown < left->count)
		cmd_warn("can't run: %zu more points", left->count - shown);
}

/* 1 if points need other layouts of this target */
static int
varies_layout(const struct result *result, const struct target_list *targets,
	      const struct target *target)
{
	if (result_study_key(result, "nfree") < 0 && result_study_key(result, "bs") < 0 &&
	    result_study_key(result, "flavour") < 0)
		return 0;
	for (size_t i = 0; i < result->jobs.count; i++)
		if (result->jobs.jobs[i].engine == JOB_ENGINE_BTT &&
		    target_find(targets, &result->jobs.jobs[i]) == target)
			return 1;
	return 0;
}

/* Names the data that --format-namespace destroys, and asks. */
static enum cmd_exit
confirm(const struct sweep_args *args, const struct target *target)
{
	struct content content;
	char answer[8];

	if (content_find(target, &content))
		return cmd_fail("%s: can't read the existing content: %s", target->spec,
				strerror(errno));
	if (content.kind == CONTENT_NONE || args->yes) {
		if (content.kind != CONTENT_NONE)
			cmd_warn("%s: --format-namespace replaces %s", target->spec, content.name);
		return CMD_OK;
	}
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return cmd_usage("%s: --format-namespace would destroy %s (allowed: with --yes)",
				 target->spec, content.name);
	fprintf(stderr, "bttbench: %s holds %s. Destroy it? [y/N] ", target->spec, content.name);
	if (fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y'))
		return CMD_OK;
	return cmd_fail("%s: nothing was changed", target->spec);
}

static enum cmd_exit
allow_format(const struct sweep_args *args, struct result *result, struct target_list *targets)
{
	enum cmd_exit code = CMD_OK;

	for (size_t i = 0; i < targets->count && !code; i++) {
		struct target *target = &targets->targets[i];

		if (target->may_format || !target->ns)
			continue;
		if (args->format_namespace)
			code = confirm(args, target);
		else if (varies_layout(result, targets, target))
			code = cmd_usage(
				"%s: nfree, bs and flavour are fixed by its layout (allowed: "
				"with --format-namespace, which destroys its data; or on "
				"dram:SIZE)",
				target->spec);
		target->may_format = args->format_namespace;
	}
	return code;
}

/* A pipe gets the result once, at the end. */
static int
can_save_often(const char *path)
{
	struct stat st;

	return path && (stat(path, &st) || S_ISREG(st.st_mode));
}

static enum cmd_exit
print(const struct sweep_args *args, const struct result *result, const struct metric *metric)
{
	struct study_view view = {.metric = metric, .width = terminal_width(stdout)};
	enum cmd_exit code = saved_result_exit(result);
	struct why why;
	int err;

	if (args->pivot && study_parse_pivot(&view, result, args->pivot, &why))
		return cmd_usage("--pivot=%s: %s", args->pivot, why.text);
	err = args->job.format->write == output_text ? study_print(result, &view, stdout)
						     : args->job.format->write(result, stdout);
	if (err)
		return cmd_fail("standard output: %s", strerror(errno));
	return cmd_finish_output(code);
}

static enum cmd_exit
measure(struct sweep_args *args, struct result *result, struct result *old,
	struct points_left *left, const struct metric *metric)
{
	int terminal = isatty(STDERR_FILENO);
	struct target_list targets = {0};
	struct sweep_options sweep = {
		.run = {.targets = &targets, .force = args->job.force},
		.old = args->resume ? old : NULL,
		.old_name = args->resume,
		.skip_impossible = args->skip_impossible,
		.list_left = list_left,
		.progress = terminal || args->job.status_interval_ns ? stderr : NULL,
		.rewrite = terminal,
		.status_interval_ns = args->job.status_interval_ns,
		.save = can_save_often(args->job.output) ? save : NULL,
		.arg = args,
	};
	enum cmd_exit code =
		run_targets_open(&targets, &result->jobs, args->job.ns, BTT_NS_READ_WRITE);
	struct why why;

	if (!code)
		code = allow_format(args, result, &targets);
	if (!code) {
		code = sweep_run(&sweep, result, left, &why) ? cmd_fail("%s", why.text) : CMD_OK;
		if (result->nruns) {
			enum cmd_exit printed;

			if (args->job.output && save(args, result, &why))
				code = cmd_fail("%s", why.text);
			printed = print(args, result, metric);
			code = code ? code : printed;
		} else if (!code) {
			cmd_warn("a signal ended the sweep before its first run");
			code = saved_result_exit(result);
		}
	}
	run_targets_close(&targets);
	return code;
}

/* The jobs and points, from the arguments or from the old result. */
static enum cmd_exit
load(struct sweep_args *args, struct result *result, const struct result *old,
     struct job_list *base, struct points_left *left)
{
	struct points_of of = {
		.path = args->job.jobfile, .sets = args->job.sets, .nsets = args->job.nsets};
	enum cmd_exit code;
	struct why why;

	if (args->resume && !args->nvaries && !args->job.jobfile && !args->job.nsets) {
		if (copy_study(result, old))
			return cmd_fail("out of memory");
		if (!args->job.nwords)
			args->job.ns = old_namespace(old);
		return CMD_OK;
	}
	if (job_list_load(base, of.path, of.sets, of.nsets, &why))
		return errno == ENOMEM ? cmd_fail("%s", why.text) : cmd_usage("%s", why.text);
	code = sweep_args_take_study(args, base);
	if (code)
		return code;
	of.varies = args->varies;
	of.nvaries = args->nvaries;
	if (points_load(result, &of, left, &why)) {
		list_left(left);
		return cmd_usage("%s", why.text);
	}
	if (of.path && !(result->job_path = strdup(of.path)))
		return cmd_fail("%s: %s", of.path, strerror(errno));
	return CMD_OK;
}

static enum cmd_exit
check_args(const struct sweep_args *args, const struct result *result, const struct result *old,
	   struct metric *metric)
{
	struct study_view view = {0};
	struct why why;

	if (args->resume && result->study.rounds < old->study.rounds)
		return cmd_usage("--repeat=%u: --resume=%s has more rounds (allowed: %u or more)",
				 result->study.rounds, args->resume, old->study.rounds);
	if (cmd_parse_metric(args->metric ? args->metric : "iops", metric))
		return CMD_USAGE;
	if (args->pivot && study_parse_pivot(&view, result, args->pivot, &why))
		return cmd_usage("--pivot=%s: %s", args->pivot, why.text);
	if (!args->job.format->takes_study)
		return cmd_usage("--format=%s: can't hold a sweep (allowed: text, json, csv)",
				 args->job.format->name);
	for (size_t i = 0; i < result->jobs.count; i++)
		if (result->jobs.jobs[i].verify != JOB_VERIFY_NONE)
			return cmd_usage("verify=stamp: not in a sweep (allowed: 'bttbench run')");
	if (args->job.output && !strcmp(args->job.output, STANDARD_OUTPUT))
		return cmd_usage("--output=-: standard output is no file (allowed: a file, or "
				 "--format=json)");
	if (args->yes && !args->format_namespace)
		return cmd_usage("--yes: nothing to agree to (allowed: with --format-namespace)");
	return CMD_OK;
}

static enum cmd_exit
load_and_measure(struct sweep_args *args)
{
	struct result result = {0}, old = {0};
	struct job_list base = {0};
	struct points_left left = {0};
	struct metric metric;
	enum cmd_exit code = args->resume ? read_old(args, &old) : CMD_OK;

	if (!code)
		code = load(args, &result, &old, &base, &left);
	if (!code) {
		size_t job_repeat = result.jobs.jobs[0].repeat;

		result.study.rounds = (unsigned)(args->repeat     ? args->repeat
						 : args->resume   ? old.study.rounds
						 : job_repeat > 1 ? job_repeat
								  : REPEAT_DEFAULT);
		result.study.seed = args->seed != SWEEP_SEED_NONE ? args->seed
				    : args->resume                ? old.study.seed
								  : SEED_DEFAULT;
		if (args->resume && !args->job.output)
			args->job.output = args->resume;
		code = check_args(args, &result, &old, &metric);
	}
	if (!code)
		code = try_output(args, &result.jobs);
	if (!code)
		code = measure(args, &result, &old, &left, &metric);
	points_left_free(&left);
	job_list_free(&base);
	result_free(&result);
	result_free(&old);
	return code;
}

enum cmd_exit
cmd_sweep(int argc, char **argv)
{
	struct sweep_args args;
	enum cmd_exit code = sweep_args_parse(&args, argc, argv);

	if (!code)
		code = load_and_measure(&args);
	sweep_args_free(&args);
	return code;
}
