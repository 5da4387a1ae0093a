/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * finding.h -- prints the findings of check and repair on standard output: as lines, or as one JSON object (schema
 * bttbench.findings/1).
 *
 * A damaged namespace can have more findings than fit into memory, so each one is printed at once and none is kept.
 */
#ifndef BENCH_CMD_FINDING_H
#define BENCH_CMD_FINDING_H

#include "cmd.h"

struct finding_list {
	const char *spec;
	int as_json;
	uint64_t count;
	int failed; /* memory ran out for one of the findings */
};

/* --format; cmd_parse_format parses it */

#define FINDING_KEY_FORMAT 0x7101
#define FINDING_OPTION_FORMAT                                                        \
	{                                                                            \
		"format", FINDING_KEY_FORMAT, "NAME", 0, "text (default) or json", 0 \
	}

void finding_start(struct finding_list *list);

/* outcome: "repaired", "would repair" or "left"; NULL for check. */
void finding_print(struct finding_list *list, const char *outcome, const struct btt_finding *f);

/*
 * Ends the JSON object; in text format the caller prints the last line. result: 1 consistent, 0 not, -1 unknown.
 * Returns 0, or -1 after an error line when memory ran out for a finding.
 */
int finding_end(const struct finding_list *list, int result);

#endif
