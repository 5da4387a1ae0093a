/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ops.c -- calls libbtt COUNT times, for measure.sh.
 *
 *   ops read|write|strict|zero|batch-read|batch-write BS LANES COUNT
 *
 * On plain memory, with LANES open lanes; lane 0 works, or each lane has a block of the batch. All blocks of the ops are
 * written first. Each op uses blocks of its own, in other lines of the map than those before. Only the calls are in
 * `drive`, with a few instructions of the loop for each. Prints one line of JSON: the counters that they changed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "btt.h"
#include "ns.h"

#define SIZE (UINT64_C(20) << 20)
#define STEP 1009 /* blocks; a prime */

static struct btt *btt;
static uint64_t lbas[8192];
static uint8_t block[4096];

/* the other arguments of a batch */
static unsigned nlane, lanes[BTT_BATCH_MAX];
static void *to[BTT_BATCH_MAX];
static const void *from[BTT_BATCH_MAX];

static void
die(const char *what)
{
	fprintf(stderr, "ops: %s: %s\n", what, btt_errormsg());
	exit(1);
}

/* Returns the number of failed calls. */
int drive(const char *op, unsigned count);

__attribute__((noinline)) int
drive(const char *op, unsigned count)
{
	int failed = 0;

	if (!strcmp(op, "batch-read"))
		for (unsigned i = 0; i < count; i++)
			failed += btt_read_batch(btt, lanes, lbas + i * nlane, to, nlane, NULL);
	else if (!strcmp(op, "batch-write"))
		for (unsigned i = 0; i < count; i++)
			failed += btt_write_batch(btt, lanes, lbas + i * nlane, from, nlane, NULL);
	else if (*op == 'r')
		for (unsigned i = 0; i < count; i++)
			failed += btt_read(btt, 0, lbas[i], block) != 0;
	else if (*op == 'z')
		for (unsigned i = 0; i < count; i++)
			failed += btt_set_zero(btt, 0, lbas[i]) != 0;
	else
		for (unsigned i = 0; i < count; i++)
			failed += btt_write(btt, 0, lbas[i], block) != 0;
	return failed;
}

int
main(int argc, char **argv)
{
	struct btt_open_options options = {.mode = BTT_READ_WRITE};
	struct btt_format_options format = {0};
	struct btt_counters before, after;
	struct btt_ns *ns;
	unsigned count, blocks;

	if (argc != 5)
		return 2;
	format.lbasize = (uint32_t)atoi(argv[2]);
	options.maxlane = (unsigned)atoi(argv[3]);
	options.commit = *argv[1] == 's' ? BTT_COMMIT_STRICT : BTT_COMMIT_TWO_FENCE;
	count = (unsigned)atoi(argv[4]);
	nlane = options.maxlane;
	blocks = *argv[1] == 'b' ? count * nlane : count;
	if (blocks > sizeof(lbas) / sizeof(lbas[0]) || nlane > BTT_BATCH_MAX)
		return 2;
	ns = btt_ns_open_dram(SIZE, 0);
	if (!ns || btt_format(&format, SIZE, ns, btt_ns_callbacks(ns)))
		die("format");
	btt = btt_open(&options, SIZE, ns, btt_ns_callbacks(ns));
	if (!btt)
		die("open");
	for (unsigned i = 0; i < blocks; i++) {
		lbas[i] = (uint64_t)i * STEP % btt_nlba(btt);
		if (btt_write(btt, 0, lbas[i], block))
			die("write");
	}
	for (unsigned i = 0; i < nlane; i++) {
		lanes[i] = i;
		from[i] = to[i] = block;
	}
	btt_get_counters(btt, 0, &before, sizeof(before));
	if (drive(argv[1], count))
		die("an op");
	btt_get_counters(btt, 0, &after, sizeof(after));
	printf("{\"compiler\": \"%s\", \"fences\": %" PRIu64 ", \"lines\": %" PRIu64
	       ", \"bytes\": %" PRIu64 "}\n",
	       __VERSION__, after.fences - before.fences,
	       after.lines_flushed - before.lines_flushed,
	       after.bytes_stored - before.bytes_stored);
	btt_fini(btt);
	btt_ns_close(ns);
	return 0;
}
