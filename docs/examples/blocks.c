/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * blocks.c -- opens a BTT in a file, or formats one, and writes and reads blocks.
 *
 *	cc $(pkg-config --cflags libbtt) blocks.c $(pkg-config --libs libbtt) -o blocks
 *	./blocks /mnt/pmem/blocks.btt
 *
 * Run it twice: the second run reads the text of the first one.
 */
#include <btt/btt.h>
#include <btt/ns.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
fail(const char *action)
{
	fprintf(stderr, "blocks: %s: %s\n", action, btt_errormsg());
	return 1;
}

/* opens the BTT in the namespace; if the namespace is empty, formats it first */
static struct btt *
open_or_format(struct btt_ns *ns)
{
	const struct btt_open_options open = {.mode = BTT_READ_WRITE, .start = BTT_START_PROBE};
	const struct btt_format_options format = {.flavour = BTT_FLAVOUR_UEFI, .lbasize = 4096};
	struct btt_ns_facts facts;
	struct btt *btt;

	btt_ns_get_facts(ns, &facts, sizeof(facts));
	btt = btt_open(&open, facts.size, ns, btt_ns_callbacks(ns));
	if (btt || errno != ENOENT) /* any other error: a BTT may be there, do not format over it */
		return btt;
	if (btt_format(&format, facts.size, ns, btt_ns_callbacks(ns)))
		return NULL;
	return btt_open(&open, facts.size, ns, btt_ns_callbacks(ns));
}

/* blocks 0 and 1: prints the old text of block 0 and writes a new one */
static int
use(struct btt *btt)
{
	struct btt_layout layout;
	char *block;
	int failed = 0;

	btt_get_layout(btt, &layout, sizeof(layout));
	printf("%ju blocks of %u bytes, %u lanes\n", (uintmax_t)layout.nlba, layout.lbasize,
	       layout.nlane);
	block = calloc(1, layout.lbasize);
	if (!block)
		return 1;

	/* A block that was never written reads as zeros: an empty string here. */
	if (btt_read(btt, 0, 0, block))
		failed = fail("reading block 0");
	else
		printf("block 0 before: \"%s\"\n", block);

	/* The write is durable on return. After a power failure the block is all old or all new. */
	snprintf(block, layout.lbasize, "written by blocks.c");
	if (!failed && btt_write(btt, 0, 0, block))
		failed = fail("writing block 0");

	memset(block, 'x', layout.lbasize);
	if (!failed && btt_read(btt, 0, 0, block))
		failed = fail("reading block 0");
	if (!failed)
		printf("block 0 after: \"%s\"\n", block);

	/* A block can be marked as bad. Reading it then fails with EIO, until it is written. */
	if (!failed && btt_set_error(btt, 0, 1))
		failed = fail("marking block 1");
	if (!failed && btt_read(btt, 0, 1, block) && errno == EIO)
		printf("block 1: %s\n", btt_errormsg());
	free(block);
	return failed;
}

int
main(int argc, char **argv)
{
	struct btt_ns *ns;
	struct btt *btt;
	int failed;

	if (argc != 2) {
		fprintf(stderr, "usage: blocks FILE\n");
		return 2;
	}
	/*
	 * creates a sparse file of 64 MiB if it does not exist; an existing one must have that size
	 */
	ns = btt_ns_open_path(argv[1], BTT_NS_READ_WRITE, 64 << 20, 0);
	if (!ns)
		return fail("opening the namespace");
	btt = open_or_format(ns);
	if (!btt) {
		failed = fail("opening the BTT");
	} else {
		failed = use(btt);
		if (!failed && btt_check(btt) == 1)
			puts("consistent");
		btt_fini(btt); /* first the BTT, then its namespace */
	}
	btt_ns_close(ns);
	return failed;
}
