/* SPDX-License-Identifier: BSD-3-Clause */
#include "qualify_files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "output/output.h"
#include "output/qualification.h"
#include "report/report.h"
#include "output_file.h"
#include "saved_result.h"

#define SUMMARY_WIDTH 100 /* columns */

enum cmd_exit
qualify_files_open(struct qualify_files *files, const char *dir)
{
	const struct {
		char *path;
		const char *name;
	} all[] = {{files->result, "result.json"},
		   {files->report, "report.html"},
		   {files->junit, "junit.xml"},
		   {files->summary, "summary.txt"},
		   {files->stamps, "recovery.stamps"}};

	if (mkdir(dir, 0777) && errno != EEXIST)
		return cmd_fail("--output=%s: %s", dir, strerror(errno));
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (snprintf(all[i].path, PATH_MAX, "%s/%s", dir, all[i].name) >= PATH_MAX)
			return cmd_usage("--output=%s: too long", dir);
	return CMD_OK;
}

int
qualify_files_save(const struct qualify_files *files, const struct result *result, struct why *why)
{
	struct output_file output;

	if (output_file_open(&output, files->result))
		return why_say(why, "%s: %s", files->result, strerror(errno));
	return saved_result_write(result, &output, files->result, why);
}

static int
write_summary(const struct result *result, FILE *out)
{
	return output_qualification_text(result, SUMMARY_WIDTH, out);
}

static int
write_report(const struct result *result, FILE *out)
{
	struct report_file file = {.name = "result.json", .result = result};
	const struct report report = {.files = &file, .nfiles = 1, .has_plots = 1};
	char *document = NULL;
	struct why no_plots;
	FILE *text = open_memstream(&document, &file.document_size);
	int err = text && !output_json(result, text) ? 0 : -1;

	if (text && fclose(text))
		err = -1;
	file.document = document;
	if (!err)
		err = report_write(&report, out, &no_plots);
	if (!err && no_plots.text[0])
		cmd_warn("qualify: report.html has no plots: %s", no_plots.text);
	free(document);
	return err;
}

static enum cmd_exit
replace(const char *path, const struct result *result,
	int (*write)(const struct result *result, FILE *out))
{
	struct output_file output;
	FILE *file;
	int err;

	if (output_file_open(&output, path))
		return cmd_fail("%s: %s", path, strerror(errno));
	file = output_file_begin(&output);
	if (!file || write(result, file)) {
		err = errno;
		output_file_drop(&output);
		return cmd_fail("%s: %s", path, strerror(err));
	}
	return output_file_finish(&output) ? cmd_fail("%s: %s", path, strerror(errno)) : CMD_OK;
}

enum cmd_exit
qualify_files_finish(const struct qualify_files *files, const struct result *result)
{
	enum cmd_exit code = replace(files->summary, result, write_summary);

	if (!code)
		code = replace(files->junit, result, output_qualification_junit);
	return code ? code : replace(files->report, result, write_report);
}
