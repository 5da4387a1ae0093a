/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * run_ranks.c -- the messages and the results of the ranks.
 *
 * The standard error of every rank but 0 goes to memory. When such a rank fails, its last line goes to rank 0, which prints
 * it. So an error of all ranks, like a wrong job file, is one line.
 */
#include "run_ranks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "output/output.h"
#include "result/read.h"
#include "run/run.h"
#include "study/merge.h"
#include "output_file.h"

#define PROGRAM "bttbench: "

int
run_ranks_asked(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (!strcmp(argv[i], "--mpi"))
			return 1;
	return 0;
}

int
run_ranks_is_ended(struct ranks *ranks)
{
	return run_signalled() || ranks_is_over(ranks);
}

/* Without memory the rank prints its own messages. */
static void
hold_messages(void)
{
	int fd = memfd_create("messages", MFD_CLOEXEC);

	if (fd >= 0)
		dup2(fd, STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* The last line of the messages that were held, without the name of the program. */
static void
last_message(struct why *line)
{
	char text[2 * WHY_TEXT_MAX] = "", *start = text;
	off_t end = lseek(STDERR_FILENO, 0, SEEK_END);
	off_t from = end < (off_t)sizeof(text) ? 0 : end - (off_t)sizeof(text) + 1;
	ssize_t got = end < 0 ? -1 : pread(STDERR_FILENO, text, sizeof(text) - 1, from);

	if (got <= 0) {
		why_say(line, "failed without a message");
		return;
	}
	text[got] = '\0';
	if (text[got - 1] == '\n')
		text[got - 1] = '\0';
	if (strrchr(text, '\n'))
		start = strrchr(text, '\n') + 1;
	if (!strncmp(start, PROGRAM, strlen(PROGRAM)))
		start += strlen(PROGRAM);
	why_say(line, "%s", start);
}

enum cmd_exit
run_ranks(int argc, char **argv, enum cmd_exit (*run)(int argc, char **argv, struct ranks *ranks))
{
	struct why why, own = {""};
	struct ranks *ranks = ranks_open(&why);
	int is_first, has_failed;
	enum cmd_exit code;

	if (!ranks)
		return cmd_usage("run: --mpi: %s", why.text);
	is_first = !ranks_number(ranks);
	if (!is_first)
		hold_messages();
	code = run(argc, argv, ranks);
	has_failed = code == CMD_FAILED || code == CMD_USAGE;
	if (has_failed && !is_first)
		last_message(&own);
	if (!run_signalled()) {
		ranks_close(ranks, has_failed ? own.text : NULL, &why);
		if (is_first && why.text[0])
			return cmd_fail("%s", why.text);
	}
	if (run_signalled() && (code == CMD_ENDED || (code && !is_first)))
		return (enum cmd_exit)(CMD_SIGNAL + run_signalled());
	if (code == CMD_ENDED)
		code = CMD_FAILED;
	return is_first ? code : CMD_OK;
}

void
run_ranks_signal(int signal_number)
{
	cmd_fail("run: --mpi: no result: signal %d (%s), which mpirun sends when a rank has died",
		 signal_number, strsignal(signal_number));
}

static enum cmd_exit
write_each(const char *prefix, int rank, const char *text)
{
	struct output_file out;
	enum cmd_exit code = CMD_OK;
	FILE *file;
	char *path;

	if (asprintf(&path, "%s.%d.json", prefix, rank) < 0)
		return cmd_fail("run: out of memory");
	if (output_file_open(&out, path)) {
		code = cmd_fail("%s: %s", path, strerror(errno));
	} else {
		file = output_file_begin(&out);
		if (!file || fputs(text, file) == EOF) {
			code = cmd_fail("%s: %s", path, strerror(errno));
			output_file_drop(&out);
		} else if (output_file_finish(&out)) {
			code = cmd_fail("%s: %s", path, strerror(errno));
		}
	}
	free(path);
	return code;
}

static int
read_text(struct result *result, char *text, const char *name, struct why *why)
{
	FILE *file = fmemopen(text, strlen(text), "r");
	int err;

	if (!file)
		return why_say(why, "%s: %s", name, strerror(errno));
	err = result_read(result, file, name, why);
	fclose(file);
	return err;
}

/* On rank 0: the texts of all results. */
static enum cmd_exit
merge_texts(const struct ranks *ranks, char **texts, struct result *result)
{
	size_t count = (size_t)ranks_count(ranks), nread = 0;
	struct result *parts = calloc(count, sizeof(*parts)), merged = {0};
	const char **names = calloc(count, sizeof(*names));
	enum cmd_exit code = parts && names ? CMD_OK : cmd_fail("run: out of memory");
	struct why why;

	for (; nread < count && !code; nread++) {
		names[nread] = ranks_name(ranks, (int)nread);
		if (read_text(&parts[nread], texts[nread], names[nread], &why))
			code = cmd_fail("%s", why.text);
	}
	if (!code && merge_results(&merged, parts, names, count, &why))
		code = cmd_fail("%s", why.text);
	for (size_t i = 0; i < nread; i++)
		result_free(&parts[i]);
	free(parts);
	free(names);
	if (code)
		return code;
	result_free(result);
	*result = merged;
	return CMD_OK;
}

enum cmd_exit
run_ranks_merge(struct ranks *ranks, const char *each, struct result *result)
{
	char *text = NULL, **texts = NULL;
	enum cmd_exit code = CMD_OK;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int err = !out || output_json(result, out);
	struct why why;

	if (out && fclose(out))
		err = 1;
	if (err)
		code = cmd_fail("run: the result as JSON: %s", strerror(errno));
	else if (ranks_gather(ranks, text, &texts, &why))
		code = run_ranks_is_ended(ranks) ? CMD_ENDED : cmd_fail("%s", why.text);
	if (!code && texts)
		code = merge_texts(ranks, texts, result);
	for (int i = 0; texts && i < ranks_count(ranks); i++) {
		if (!code && each)
			code = write_each(each, i, texts[i]);
		free(texts[i]);
	}
	free(texts);
	free(text);
	return code;
}
