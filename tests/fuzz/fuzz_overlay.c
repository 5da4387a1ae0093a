/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fuzz_overlay.c -- an input is a list of records of 8 bytes {call, place, offset u16, length u16, value u16}: calls
 * to the namespace that a dry run of a repair changes instead of the real one.
 *
 * A read returns the bytes that plain memory would hold after the same calls. The real namespace is only read,
 * within its bounds. It has an odd tail, and pages that share a bucket.
 */
#include <string.h>

#include "format.h"
#include "fuzz.h"
#include "repair/overlay.h"

#define PAGE  FORMAT_PAGE
#define TAIL  100u
#define FAR   (OVERLAY_BUCKETS * PAGE) /* this page shares a bucket with the first one */
#define SIZE  (FAR + 2 * PAGE + TAIL)
#define CALLS 400u

static struct pair {
	uint8_t below[SIZE], model[SIZE];
	struct overlay overlay;
} pair;

static void
require_inside(size_t count, uint64_t off)
{
	fuzz_require(count <= SIZE && off <= SIZE - count);
}

static int
read_below(void *ns, unsigned lane, void *buf, size_t count, uint64_t off)
{
	(void)ns;
	(void)lane;
	require_inside(count, off);
	memcpy(buf, pair.below + off, count);
	return 0;
}

/* all other callbacks would change the namespace below and are NULL */
static const struct ns_callback reader = {.nsread = read_below};

/* never zero, and different on each page */
static void
fill_below(void)
{
	if (pair.below[0])
		return;
	for (uint64_t off = 0; off < SIZE; off++)
		pair.below[off] = (uint8_t)((off % PAGE + off / PAGE * 3) % 255 + 1);
}

static void
write_both(uint64_t off, size_t len, unsigned value)
{
	uint8_t bytes[2 * PAGE];

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(value + i);
	fuzz_require(!overlay_callbacks.nswrite(&pair.overlay, 0, bytes, len, off));
	memcpy(pair.model + off, bytes, len);
}

static void
zero_both(uint64_t off, size_t len)
{
	fuzz_require(!overlay_callbacks.nszero(&pair.overlay, 0, len, off));
	memset(pair.model + off, 0, len);
}

/* Aligned 8 bytes, the store size of info blocks and flog entries. */
static void
store_both(uint64_t off, uint64_t value)
{
	off = off / 8 * 8;
	if (off + sizeof(value) > SIZE)
		return;
	fuzz_require(!overlay_callbacks.nswrite(&pair.overlay, 0, &value, sizeof(value), off));
	memcpy(pair.model + off, &value, sizeof(value));
}

static void
compare(uint64_t off, size_t len)
{
	static uint8_t bytes[SIZE];

	fuzz_require(!overlay_callbacks.nsread(&pair.overlay, 0, bytes, len, off));
	fuzz_require(!memcmp(bytes, pair.model + off, len));
}

static void
call(struct fuzz_cursor *c)
{
	unsigned what = (unsigned)fuzz_take(c, 1), where = (unsigned)fuzz_take(c, 1);
	uint64_t off = fuzz_take(c, 2) % (2 * PAGE + TAIL) + (where & 1 ? FAR : 0);
	size_t len = (size_t)fuzz_take(c, 2) % (2 * PAGE);
	unsigned value = (unsigned)fuzz_take(c, 2);

	len = len < SIZE - off ? len : SIZE - off;
	switch (what % 4) {
	case 0:
		write_both(off, len, value);
		break;
	case 1:
		zero_both(off, len);
		break;
	case 2:
		store_both(off, value * 0x0001000100010001ull);
		break;
	default:
		compare(off, len);
	}
}

void
fuzz_overlay(const uint8_t *input, size_t len)
{
	struct fuzz_cursor c = {input, input + len};

	fill_below();
	memcpy(pair.model, pair.below, SIZE);
	overlay_init(&pair.overlay, SIZE, &pair, &reader);
	for (unsigned i = 0; i < CALLS && c.at < c.end; i++)
		call(&c);
	compare(0, SIZE);
	overlay_fini(&pair.overlay);
}
