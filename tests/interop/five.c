/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * five.c -- a program for the btt layer of libpmemblk, as a command. It is linked with this library and with
 * libpmemblk's own, so each can use the layouts of the other.
 *
 *   five FILE RAWSIZE BSIZE write SEED    every 7th block; fills it from its number and SEED
 *   five FILE RAWSIZE BSIZE verify SEED   these blocks hold that data, all others are zeros
 *   five FILE RAWSIZE BSIZE zero -        every block
 *   five FILE RAWSIZE BSIZE check -
 *
 * The namespace is as hostile as five callbacks allow: its memory can only be read, except inside nswrite and nszero;
 * nsmap fails, except for "check", where libpmemblk needs it; nssync ends the program.
 *
 * Exit: 0, or 1 after one line.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "btt.h"

#define PAGE  4096u
#define STEP  7u
#define LANES 4u

static struct space {
	uint8_t *bytes;
	uint64_t size;
	int may_map;
} space;

static void
fail(const char *what, uint64_t number)
{
	printf("%s %ju: %s\n", what, (uintmax_t)number, strerror(errno));
	exit(1);
}

static int
is_outside(uint64_t count, uint64_t off)
{
	if (count <= space.size && off <= space.size - count)
		return 0;
	errno = EINVAL;
	return 1;
}

static int
read_space(void *ns, unsigned lane, void *buf, size_t count, uint64_t off)
{
	(void)ns;
	(void)lane;
	if (is_outside(count, off))
		return -1;
	memcpy(buf, space.bytes + off, count);
	return 0;
}

static void
protect(uint64_t off, size_t count, int prot)
{
	uint64_t from = off / PAGE * PAGE, to = (off + count + PAGE - 1) / PAGE * PAGE;

	if (mprotect(space.bytes + from, to - from, prot))
		fail("mprotect at byte", off);
}

static int
write_space(void *ns, unsigned lane, const void *buf, size_t count, uint64_t off)
{
	(void)ns;
	(void)lane;
	if (is_outside(count, off))
		return -1;
	protect(off, count, PROT_READ | PROT_WRITE);
	memcpy(space.bytes + off, buf, count);
	protect(off, count, PROT_READ);
	return 0;
}

static int
zero_space(void *ns, unsigned lane, size_t count, uint64_t off)
{
	(void)ns;
	(void)lane;
	if (is_outside(count, off))
		return -1;
	protect(off, count, PROT_READ | PROT_WRITE);
	memset(space.bytes + off, 0, count);
	protect(off, count, PROT_READ);
	return 0;
}

static ssize_t
map_space(void *ns, unsigned lane, void **addrp, size_t len, uint64_t off)
{
	(void)ns;
	(void)lane;
	if (!space.may_map) {
		errno = ENOTSUP;
		return -1;
	}
	if (is_outside(len, off))
		return -1;
	*addrp = space.bytes + off;
	return (ssize_t)len;
}

static void
sync_space(void *ns, unsigned lane, void *addr, size_t len)
{
	(void)ns;
	(void)lane;
	(void)addr;
	fail("nssync of bytes", len);
}

static const struct ns_callback callbacks = {
	.nsread = read_space,
	.nswrite = write_space,
	.nszero = zero_space,
	.nsmap = map_space,
	.nssync = sync_space,
};

static void
fill(uint8_t *buf, uint32_t len, uint64_t lba, unsigned seed)
{
	for (uint32_t i = 0; i < len; i++)
		buf[i] = (uint8_t)(lba * 13 + seed * 101 + i * 7 + 1);
}

static void
verify(struct btt *btt, uint32_t bsize, unsigned seed, uint8_t *buf, uint8_t *expected)
{
	for (uint64_t lba = 0; lba < btt_nlba(btt); lba++) {
		memset(expected, 0, bsize);
		if (lba % STEP == 0)
			fill(expected, bsize, lba, seed);
		if (btt_read(btt, (unsigned)(lba % LANES), lba, buf))
			fail("reading block", lba);
		if (memcmp(buf, expected, bsize) != 0) {
			printf("block %ju holds other data\n", (uintmax_t)lba);
			exit(1);
		}
	}
}

static void
use(struct btt *btt, uint32_t bsize, const char *call, unsigned seed)
{
	uint8_t *buf = malloc(bsize), *expected = malloc(bsize);

	if (!buf || !expected)
		fail("no memory", 0);
	for (uint64_t lba = 0; lba < btt_nlba(btt) && !strcmp(call, "write"); lba += STEP) {
		fill(buf, bsize, lba, seed);
		if (btt_write(btt, (unsigned)(lba % LANES), lba, buf))
			fail("writing block", lba);
	}
	for (uint64_t lba = 0; lba < btt_nlba(btt) && !strcmp(call, "zero"); lba++) {
		if (btt_set_zero(btt, (unsigned)(lba % LANES), lba))
			fail("zeroing block", lba);
	}
	if (!strcmp(call, "verify"))
		verify(btt, bsize, seed, buf, expected);
	if (space.may_map && btt_check(btt) != 1) {
		printf("not consistent\n");
		exit(1);
	}
	free(buf);
	free(expected);
}

int
main(int argc, char **argv)
{
	uint8_t parent[16] = {1, 2, 3};
	uint32_t bsize;
	struct btt *btt;
	int fd;

	if (argc != 6) {
		fprintf(stderr, "usage: five FILE RAWSIZE BSIZE write|verify|zero|check SEED\n");
		return 1;
	}
	space.size = strtoull(argv[2], NULL, 0);
	bsize = (uint32_t)strtoul(argv[3], NULL, 0);
	space.may_map = !strcmp(argv[4], "check");
	fd = open(argv[1], O_RDWR | O_CREAT, 0600);
	if (fd < 0 || ftruncate(fd, (off_t)space.size))
		fail("the file with bytes", space.size);
	space.bytes = mmap(NULL, space.size, PROT_READ, MAP_SHARED, fd, 0);
	if (space.bytes == MAP_FAILED)
		fail("mapping bytes", space.size);
	btt = btt_init(space.size, bsize, parent, LANES, &space, &callbacks);
	if (!btt)
		fail("btt_init for bytes", space.size);
	use(btt, bsize, argv[4], (unsigned)strtoul(argv[5], NULL, 0));
	printf("%zu blocks\n", btt_nlba(btt));
	btt_fini(btt);
	return 0;
}
