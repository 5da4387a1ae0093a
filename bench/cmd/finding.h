/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * finding.h -- the findings of check and repair on standard output: a line each, or one JSON object that is
 * written as they come, since a damaged namespace may have more of them than memory.
 */
#ifndef BENCH_CMD_FINDING_H
#define BENCH_CMD_FINDING_H

#include "cmd.h"

struct finding_list {
	const char *spec;
	int as_json;
	uint64_t count;
	int failed; /* memory ran out for one of them */
};

/* text (default) or json, for --format; 0 or CMD_SAID, as argp wants */
error_t finding_parse_format(const char *name, int *as_json);

#define FINDING_KEY_FORMAT 0x7101
#define FINDING_OPTION_FORMAT                                                        \
	{                                                                            \
		"format", FINDING_KEY_FORMAT, "NAME", 0, "text (default) or json", 0 \
	}

void finding_start(struct finding_list *list);

/* `outcome` comes before it: "repaired", "left"; NULL = a check has none */
void finding_print(struct finding_list *list, const char *outcome, const struct btt_finding *f);

/*
 * result: 1 consistent, 0 not, -1 not known; the text's last line is the caller's. 0, or -1 after a line on
 * standard error when not all could be printed.
 */
int finding_end(const struct finding_list *list, int result);

#endif
