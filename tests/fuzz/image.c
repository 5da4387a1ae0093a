/* SPDX-License-Identifier: BSD-3-Clause */
#include "image.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "format.h"
#include "info.h"
#include "fuzz_check.h"

#define PAGE  4096u
#define GUARD (64u << 10)

/*
 * The layout of each kind. Blocks are 64 KiB or 1 GiB, and 512 bytes of them are used: an arena has few blocks, and
 * reading all of them is fast.
 */
struct recipe {
	enum btt_flavour flavour;
	uint64_t start, size;
	uint32_t lbasize, used_lbasize, nfree;
	int is_initial; /* the map entries are initial, as the kernel lays it out */
};

#define TAIL (17ull << 20)

static const struct recipe recipes[IMAGE_KINDS] = {
	{BTT_FLAVOUR_PMDK, 0, 16 << 20, 64 << 10, 512, 16, 0},
	{BTT_FLAVOUR_UEFI, 0, 17 << 20, 4096, 4096, 64, 0},
	{BTT_FLAVOUR_KERNEL, 4096, 17 << 20, 4096, 4096, 256, 1},
	{BTT_FLAVOUR_PMDK, 8192, 17 << 20, 2048, 2048, 300, 0},
	{BTT_FLAVOUR_PMDK, 0, BTT_ARENA_SIZE_MAX, 1u << 30, 512, 16,
	 0}, /* and recipes[0] after it */
};

static struct made {
	int fd;
	struct image image; /* except its bytes */
} made[IMAGE_KINDS];

static int
check(const struct image *image, size_t count, uint64_t off)
{
	fuzz_require(count <= image->size && off <= image->size - count);
	return 0;
}

static int
image_read(void *ns, unsigned lane, void *buf, size_t count, uint64_t off)
{
	const struct image *image = ns;

	(void)lane;
	check(image, count, off);
	memcpy(buf, image->bytes + off, count);
	return 0;
}

static int
image_write(void *ns, unsigned lane, const void *buf, size_t count, uint64_t off)
{
	struct image *image = ns;

	(void)lane;
	check(image, count, off);
	image->stores++;
	memcpy(image->bytes + off, buf, count);
	return 0;
}

static int
image_zero(void *ns, unsigned lane, size_t count, uint64_t off)
{
	struct image *image = ns;

	(void)lane;
	check(image, count, off);
	image->stores++;
	memset(image->bytes + off, 0, count);
	return 0;
}

static ssize_t
image_map_all(void *ns, unsigned lane, void **addrp, size_t len, uint64_t off)
{
	struct image *image = ns;

	(void)lane;
	check(image, len, off);
	*addrp = image->bytes + off;
	return (ssize_t)len;
}

static void
image_store(void *ns, void *media, const void *src, size_t len)
{
	struct image *image = ns;

	check(image, len, (uint64_t)((uint8_t *)media - image->bytes));
	image->stores++;
	memcpy(media, src, len);
}

static void
image_store4(void *ns, void *media, uint32_t value)
{
	image_store(ns, media, &value, sizeof(value));
}

static void
image_store8(void *ns, void *media, uint64_t value)
{
	image_store(ns, media, &value, sizeof(value));
}

static void
image_flush(void *ns, const void *media, size_t len)
{
	struct image *image = ns;

	check(image, len, (uint64_t)((const uint8_t *)media - image->bytes));
}

static int
image_drain(void *ns)
{
	(void)ns;
	return 0;
}

static const struct ns_callback doors[] = {
	[IMAGE_CALLBACKS] = {.nsread = image_read, .nswrite = image_write, .nszero = image_zero},
	[IMAGE_MAPPED] = {.nsread = image_read,
			  .nswrite = image_write,
			  .nszero = image_zero,
			  .nsmap = image_map_all,
			  .size = sizeof(struct ns_callback),
			  .nsstore = image_store,
			  .nsstore4 = image_store4,
			  .nsstore8 = image_store8,
			  .nsflush = image_flush,
			  .nsdrain = image_drain},
};

/* Maps the file with guard pages around it. */
static uint8_t *
map(int fd, uint64_t size, int flags)
{
	uint8_t *room = mmap(NULL, size + 2 * GUARD, PROT_NONE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	void *bytes;

	fuzz_require(room != MAP_FAILED);
	bytes = mmap(room + GUARD, size, PROT_READ | PROT_WRITE, flags | MAP_FIXED | MAP_NORESERVE,
		     fd, 0);
	fuzz_require(bytes == room + GUARD);
	return bytes;
}

static void
unmap(uint8_t *bytes, uint64_t size)
{
	munmap(bytes - GUARD, size + 2 * GUARD);
}

void
image_seal(struct image *image, uint64_t off)
{
	struct format_info *raw = (struct format_info *)(image->bytes + off);

	raw->checksum = le64_of(info_checksum(raw));
}

/* In both info blocks of an arena: the used block size, and the offset of the next arena. */
static void
adjust(struct image *image, const struct image_arena *a, uint32_t used_lbasize, uint64_t nextoff)
{
	const uint64_t offs[2] = {a->off, a->infooff};

	for (unsigned i = 0; i < 2; i++) {
		struct format_info *raw = (struct format_info *)(image->bytes + offs[i]);

		raw->external_lbasize = le32_of(used_lbasize);
		raw->nextoff = le64_of(nextoff);
		image_seal(image, offs[i]);
	}
}

/* Writes its post-map number into each block of the data area. */
static void
stamp(struct image *image, const struct image_arena *a, uint32_t lbasize)
{
	for (uint64_t i = 0; i < a->internal_nlba; i++) {
		uint64_t value = ~i;

		memcpy(image->bytes + a->off + PAGE + i * lbasize, &value, sizeof(value));
	}
}

/* Formats one arena at `off` as its own namespace. */
static void
lay_out(struct image *image, const struct recipe *r, uint64_t off, uint64_t nextoff)
{
	static const uint8_t uuid[16] = {1, 2, 3, 4};
	const struct btt_format_options options = {
		.flavour = r->flavour, .lbasize = r->lbasize, .nfree = r->nfree, .uuid = uuid};
	struct image part = {
		.bytes = image->bytes + off, .size = image->size - off, .cb = image->cb};
	struct image_arena *a = &image->arenas[image->narenas++];
	const struct format_info *raw = (const struct format_info *)part.bytes;
	uint64_t internal;

	if (part.size > BTT_ARENA_SIZE_MAX)
		part.size = BTT_ARENA_SIZE_MAX;
	fuzz_require(!btt_format(&options, part.size, &part, part.cb));
	*a = (struct image_arena){.off = off,
				  .mapoff = off + le64_get(raw->mapoff),
				  .flogoff = off + le64_get(raw->flogoff),
				  .infooff = off + le64_get(raw->infooff),
				  .external_nlba = le32_get(raw->external_nlba),
				  .internal_nlba = le32_get(raw->internal_nlba),
				  .nfree = le32_get(raw->nfree)};
	if (r->is_initial)
		memset(image->bytes + a->mapoff, 0, 4ull * a->external_nlba);
	internal = le32_get(raw->internal_lbasize);
	stamp(image, a, (uint32_t)internal);
	adjust(image, a, r->used_lbasize, nextoff);
	memcpy(a->info, part.bytes, IMAGE_INFO);
}

/* Logs follow the flavour: with flags or without. */
static void
require_log_flags(const struct image *image, struct btt *btt, enum btt_flavour flavour)
{
	struct btt_arena_info info;

	for (unsigned i = 0; i < image->narenas; i++) {
		fuzz_require(!btt_get_arena(btt, i, &info, sizeof(info)));
		fuzz_require(check_log_flags(image->bytes + info.start, &info) ==
			     (flavour == BTT_FLAVOUR_PMDK));
	}
}

/* In each arena writes some blocks through all lanes, zeroes some and marks some bad. */
static void
use(struct image *image, enum btt_flavour flavour)
{
	const struct btt_open_options options = {.start = image->start};
	struct btt *btt = btt_open(&options, image->size, image, image->cb);
	uint8_t buf[4096] = {0};

	fuzz_require(btt);
	for (unsigned i = 0; i < 100; i++) {
		uint64_t nlba = btt_nlba(btt), lba = i % 2 ? nlba - 1 - i : i;

		memcpy(buf, &lba, sizeof(lba));
		fuzz_require(!btt_write(btt, i % 8, lba, buf));
		if (i % 10 == 8)
			fuzz_require(!btt_set_zero(btt, 0, lba));
		if (i % 10 == 9)
			fuzz_require(!btt_set_error(btt, 0, lba));
	}
	fuzz_require(btt_check(btt) == 1);
	require_log_flags(image, btt, flavour);
	btt_fini(btt);
}

static void
make(struct made *m, unsigned kind)
{
	const struct recipe *r = &recipes[kind];
	struct image *image = &m->image;
	int has_tail = r->size == BTT_ARENA_SIZE_MAX;

	image->size = r->size + r->start + (has_tail ? TAIL : 0);
	image->start = r->start;
	image->cb = &doors[IMAGE_CALLBACKS];
	m->fd = memfd_create("image", MFD_CLOEXEC);
	fuzz_require(m->fd >= 0 && !ftruncate(m->fd, (off_t)image->size));
	image->bytes = map(m->fd, image->size, MAP_SHARED);
	lay_out(image, r, r->start, has_tail ? BTT_ARENA_SIZE_MAX : 0);
	if (has_tail)
		lay_out(image, &recipes[0], BTT_ARENA_SIZE_MAX, 0);
	use(image, r->flavour);
	unmap(image->bytes, image->size);
}

void
image_open(struct image *image, unsigned kind, enum image_door door)
{
	struct made *m = &made[kind];

	if (!m->image.size)
		make(m, kind);
	*image = m->image;
	image->bytes = map(m->fd, image->size, MAP_PRIVATE);
	image->cb = &doors[door];
	image->stores = 0;
}

void
image_close(struct image *image)
{
	unmap(image->bytes, image->size);
}
