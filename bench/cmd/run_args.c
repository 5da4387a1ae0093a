/* SPDX-License-Identifier: BSD-3-Clause */
#include "run_args.h"
#include "job/keys_print.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "job/job.h"
#include "job/units.h"
#include "output/output.h"

#define NS_DEFAULT    "dram:1G"
#define JOB_LOOKED_AT 4096 /* bytes of a file that tell whether it is a job file */

enum {
	KEY_SET = 256,
	KEY_OUTPUT,
	KEY_APPEND,
	KEY_HGRM,
	KEY_FORMAT,
	KEY_FORCE,
	KEY_STATUS,
	KEY_VERIFY_STATE,
	KEY_DRY_RUN,
	KEY_HELP_KEYS
};

static const struct argp_option options[] = {
	{"set", KEY_SET, "KEY=VALUE", 0,
	 "Sets a key of every job; overrides the job file; can be repeated", 0},
	{"output", KEY_OUTPUT, "FILE", 0,
	 "Also writes the result to FILE as JSON; an old FILE is replaced when the new one is "
	 "complete. - is the same as --format=json",
	 0},
	{"append", KEY_APPEND, "FILE", 0,
	 "Also appends the result to FILE as rows of CSV, after a header when FILE is new or "
	 "empty; "
	 "a FILE with another header is refused",
	 0},
	{"hgrm", KEY_HGRM, "PREFIX", 0,
	 "Also writes each latency distribution to a file PREFIX.JOB.OP.hgrm for the HdrHistogram "
	 "plotter",
	 0},
	{"format", KEY_FORMAT, "NAME", 0,
	 "Format of standard output: text (default), json, csv, "
	 "fio-json, fio-json+ (with the buckets of the latencies), bmf, openmetrics, "
	 "openmetrics-timestamps (for promtool) or hgrm (hgrm-read, hgrm-write, hgrm-zero: one "
	 "kind of op; "
	 "hgrm-response, hgrm-response-read, ...: response times instead of service times)",
	 0},
	{"status-interval", KEY_STATUS, "TIME", 0,
	 "Prints a status line to standard error every TIME, even without a terminal", 0},
	{"force", KEY_FORCE, NULL, 0,
	 "Allows engine=raw and engine=block to overwrite a BTT or a file system", 0},
	{"verify-state", KEY_VERIFY_STATE, "FILE", 0,
	 "Keeps the state of each block in FILE (verify=stamp), for a later run or 'bttbench "
	 "verify'",
	 0},
	CMD_OPTION_PARENT,
	{"verbose", 'v', NULL, 0,
	 "Text also shows each repeat of a job that has several, not only their medians, and each "
	 "of more than 16 workers",
	 0},
	{"dry-run", KEY_DRY_RUN, NULL, 0,
	 "Checks the jobs against the existing layout and prints them with every key, as a "
	 "job file, with the place of every worker; changes nothing",
	 0},
	{"help-keys", KEY_HELP_KEYS, "FORM", OPTION_ARG_OPTIONAL,
	 "Prints the keys of a job with meaning, values, unit and default; FORM: text (default), "
	 "man (for the manual page), words (for completion), fio (the options of fio and their "
	 "equivalents here) or fio-man",
	 0},
	{"help", 'h', NULL, 0, "Prints this help", -1},
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
			   : !strcmp(form, "words")       ? job_keys_print_words
			   : !strcmp(form, "fio")         ? job_keys_print_fio
			   : !strcmp(form, "fio-man")     ? job_keys_print_fio_man
							  : NULL;
	if (!args->print_keys)
		cmd_usage("--help-keys=%s: no such form (allowed: text, man, words, fio, fio-man)",
			  form);
	return args->print_keys ? 0 : CMD_SAID;
}

/* A word like "runtime=50ms" or "limit.read.p99<=4us" without --set in front, unless a file has this name. */
static int
is_setting(const char *word)
{
	size_t len = strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_.");

	return len > 0 && word[len] && strchr("=<>", word[len]) && access(word, F_OK) != 0;
}

static error_t
add_word(struct run_args *args, char *word)
{
	if (is_setting(word)) {
		cmd_usage("%s: no such file; a setting needs --set (allowed: --set '%s')", word,
			  word);
		return CMD_SAID;
	}
	if (args->nwords == 2) {
		cmd_usage("%s: one argument too many (allowed: a job file and a namespace)", word);
		return CMD_SAID;
	}
	args->words[args->nwords++] = word;
	return 0;
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
	case KEY_APPEND:
		args->append = arg;
		return 0;
	case KEY_HGRM:
		args->hgrm = arg;
		return 0;
	case KEY_FORMAT:
		return cmd_parse_output(arg, &args->format);
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
	case 'v':
		args->verbose = 1;
		return 0;
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
	"Runs a job and prints the result. JOBFILE is a text file with a section [job name] or has "
	"a "
	"name that ends in .job; without a job file a mixed default job is run. "
	"NS is a /dev/daxX.Y, a file, a block device (engine=block), or dram:SIZE "
	"(default " NS_DEFAULT
	", formatted anew for each run). Jobs that name a namespace of their own "
	"do not use NS."
	"\vExit: 0 good, 1 failed, 2 usage, 3 a limit was missed, 4 the measurement is invalid or "
	"inconclusive. SIGINT ends the run "
	"early and prints "
	"the result up to then.",
	NULL,
	NULL,
	NULL,
};

static int
is_named_job(const char *word)
{
	size_t len = strlen(word);

	return len > 4 && !strcmp(word + len - 4, ".job");
}

/*
 * Memory, a device, or a file that is large enough for a BTT. A word that is not there is no namespace: it may
 * be a job file with a slip in its name.
 */
static int
is_namespace(const char *word)
{
	struct stat st;

	if (!strncmp(word, "dram:", 5))
		return 1;
	if (stat(word, &st))
		return 0;
	return S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode) ||
	       (S_ISREG(st.st_mode) && (uint64_t)st.st_size >= BTT_ARENA_SIZE_MIN);
}

/* 1 if all of the text is printable and a line of it is a heading: "[name]". */
static int
is_job_text(const char *text, size_t len)
{
	static const char byte_order_mark[] = "\xef\xbb\xbf";
	int heading = 0, line_starts = 1;

	for (size_t i = strncmp(text, byte_order_mark, 3) ? 0 : 3; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (iscntrl(c) && !strchr("\t\r\n", c))
			return 0;
		if (line_starts && c == '[') {
			size_t name = strcspn(text + i + 1, "]\n");

			heading |= name > 0 && text[i + 1 + name] == ']';
		}
		line_starts = c == '\n' || (line_starts && isblank(c));
	}
	return heading;
}

/*
 * A regular file that is too small for a BTT, and that starts with the text of a job file. A namespace is never
 * taken for a job file: it is larger, and binary.
 */
static int
is_job_by_content(const char *word)
{
	char text[JOB_LOOKED_AT + 1];
	struct stat st;
	ssize_t got;
	int fd;

	if (is_namespace(word) || stat(word, &st) || !S_ISREG(st.st_mode))
		return 0;
	fd = open(word, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	got = read(fd, text, JOB_LOOKED_AT);
	close(fd);
	text[got > 0 ? got : 0] = '\0';
	return got > 0 && is_job_text(text, (size_t)got);
}

static int
is_jobfile(const char *word)
{
	return is_named_job(word) || is_job_by_content(word);
}

/* A job file and a namespace, in either order. */
static enum cmd_exit
take_two(struct run_args *args)
{
	const char *first = args->words[0], *second = args->words[1];
	int is_job[2] = {is_jobfile(first), is_jobfile(second)};

	if (is_job[0] && is_job[1])
		return cmd_usage("%s: a second job file (allowed: a job file and a namespace)",
				 second);
	if (!is_job[0] && !is_job[1]) {
		if (is_namespace(first) && is_namespace(second))
			return cmd_usage("%s: a second namespace (allowed: a job file and a "
					 "namespace; a job file is a text with a line [job name])",
					 second);
		/* let the other one be the job file, so that the message is about it */
		is_job[1] = is_namespace(first);
	}
	args->jobfile = is_job[1] ? second : first;
	args->ns = is_job[1] ? first : second;
	return CMD_OK;
}

/* --output=- is --format=json */
static enum cmd_exit
resolve_dash(struct run_args *args)
{
	const struct output_ops *json = output_find("json");

	if (args->append && !strcmp(args->append, "-"))
		return cmd_usage("--append=-: standard output is no file (allowed: a file; "
				 "--format=csv prints CSV)");
	if (!args->output || strcmp(args->output, "-") != 0)
		return CMD_OK;
	if (args->format && args->format != json)
		return cmd_usage("--output=-: standard output already gets the result as %s "
				 "(allowed: without --format, or a file)",
				 args->format->name);
	if (args->dry_run)
		return cmd_usage("--output=-: nothing is measured (allowed: without --dry-run)");
	args->format = json;
	args->output = NULL;
	return CMD_OK;
}

enum cmd_exit
run_args_parse(struct run_args *args, int argc, char **argv)
{
	enum cmd_exit code;

	*args = (struct run_args){.ns = NS_DEFAULT};
	code = cmd_parse(&argp, argc, argv, args);
	if (!code && args->nwords == 2)
		code = take_two(args);
	else if (!code && args->nwords == 1)
		*(is_jobfile(args->words[0]) ? &args->jobfile : &args->ns) = args->words[0];
	/* a file is told by its content here, so the user should know which one */
	if (!code && args->jobfile && !is_named_job(args->jobfile) && is_jobfile(args->jobfile))
		cmd_warn("%s: taken as a job file, because it is a text with a line [job name] "
			 "(the name needs no .job)",
			 args->jobfile);
	return code ? code : resolve_dash(args);
}

void
run_args_free(struct run_args *args)
{
	free(args->sets);
}
