/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * finding.h -- prints the findings of check and repair on standard output: as lines, or as one JSON object (schema
 * bttbench.findings/1).
 *
 * Damage often covers many lanes or blocks in a row. Findings with the same text about consecutive lanes or blocks
 * become one line; JSON has each of them. A damaged namespace can have more findings than fit into memory, so only
 * FINDING_RUNS lines are kept open: as many kinds of findings may alternate.
 */
#ifndef BENCH_CMD_FINDING_H
#define BENCH_CMD_FINDING_H

#include "cmd.h"

#define FINDING_RUNS      8
#define FINDING_FIELD_MAX 32
#define FINDING_TEXT_MAX  512

/* findings that one line shows */
struct finding_run {
	struct btt_finding first; /* its texts are the copies below */
	char field[FINDING_FIELD_MAX], text[FINDING_TEXT_MAX];
	const char *outcome;
	uint64_t count;
	int64_t postmap_last;
	int postmap_is_same, postmap_is_next, lane_is_same; /* of all its findings */
	uint64_t extended; /* number of the last finding, for the order in which runs are closed */
};

/* Zero all but the first two members. */
struct finding_list {
	const char *spec;
	int as_json;
	uint64_t count; /* of all findings */
	int failed;     /* memory ran out for one of the findings */
	struct finding_run runs[FINDING_RUNS];
	unsigned nruns;
};

void finding_start(struct finding_list *list);

/* outcome: a literal, "repaired", "would repair" or "left"; NULL for check. */
void finding_print(struct finding_list *list, const char *outcome, const struct btt_finding *f);

/*
 * Prints the open lines, or ends the JSON object; in text format the caller prints the last line. result: 1 consistent, 0 not, -1 unknown.
 * Returns 0, or -1 after an error line when memory ran out for a finding.
 */
int finding_end(struct finding_list *list, int result);

#endif
