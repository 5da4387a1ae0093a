/* SPDX-License-Identifier: BSD-3-Clause */
#include "hgrm_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output_file.h"

struct files {
	const char *prefix;
	const struct result *result; /* NULL: only check */
	enum cmd_exit (*is_taken)(void *arg, const char *path);
	void *arg;
	enum cmd_exit code;
};

static enum cmd_exit
write_file(const struct files *files, const struct output_distribution *one, const char *path)
{
	struct output_file output;
	FILE *file;

	if (output_file_open(&output, path))
		return cmd_fail("%s: %s", path, strerror(errno));
	if (!files->result) {
		output_file_drop(&output);
		return CMD_OK;
	}
	file = output_file_begin(&output);
	if (!file || output_hgrm_one(files->result, one, file)) {
		int err = errno;

		output_file_drop(&output);
		return cmd_fail("%s: %s", path, strerror(err));
	}
	return output_file_finish(&output) ? cmd_fail("%s: %s", path, strerror(errno)) : CMD_OK;
}

static int
each_file(void *arg, const struct output_distribution *one)
{
	struct files *files = arg;
	char *path = NULL;

	if (strchr(one->job->name, '/')) {
		files->code = cmd_usage("--hgrm=%s: job '%s': the name of a file cannot have a '/' "
					"(allowed: another name for the job)",
					files->prefix, one->job->name);
		return -1;
	}
	if (asprintf(&path, "%s.%s.%s%s.hgrm", files->prefix, one->job->name,
		     op_kind_name(one->kind), one->is_response ? ".response" : "") < 0) {
		files->code = cmd_fail("--hgrm=%s: %s", files->prefix, strerror(ENOMEM));
		return -1;
	}
	files->code = files->is_taken ? files->is_taken(files->arg, path) : CMD_OK;
	if (!files->code)
		files->code = write_file(files, one, path);
	free(path);
	return files->code ? -1 : 0;
}

enum cmd_exit
hgrm_files_check(const char *prefix, const struct job_list *jobs,
		 enum cmd_exit (*is_taken)(void *arg, const char *path), void *arg)
{
	struct files files = {.prefix = prefix, .is_taken = is_taken, .arg = arg};

	output_hgrm_each(jobs, each_file, &files);
	return files.code;
}

enum cmd_exit
hgrm_files_write(const char *prefix, const struct result *result)
{
	struct files files = {.prefix = prefix, .result = result};

	output_hgrm_each(&result->jobs, each_file, &files);
	return files.code;
}
