/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bad_blocks.h -- prints the findings of bttbench verify on standard output: as lines, or as one JSON object (schema
 * bttbench.verify/1).
 *
 * Each finding is printed soon and none is kept, like those of check (finding.h). In the text, findings of one kind
 * about consecutive blocks are one line with the contents of the first block, and there are at most
 * BAD_BLOCKS_LINES such lines.
 */
#ifndef BENCH_CMD_BAD_BLOCKS_H
#define BENCH_CMD_BAD_BLOCKS_H

#include "result/result.h"

#define BAD_BLOCKS_LINES 64

/* Zero all but the first six members. */
struct bad_blocks {
	const char *spec, *state; /* state: the file, or NULL */
	int as_json;
	uint64_t first_lba, count; /* the blocks to check */
	uint64_t nlba;             /* of the namespace */
	uint64_t printed;          /* findings in the JSON */
	uint64_t lines;            /* of the text, also those beyond the most */
	struct result_finding open;
	uint64_t open_count; /* consecutive findings of the open line, 0: none */
	int failed;          /* memory ran out for a finding */
};

void bad_blocks_start(struct bad_blocks *bad);
void bad_blocks_add(struct bad_blocks *bad, const struct result_finding *finding);

/* found: the counts. complete 0: the check ended early. Returns 1 if everything is good, else 0. */
int bad_blocks_end(struct bad_blocks *bad, const struct result_verify *found, int complete);

#endif
