/* SPDX-License-Identifier: BSD-3-Clause */
#include "read_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "result/read.h"
#include "output_file.h"

#define STANDARD_INPUT "-"

enum cmd_exit
read_files_check(const char *command, char *const *files, size_t nfiles)
{
	size_t streams = 0;

	for (size_t i = 0; i < nfiles; i++)
		streams += !strcmp(files[i], STANDARD_INPUT);
	if (!nfiles)
		return cmd_usage("%s: no FILE (allowed: saved results, or - for standard input)",
				 command);
	if (streams > 1)
		return cmd_usage("-: given twice (allowed: standard input once)");
	return CMD_OK;
}

enum cmd_exit
read_files_check_output(const char *command, char *const *files, size_t nfiles, const char *output,
			const char *noun)
{
	enum cmd_exit code = read_files_check(command, files, nfiles);

	if (code)
		return code;
	if (!output || !*output)
		return cmd_usage("%s: no %s to write (allowed: -o FILE, or -o - for standard "
				 "output)",
				 command, noun);
	for (size_t i = 0; i < nfiles; i++)
		if (output_file_is_same(files[i], output))
			return cmd_usage(
				"--output=%s: is also a FILE to read (allowed: another file)",
				output);
	return CMD_OK;
}

static enum cmd_exit
read_result(const char *path, struct result *result)
{
	int is_stream = !strcmp(path, STANDARD_INPUT);
	FILE *file = is_stream ? stdin : fopen(path, "re");
	struct why why;
	int err;

	if (!file)
		return cmd_fail("%s: %s", path, strerror(errno));
	err = result_read(result, file, is_stream ? "standard input" : path, &why);
	if (!is_stream)
		fclose(file);
	return err ? cmd_fail("%s", why.text) : CMD_OK;
}

enum cmd_exit
read_files(const char *command, char *const *files, size_t nfiles, struct result **results)
{
	enum cmd_exit code = CMD_OK;

	*results = calloc(nfiles, sizeof(**results));
	if (!*results)
		return cmd_fail("%s: out of memory", command);
	for (size_t i = 0; i < nfiles && !code; i++)
		code = read_result(files[i], &(*results)[i]);
	return code;
}

void
read_files_free(struct result *results, size_t nfiles)
{
	for (size_t i = 0; i < nfiles && results; i++)
		result_free(&results[i]);
	free(results);
}
