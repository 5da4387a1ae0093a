/* SPDX-License-Identifier: BSD-3-Clause */
/* run.c -- bttbench run [JOBFILE] [NS]: a job, measured. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../job/job.h"
#include "../job/units.h"
#include "../load/run.h"
#include "../output/output.h"
#include "cmd.h"
#include "dry_run.h"
#include "run_targets.h"

#define NS_DEFAULT    "dram:1G"
#define LINE_MAX_SIZE 512
#define STATUS_NS     1000000000u

enum {
	KEY_SET = 256,
	KEY_OUTPUT,
	KEY_FORMAT,
	KEY_FORCE,
	KEY_STATUS,
	KEY_VERIFY_STATE,
	KEY_DRY_RUN,
	KEY_HELP_KEYS
};

struct run_args {
	const char *words[2]; /* JOBFILE and NS, either, both or none */
	int nwords;
	char **sets;
	size_t nsets;
	const char *output;
	const struct output_ops *format;
	const char *verify_state;
	enum engine_force force;
	uint64_t status_interval_ns; /* 0: only where standard error is a terminal */
	int dry_run;
	void (*print_keys)(FILE *out); /* that, and no run; NULL: a run */
	struct cmd_parent parent;
};

static const struct argp_option options[] = {
	{"set", KEY_SET, "KEY=VALUE", 0, "Sets a key of every job; wins over the job file", 0},
	{"output", KEY_OUTPUT, "FILE", 0, "Writes the result as JSON too", 0},
	{"format", KEY_FORMAT, "NAME", 0,
	 "How standard output is written: text (default), json, csv, "
	 "fio-json, bmf, openmetrics or hgrm (hgrm-read, hgrm-write, hgrm-zero: one kind of op; "
	 "hgrm-response, hgrm-response-read, ...: response times in place of service times)",
	 0},
	{"status-interval", KEY_STATUS, "TIME", 0,
	 "A status line on standard error every TIME, terminal or not", 0},
	{"force", KEY_FORCE, NULL, 0,
	 "Lets engine=raw and engine=block overwrite a BTT or a file system", 0},
	{"verify-state", KEY_VERIFY_STATE, "FILE", 0,
	 "Keeps in FILE what verify=stamp knows of each block, for a later run or 'verify' to take "
	 "up",
	 0},
	CMD_OPTION_PARENT,
	{"dry-run", KEY_DRY_RUN, NULL, 0,
	 "Prints the jobs with every key, as a job file, and where their workers would run; the "
	 "namespace is left alone",
	 0},
	{"help-keys", KEY_HELP_KEYS, "FORM", OPTION_ARG_OPTIONAL,
	 "Prints the keys of a job: meaning, values, unit, default; FORM: text (default), or man, "
	 "as a part of a manual page",
	 0},
	{"help", '?', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
add_set(struct run_args *args, char *set)
{
	char **grown = realloc(args->sets, (args->nsets + 1) * sizeof(*grown));

	if (!grown)
		return ENOMEM;
	args->sets = grown;
	args->sets[args->nsets++] = set;
	return 0;
}

static error_t
choose_format(struct run_args *args, const char *name)
{
	char names[256];

	args->format = output_find(name);
	if (args->format)
		return 0;
	output_names(names, sizeof(names));
	cmd_usage("--format=%s: no such format (allowed: %s)", name, names);
	return CMD_SAID;
}

static error_t
choose_status(struct run_args *args, const char *text)
{
	if (!units_parse_duration(text, &args->status_interval_ns) && args->status_interval_ns)
		return 0;
	cmd_usage("--status-interval=%s: not a time (allowed: a time like 1s, 500ms)", text);
	return CMD_SAID;
}

static error_t
choose_keys_form(struct run_args *args, const char *form)
{
	args->print_keys = !form || !strcmp(form, "text") ? job_keys_print
			   : !strcmp(form, "man")         ? job_keys_print_man
							  : NULL;
	if (!args->print_keys)
		cmd_usage("--help-keys=%s: no such form (allowed: text, man)", form);
	return args->print_keys ? 0 : CMD_SAID;
}

static error_t
add_word(struct run_args *args, char *word)
{
	if (args->nwords < 2) {
		args->words[args->nwords++] = word;
		return 0;
	}
	cmd_usage("%s: one argument too many (allowed: a job file and a namespace)", word);
	return CMD_SAID;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct run_args *args = state->input;

	switch (key) {
	case KEY_SET:
		return add_set(args, arg);
	case KEY_OUTPUT:
		args->output = arg;
		return 0;
	case KEY_FORMAT:
		return choose_format(args, arg);
	case KEY_STATUS:
		return choose_status(args, arg);
	case KEY_FORCE:
		args->force = ENGINE_FORCE;
		return 0;
	case KEY_VERIFY_STATE:
		args->verify_state = arg;
		return 0;
	case CMD_KEY_PARENT:
		return cmd_parse_parent(arg, &args->parent);
	case KEY_DRY_RUN:
		args->dry_run = 1;
		return 0;
	case KEY_HELP_KEYS:
		return choose_keys_form(args, arg);
	case ARGP_KEY_ARG:
		return add_word(args, arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options,
	parse,
	"[JOBFILE] [NS]",
	"Runs a job and prints what was measured. JOBFILE ends in .job; without one a mixed "
	"default job is run. "
	"NS is a /dev/daxX.Y, a file, a block device (engine=block), or dram:SIZE "
	"(default " NS_DEFAULT ", which is laid out anew each time); it is for jobs that do not "
	"name a namespace of their own."
	"\vExit: 0 good, 1 failed, 2 usage, 3 a limit was missed, 4 the measurement is invalid or "
	"inconclusive. SIGINT ends the run "
	"early and prints "
	"what was measured until then.",
	NULL,
	NULL,
	NULL,
};

static int
is_jobfile(const char *word)
{
	size_t len = strlen(word);

	return len > 4 && !strcmp(word + len - 4, ".job");
}

/* one word may be either, two are in order */
static enum cmd_exit
sort_words(const struct run_args *args, const char **jobfile, const char **ns)
{
	*jobfile = NULL;
	*ns = NS_DEFAULT;
	for (int i = 0; i < args->nwords; i++) {
		if (i == 0 && (is_jobfile(args->words[i]) || args->nwords == 2))
			*jobfile = args->words[i];
		else if (is_jobfile(args->words[i]))
			return cmd_usage(
				"%s: a second job file (allowed: a job file and a namespace)",
				args->words[i]);
		else
			*ns = args->words[i];
	}
	return CMD_OK;
}

static struct monitor_options
monitor_options(const struct run_args *args)
{
	int terminal = isatty(STDERR_FILENO);

	return (struct monitor_options){
		.status = terminal || args->status_interval_ns ? stderr : NULL,
		.rewrite = terminal,
		.status_interval_ns =
			args->status_interval_ns ? args->status_interval_ns : STATUS_NS,
	};
}

/* opened before the run, which may be long; what it held before stays until there is a result */
static FILE *
open_output(const char *path)
{
	FILE *file = fopen(path, "ae");

	if (!file)
		cmd_fail("%s: %s", path, strerror(errno));
	return file;
}

static enum cmd_exit
write_output(const struct result *result, FILE *file, const char *path)
{
	int err = ftruncate(fileno(file), 0) &&
		  errno != EINVAL; /* what is no file has nothing to cut off */

	if (!err)
		err = output_json(result, file);
	if (fclose(file) || err)
		return cmd_fail("%s: %s", path, strerror(errno));
	return CMD_OK;
}

/* there is no result: one that was made for it goes again */
static void
drop_output(FILE *file, const char *path)
{
	struct stat st;

	if (!fstat(fileno(file), &st) && S_ISREG(st.st_mode) && st.st_size == 0)
		unlink(path);
	fclose(file);
}

static enum cmd_exit
exit_code(enum result_status status)
{
	switch (status) {
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

static enum cmd_exit
report(const struct run_args *args, const struct result *result, FILE *file)
{
	const struct output_ops *format = args->format ? args->format : output_find("text");

	if (file && write_output(result, file, args->output))
		return CMD_FAILED;
	if (format->write(result, stdout))
		return cmd_fail("standard output: %s", strerror(errno));
	return cmd_finish_output(exit_code(result->status));
}

/* whatever the engine is: a namespace whose BTT belongs to another is not to be loaded */
static enum cmd_exit
judge_parent(const struct run_args *args, const struct target_list *targets)
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

static void
warn_of_msync(const struct result *result)
{
	for (size_t i = 0; i < result->nnamespaces; i++)
		if (result_is_synced(result, &result->namespaces[i]))
			cmd_warn("%s: libpmem can't flush it from user space; what was measured is "
				 "msync (PMEM_IS_PMEM_FORCE=1 takes it for persistent memory)",
				 result->namespaces[i].spec);
}

static enum cmd_exit
run_on(const struct run_args *args, const struct target_list *targets, struct result *result)
{
	const struct run_options run = {
		.targets = targets,
		.force = args->force,
		.verify_state = args->verify_state,
		.monitor = monitor_options(args),
	};
	FILE *file = args->output ? open_output(args->output) : NULL;
	char why[LINE_MAX_SIZE];

	if (args->output && !file)
		return CMD_FAILED;
	if (run_jobs(&run, result, why, sizeof(why))) {
		if (file)
			drop_output(file, args->output);
		return cmd_fail("%s", why);
	}
	warn_of_msync(result);
	return report(args, result, file);
}

/* a state file is one namespace's */
static enum cmd_exit
judge_verify_state(const struct run_args *args, const struct job_list *list)
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

/* what only a run with some settings can do */
static enum cmd_exit
judge_options(const struct run_args *args, const struct job_list *list)
{
	if (args->output && args->dry_run)
		return cmd_usage("--output=%s: nothing is measured (allowed: without --dry-run)",
				 args->output);
	return judge_verify_state(args, list);
}

static enum cmd_exit
open_and_run(const struct run_args *args, const char *spec, struct result *result)
{
	enum ns_mode mode = args->dry_run ? NS_READ_ONLY : NS_READ_WRITE;
	struct target_list targets;
	enum cmd_exit code = run_targets_open(&targets, &result->jobs, spec, mode);

	if (!code)
		code = judge_parent(args, &targets);
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
	const char *jobfile, *spec;
	char why[LINE_MAX_SIZE];
	enum cmd_exit code = sort_words(args, &jobfile, &spec);

	if (code)
		return code;
	if (job_list_load(&result.jobs, jobfile, args->sets, args->nsets, why, sizeof(why)))
		return cmd_usage("%s", why);
	code = judge_options(args, &result.jobs);
	if (!code && jobfile)
		result.job_path = strdup(jobfile);
	if (!code)
		code = open_and_run(args, spec, &result);
	result_free(&result);
	return code;
}

enum cmd_exit
cmd_run(int argc, char **argv)
{
	struct run_args args = {0};
	enum cmd_exit code = cmd_parse(&argp, argc, argv, &args);

	if (!code && args.print_keys) {
		args.print_keys(stdout);
		code = cmd_finish_output(CMD_OK);
	} else if (!code) {
		code = load_and_run(&args);
	}
	free(args.sets);
	return code;
}
