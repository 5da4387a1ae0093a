/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_sweep.c -- bttbench sweep [JOBFILE] NS --vary KEY=LIST: measures jobs at every combination of some values. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/content.h"
#include "job/job_key.h"
#include "job/job_list.h"
#include "job/source.h"
#include "job/units.h"
#include "output/output.h"
#include "result/metric.h"
#include "result/read.h"
#include "study/study_text.h"
#include "study/sweep.h"
#include "cmd.h"
#include "job_args.h"
#include "output_file.h"
#include "run_targets.h"
#include "terminal.h"

#define REPEAT_DEFAULT 5
#define SEED_DEFAULT   1
#define LEFT_SHOWN     20 /* points that can't run */

enum {
	KEY_SET = 256,
	KEY_VARY,
	KEY_REPEAT,
	KEY_SEED,
	KEY_METRIC,
	KEY_PIVOT,
	KEY_OUTPUT,
	KEY_FORMAT,
	KEY_RESUME,
	KEY_SKIP,
	KEY_FORMAT_NS,
	KEY_YES,
	KEY_FORCE,
	KEY_STATUS
};

struct sweep_args {
	struct job_args job;
	struct vary *varies;
	size_t nvaries;
	uint64_t repeat, seed; /* 0, UINT64_MAX: not given */
	const char *metric, *pivot, *output, *resume;
	const struct output_ops *format;
	int skip_impossible, format_namespace, yes;
	enum engine_force force;
	uint64_t status_interval_ns;
};

static const struct argp_option options[] = {
	{"vary", KEY_VARY, "KEY=LIST", 0,
	 "Measures KEY with each value of LIST: V,V,... (V;V;... if a value has commas), A:B, "
	 "A:B:+STEP "
	 "or A:B:*FACTOR; can be repeated: every combination is a point",
	 0},
	{"set", KEY_SET, "KEY=VALUE", 0, "Sets a key of every job, as for 'bttbench run'", 0},
	{"repeat", KEY_REPEAT, "N", 0, "Rounds: each measures every point once (default 5)", 0},
	{"seed", KEY_SEED, "N", 0, "Decides the order of the points in each round (default 1)", 0},
	{"metric", KEY_METRIC, "METRIC", 0,
	 "Decides which point is best: iops (default), read.p99, write.bw, fences, ...", 0},
	{"pivot", KEY_PIVOT, "A,B", 0, "Also prints a matrix of the metric for two swept keys", 0},
	{"output", KEY_OUTPUT, "FILE", 0,
	 "Also writes the result to FILE as JSON: now and then during the sweep, and at the end",
	 0},
	{"format", KEY_FORMAT, "NAME", 0, "Format of standard output: text (default), json or csv",
	 0},
	{"resume", KEY_RESUME, "FILE", 0,
	 "Measures only what FILE, a result of this sweep, lacks. Without --vary, the jobs and "
	 "points "
	 "are those of FILE; without --output, FILE is written again",
	 0},
	{"skip-impossible", KEY_SKIP, NULL, 0,
	 "Leaves out points that can't run; without it they are an error before anything runs", 0},
	{"format-namespace", KEY_FORMAT_NS, NULL, 0,
	 "Gives NS a new layout at each point: ALL ITS DATA ARE LOST. Needed to vary nfree, bs or "
	 "flavour "
	 "on a file or device",
	 0},
	{"yes", KEY_YES, NULL, 0, "Does not ask before --format-namespace", 0},
	{"force", KEY_FORCE, NULL, 0,
	 "Allows engine=raw and engine=block to overwrite a BTT or a file system", 0},
	{"status-interval", KEY_STATUS, "TIME", 0,
	 "Prints the progress to standard error every TIME, even without a terminal", 0},
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
add_vary(struct sweep_args *args, const char *setting, const char *where)
{
	struct vary *grown = reallocarray(args->varies, args->nvaries + 1, sizeof(*grown));
	struct why why;

	if (!grown)
		return ENOMEM;
	args->varies = grown;
	if (!vary_parse(&grown[args->nvaries], setting, &why)) {
		args->nvaries++;
		return 0;
	}
	cmd_usage("%s%s", where, why.text);
	return CMD_SAID;
}

static error_t
choose_status(struct sweep_args *args, const char *text)
{
	if (!units_parse_duration(text, &args->status_interval_ns) && args->status_interval_ns)
		return 0;
	cmd_usage("--status-interval=%s: not a time (allowed: a time like 1s, 500ms)", text);
	return CMD_SAID;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct sweep_args *args = state->input;

	switch (key) {
	case KEY_VARY:
		return add_vary(args, arg, "--vary ");
	case KEY_SET:
		return job_args_add_set(&args->job, arg);
	case KEY_REPEAT:
		return cmd_parse_count("--repeat", arg, 1, 10000, &args->repeat);
	case KEY_SEED:
		return cmd_parse_count("--seed", arg, 0, INT64_MAX, &args->seed);
	case KEY_METRIC:
		args->metric = arg;
		return 0;
	case KEY_PIVOT:
		args->pivot = arg;
		return 0;
	case KEY_OUTPUT:
		args->output = arg;
		return 0;
	case KEY_FORMAT:
		return cmd_parse_output(arg, &args->format);
	case KEY_RESUME:
		args->resume = arg;
		return 0;
	case KEY_SKIP:
		args->skip_impossible = 1;
		return 0;
	case KEY_FORMAT_NS:
		args->format_namespace = 1;
		return 0;
	case KEY_YES:
		args->yes = 1;
		return 0;
	case KEY_FORCE:
		args->force = ENGINE_FORCE;
		return 0;
	case KEY_STATUS:
		return choose_status(args, arg);
	case ARGP_KEY_ARG:
		return job_args_add_word(&args->job, arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options,
	parse,
	"[JOBFILE] [NS]",
	"Measures the jobs at every combination of the values of some keys, and prints a table: a "
	"row for "
	"each point, the best point marked, and all points that the data cannot tell from it. "
	"JOBFILE and "
	"NS are those of 'bttbench run'; a section [study] of JOBFILE can have the lines "
	"vary=KEY=LIST, "
	"repeat, seed, metric and pivot. On dram:SIZE, each point begins with a new layout."
	"\vExit: 0 good, 1 failed, 2 usage, 3 a limit was missed, 4 the measurement is invalid or "
	"inconclusive. SIGINT ends the sweep after the run that is in progress; --resume goes on.",
	NULL,
	NULL,
	NULL,
};

/* Settings of [study], unless an option gave them. Its matrix is of its own keys. */
static enum cmd_exit
take_study(struct sweep_args *args, const struct job_list *list)
{
	int has_varies = args->nvaries > 0;

	for (size_t i = 0; i < list->nstudy; i++) {
		const struct job_setting *s = &list->study[i];
		int is_vary = !strcmp(s->name, "vary");
		char where[PATH_MAX];
		error_t err = 0;

		snprintf(where, sizeof(where), "%s: %s: [study] %s%s", args->job.jobfile,
			 source_line(list->source, s->line).text, s->name, is_vary ? " " : "");
		if (is_vary && !has_varies) {
			err = add_vary(args, s->value, where);
		} else if (!strcmp(s->name, "repeat") && !args->repeat) {
			err = cmd_parse_count(where, s->value, 1, 10000, &args->repeat);
		} else if (!strcmp(s->name, "seed") && args->seed == UINT64_MAX) {
			err = cmd_parse_count(where, s->value, 0, INT64_MAX, &args->seed);
		} else if (!strcmp(s->name, "metric") && !args->metric) {
			args->metric = s->value;
		} else if (!strcmp(s->name, "pivot") && !args->pivot && !has_varies) {
			args->pivot = s->value;
		}
		if (err)
			return err == ENOMEM ? cmd_fail("out of memory") : CMD_USAGE;
	}
	return CMD_OK;
}

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

struct saver {
	const struct sweep_args *args;
};

static int
save(void *arg, const struct result *result, struct why *why)
{
	const struct saver *saver = arg;
	struct output_file output;
	FILE *file;

	if (output_file_open(&output, saver->args->output))
		return why_say(why, "%s: %s", saver->args->output, strerror(errno));
	file = output_file_begin(&output);
	if (!file || output_json(result, file)) {
		int err = errno;

		output_file_drop(&output);
		return why_say(why, "%s: %s", saver->args->output, strerror(err));
	}
	if (output_file_finish(&output))
		return why_say(why, "%s: %s", saver->args->output, strerror(errno));
	return 0;
}

/* An unusable path is an error now, not after hours. */
static enum cmd_exit
try_output(const struct sweep_args *args, const struct job_list *jobs)
{
	struct output_file output;

	if (!args->output)
		return CMD_OK;
	if (job_args_check_written(&args->job, jobs, "output", args->output))
		return CMD_USAGE;
	if (output_file_open(&output, args->output))
		return cmd_fail("%s: %s", args->output, strerror(errno));
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

static enum cmd_exit
exit_code(const struct result *result)
{
	if (result->interrupted_by)
		return (enum cmd_exit)(CMD_SIGNAL + result->interrupted_by);
	if (result->status == RESULT_MISSED)
		return CMD_LIMIT_MISSED;
	return result->status >= RESULT_INCONCLUSIVE ? CMD_INVALID : CMD_OK;
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
	enum cmd_exit code = exit_code(result);
	struct why why;
	int err;

	if (args->pivot && study_parse_pivot(&view, result, args->pivot, &why))
		return cmd_usage("--pivot=%s: %s", args->pivot, why.text);
	err = args->format->write == output_text ? study_print(result, &view, stdout)
						 : args->format->write(result, stdout);
	if (err)
		return cmd_fail("standard output: %s", strerror(errno));
	return cmd_finish_output(code);
}

static enum cmd_exit
measure(const struct sweep_args *args, struct result *result, struct result *old,
	struct points_left *left, const struct metric *metric)
{
	int terminal = isatty(STDERR_FILENO);
	struct saver saver = {args};
	struct target_list targets = {0};
	struct sweep_options sweep = {
		.run = {.targets = &targets,
			.force = args->format_namespace ? ENGINE_FORCE : args->force},
		.old = args->resume ? old : NULL,
		.old_name = args->resume,
		.skip_impossible = args->skip_impossible,
		.list_left = list_left,
		.progress = terminal || args->status_interval_ns ? stderr : NULL,
		.rewrite = terminal,
		.status_interval_ns = args->status_interval_ns,
		.save = can_save_often(args->output) ? save : NULL,
		.arg = &saver,
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

			if (args->output && save(&saver, result, &why))
				code = cmd_fail("%s", why.text);
			printed = print(args, result, metric);
			code = code ? code : printed;
		} else if (!code) {
			cmd_warn("a signal ended the sweep before its first run");
			code = exit_code(result);
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
	code = take_study(args, base);
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
	if (metric_parse(metric, args->metric ? args->metric : "iops", &why))
		return cmd_usage("--metric=%s: %s", args->metric, why.text);
	if (args->pivot && study_parse_pivot(&view, result, args->pivot, &why))
		return cmd_usage("--pivot=%s: %s", args->pivot, why.text);
	if (!args->format->takes_study)
		return cmd_usage("--format=%s: can't hold a sweep (allowed: text, json, csv)",
				 args->format->name);
	for (size_t i = 0; i < result->jobs.count; i++)
		if (result->jobs.jobs[i].verify != JOB_VERIFY_NONE)
			return cmd_usage("verify=stamp: not in a sweep (allowed: 'bttbench run')");
	if (args->output && !strcmp(args->output, "-"))
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
		result.study.seed = args->seed != UINT64_MAX ? args->seed
				    : args->resume           ? old.study.seed
							     : SEED_DEFAULT;
		if (args->resume && !args->output)
			args->output = args->resume;
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
	struct sweep_args args = {.format = output_find("text"), .seed = UINT64_MAX};
	enum cmd_exit code = cmd_parse(&argp, argc, argv, &args);

	if (!code)
		code = job_args_resolve(&args.job);
	if (!code)
		code = load_and_measure(&args);
	for (size_t i = 0; i < args.nvaries; i++)
		vary_free(&args.varies[i]);
	free(args.varies);
	job_args_free(&args.job);
	return code;
}
