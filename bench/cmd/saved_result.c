/* SPDX-License-Identifier: BSD-3-Clause */
#include "saved_result.h"

#include <errno.h>
#include <string.h>

#include "output/output.h"

int
saved_result_write(const struct result *result, struct output_file *output, const char *path,
		   struct why *why)
{
	FILE *file = output_file_begin(output);

	if (!file || output_json(result, file)) {
		int err = errno;

		output_file_drop(output);
		return why_say(why, "%s: %s", path, strerror(err));
	}
	return output_file_finish(output) ? why_say(why, "%s: %s", path, strerror(errno)) : 0;
}

enum cmd_exit
saved_result_exit(const struct result *result)
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
