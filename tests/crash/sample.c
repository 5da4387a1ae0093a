/* SPDX-License-Identifier: BSD-3-Clause */
#include "sample.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crash_check.h"
#include "tiny.h"

#define HEADER   8192u /* the header of a pool; its BTT follows */
#define UUID_AT  24u
#define KINDS    4u /* commit orders, changed by recovery or not */
#define PATH_LEN 4096

/* Keeps one image in this many. After strict order few images need a recovery that stores. */
static const unsigned one_in[KINDS] = {8, 8, 8, 2};

struct sample {
	uint8_t header[HEADER];
	const char *dir;
	FILE *allowed;
	unsigned most, count, of_kind[KINDS];
};

static void
path_of(char path[PATH_LEN], const char *dir, unsigned number, const char *what)
{
	snprintf(path, PATH_LEN, "%s/%u.%s", dir, number, what);
}

static FILE *
open_allowed(const char *dir, const char *mode)
{
	char path[PATH_LEN];
	FILE *file;

	snprintf(path, sizeof(path), "%s/allowed", dir);
	file = fopen(path, mode);
	if (!file)
		world_fail("%s: %s", path, strerror(errno));
	return file;
}

static void
read_file(const char *path, void *buf, size_t len)
{
	FILE *file = fopen(path, "rb");

	if (!file || fread(buf, len, 1, file) != 1)
		world_fail("%s: %s", path, errno ? strerror(errno) : "too short");
	fclose(file);
}

struct sample *
sample_begin(const char *pool, const char *dir, unsigned most)
{
	struct sample *s = calloc(1, sizeof(*s));

	if (!s)
		world_fail("no memory");
	read_file(pool, s->header, sizeof(s->header));
	tiny_use_pool(s->header + UUID_AT);
	s->dir = dir;
	s->most = most;
	s->allowed = open_allowed(dir, "w");
	return s;
}

static void
put(int fd, const void *from, size_t len, uint64_t off)
{
	if (pwrite(fd, from, len, (off_t)off) != (ssize_t)len)
		world_fail("a sample can't be written: %s", strerror(errno));
}

static void
write_pool(const struct sample *s, const uint8_t *image)
{
	char path[PATH_LEN];
	int fd;

	path_of(path, s->dir, s->count, "pool");
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
	if (fd < 0 || ftruncate(fd, HEADER + TINY_SIZE))
		world_fail("%s: %s", path, strerror(errno));
	put(fd, s->header, sizeof(s->header), 0);
	for (unsigned i = 0; i < WORLD_RANGES; i++) {
		const struct range *r = &tiny_shape.ranges[i];

		put(fd, image, r->len, HEADER + r->off);
		image += r->len;
	}
	close(fd);
}

static uint32_t
values_allowed(const struct check *c, uint32_t lba)
{
	for (unsigned i = 0; i < PROGRAM_BLOCKS; i++) {
		if (c->lba[i] == lba)
			return c->allowed[i];
	}
	return 1u << tiny_first_value(lba);
}

void
sample_take(struct sample *s, const struct check *c, const uint8_t *image, uint64_t hash)
{
	unsigned kind = (unsigned)c->commit * 2 + (unsigned)c->is_mended;

	if (hash % one_in[kind] || s->of_kind[kind] == s->most / KINDS)
		return;
	s->of_kind[kind]++;
	write_pool(s, image);
	fprintf(s->allowed, "%u", s->count++);
	for (uint32_t lba = 0; lba < TINY_NLBA; lba++)
		fprintf(s->allowed, " %x", values_allowed(c, lba));
	fputc('\n', s->allowed);
}

void
sample_end(struct sample *s)
{
	if (fclose(s->allowed))
		world_fail("a sample can't be written: %s", strerror(errno));
	printf("# %u images kept: commit two-fence %u, and %u that recovery changes; strict "
	       "%u, and %u\n",
	       s->count, s->of_kind[0], s->of_kind[1], s->of_kind[2], s->of_kind[3]);
	free(s);
}

static void
check_read(FILE *allowed, const char *dir, unsigned number)
{
	uint64_t blocks[TINY_NLBA][TINY_LBASIZE / 8];
	char path[PATH_LEN];
	unsigned mask;

	path_of(path, dir, number, "read");
	read_file(path, blocks, sizeof(blocks));
	for (uint32_t lba = 0; lba < TINY_NLBA; lba++) {
		int value = value_of(blocks[lba], TINY_LBASIZE);

		if (fscanf(allowed, "%x", &mask) != 1)
			world_fail("%s/allowed: image %u: too few numbers", dir, number);
		if (value == VALUE_TORN)
			world_fail("image %u: block %u is torn", number, lba);
		if (!(mask >> value & 1))
			world_fail("image %u: block %u was read as value %d, allowed is "
				   "mask %#x",
				   number, lba, value, mask);
	}
}

void
sample_check(const char *dir)
{
	FILE *allowed = open_allowed(dir, "r");
	unsigned number, count = 0;

	while (fscanf(allowed, "%u", &number) == 1) {
		check_read(allowed, dir, number);
		count++;
	}
	fclose(allowed);
	if (!count)
		world_fail("%s: no image", dir);
	printf("# %u images read by another program hold allowed values\n", count);
}
