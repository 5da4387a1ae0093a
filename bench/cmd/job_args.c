/* SPDX-License-Identifier: BSD-3-Clause */
#include "job_args.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "job/job_list.h"
#include "output_file.h"

#define JOB_LOOKED_AT 4096 /* bytes of a file that tell whether it is a job file */

static error_t
add_set(struct job_args *args, char *set)
{
	char **grown = realloc(args->sets, (args->nsets + 1) * sizeof(*grown));

	if (!grown)
		return ENOMEM;
	args->sets = grown;
	args->sets[args->nsets++] = set;
	return 0;
}

/* A word like "runtime=50ms" or "limit.read.p99<=4us" without --set in front, unless a file has this name. */
static int
is_setting(const char *word)
{
	size_t len = strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_.");

	return len > 0 && word[len] && strchr("=<>", word[len]) && access(word, F_OK) != 0;
}

static error_t
add_word(struct job_args *args, char *word)
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

error_t
job_args_parse(int key, char *arg, struct job_args *args)
{
	switch (key) {
	case JOB_ARGS_KEY_SET:
		return add_set(args, arg);
	case JOB_ARGS_KEY_OUTPUT:
		args->output = arg;
		return 0;
	case JOB_ARGS_KEY_FORMAT:
		return cmd_parse_output(arg, &args->format);
	case JOB_ARGS_KEY_FORCE:
		args->force = ENGINE_FORCE;
		return 0;
	case JOB_ARGS_KEY_STATUS:
		return cmd_parse_interval(arg, &args->status_interval_ns);
	case ARGP_KEY_ARG:
		return add_word(args, arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

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
take_two(struct job_args *args)
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

enum cmd_exit
job_args_resolve(struct job_args *args)
{
	enum cmd_exit code = CMD_OK;

	if (!args->ns)
		args->ns = JOB_ARGS_NS;
	if (args->nwords == 2)
		code = take_two(args);
	else if (args->nwords == 1)
		*(is_jobfile(args->words[0]) ? &args->jobfile : &args->ns) = args->words[0];
	/* a file is told by its content here, so the user should know which one */
	if (!code && args->jobfile && !is_named_job(args->jobfile) && is_jobfile(args->jobfile))
		cmd_warn("%s: taken as a job file, because it is a text with a line [job name] "
			 "(the name needs no .job)",
			 args->jobfile);
	return code;
}

void
job_args_free(struct job_args *args)
{
	free(args->sets);
}

enum cmd_exit
job_args_check_written(const struct job_args *args, const struct job_list *list, const char *option,
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
