/* SPDX-License-Identifier: BSD-3-Clause */
#include "stamp.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LBA_BITS         28
#define SEQ_BITS         26
#define WRITER_BITS      10
#define LOW(value, bits) ((value) & ((UINT64_C(1) << (bits)) - 1))

#define KEY_STEP UINT64_C(0x9e3779b97f4a7c15)
#define SEQ_FULL 40 /* WORD_SEQ: bits of the sequence, below the writer */
#define SPOILT   UINT64_C(0xbadbadbadbadbad1)

enum { WORD_LBA = 1, WORD_SEQ = 2, WORD_TAG = 3, WORDS_FULL = 4 };

static uint64_t
load_word(const void *block, size_t i)
{
	uint64_t word;

	memcpy(&word, (const uint8_t *)block + i * sizeof(word), sizeof(word));
	return word;
}

static void
store_word(void *block, size_t i, uint64_t word)
{
	memcpy((uint8_t *)block + i * sizeof(word), &word, sizeof(word));
}

static uint64_t
key(uint64_t tag, size_t i)
{
	return tag + (i + 1) * KEY_STEP;
}

static uint64_t
pack(const struct stamp *s)
{
	return (uint64_t)s->writer << (SEQ_BITS + LBA_BITS) | LOW(s->seq, SEQ_BITS) << LBA_BITS |
	       LOW(s->lba, LBA_BITS);
}

void
stamp_fill(void *block, size_t size, const struct stamp *stamp)
{
	uint64_t packed = pack(stamp), k = key(stamp->tag, 0), last;
	size_t words = size / sizeof(uint64_t);

	for (size_t i = 0; i < words; i++, k += KEY_STEP)
		store_word(block, i, packed ^ k);
	last = packed ^ k;
	memcpy((uint8_t *)block + words * sizeof(last), &last, size % sizeof(last));
	store_word(block, WORD_LBA, stamp->lba ^ key(stamp->tag, WORD_LBA));
	store_word(block, WORD_SEQ,
		   ((uint64_t)stamp->writer << SEQ_FULL | stamp->seq) ^ key(stamp->tag, WORD_SEQ));
	store_word(block, WORD_TAG, stamp->tag);
}

static struct stamp
read_header(const void *block)
{
	struct stamp s = {.tag = load_word(block, WORD_TAG)};
	uint64_t seq = load_word(block, WORD_SEQ) ^ key(s.tag, WORD_SEQ);

	s.lba = load_word(block, WORD_LBA) ^ key(s.tag, WORD_LBA);
	s.seq = LOW(seq, SEQ_FULL);
	s.writer = (unsigned)(seq >> SEQ_FULL & STAMP_WRITER_MAX);
	return s;
}

/* Returns 0 if word 0, the words behind the header and the remaining bytes all carry `packed`. */
static uint64_t
differ_from(const void *block, size_t size, uint64_t packed, uint64_t tag)
{
	uint64_t wrong = load_word(block, 0) ^ key(tag, 0) ^ packed, k = key(tag, WORDS_FULL), last;
	size_t words = size / sizeof(uint64_t);

	for (size_t i = WORDS_FULL; i < words; i++, k += KEY_STEP)
		wrong |= load_word(block, i) ^ k ^ packed;
	last = packed ^ k;
	return wrong | (uint64_t)memcmp((const uint8_t *)block + words * sizeof(last), &last,
					size % sizeof(last));
}

/* Returns 1 if two adjacent words carry the same stamp: this can't be chance. */
static int
has_stamped_words(const void *block, size_t size, uint64_t tag)
{
	uint64_t before = load_word(block, WORDS_FULL) ^ key(tag, WORDS_FULL);

	for (size_t i = WORDS_FULL + 1; i < size / sizeof(uint64_t); i++) {
		uint64_t now = load_word(block, i) ^ key(tag, i);

		if (now == before)
			return 1;
		before = now;
	}
	return 0;
}

static int
is_zero(const void *block, size_t size)
{
	const uint8_t *byte = block;

	return byte[0] == 0 && memcmp(byte, byte + 1, size - 1) == 0;
}

enum stamp_found
stamp_read(const void *block, size_t size, struct stamp *stamp)
{
	uint64_t tag = stamp->tag;

	*stamp = read_header(block);
	if (!differ_from(block, size, pack(stamp), stamp->tag))
		return STAMP_WHOLE;
	if (is_zero(block, size))
		return STAMP_ZERO;
	return has_stamped_words(block, size, stamp->tag) || has_stamped_words(block, size, tag)
		       ? STAMP_TORN
		       : STAMP_FOREIGN;
}

struct sentence {
	char *text;
	size_t size, used;
	unsigned parts;
};

#define PARTS_MOST 3

/* Adds a part such as "from byte 512 writer 1 seq 7 lba 3". */
static void
add_part(struct sentence *s, size_t word, uint64_t raw, uint64_t packed)
{
	char content[80];

	if (s->parts++ >= PARTS_MOST || s->used >= s->size)
		return;
	if (raw)
		snprintf(content, sizeof(content), "writer %u seq ..%u lba ..%u",
			 (unsigned)(packed >> (SEQ_BITS + LBA_BITS)),
			 (unsigned)LOW(packed >> LBA_BITS, SEQ_BITS),
			 (unsigned)LOW(packed, LBA_BITS));
	else
		snprintf(content, sizeof(content), "zeros");
	s->used += (size_t)snprintf(s->text + s->used, s->size - s->used, "%sfrom byte %zu %s",
				    s->parts > 1 ? ", " : "", word * sizeof(uint64_t), content);
}

/* Adds one part for each run of words with one stamp, from the first word behind the header on. */
static void
describe_torn(const void *block, size_t size, uint64_t tag, struct sentence *s)
{
	uint64_t before = 0;

	for (size_t i = WORDS_FULL; i < size / sizeof(uint64_t); i++) {
		uint64_t raw = load_word(block, i), now = raw ? raw ^ key(tag, i) : 0;

		if (i == WORDS_FULL || now != before)
			add_part(s, i, raw, now);
		before = now;
	}
	if (s->parts > PARTS_MOST && s->used < s->size)
		snprintf(s->text + s->used, s->size - s->used, ", and %u more parts",
			 s->parts - PARTS_MOST);
}

void
stamp_describe(const void *block, size_t size, uint64_t tag, char *text, size_t text_size)
{
	struct stamp stamp = {.tag = tag};
	struct sentence s = {.text = text, .size = text_size};

	switch (stamp_read(block, size, &stamp)) {
	case STAMP_WHOLE:
		snprintf(text, text_size, "%swriter %u seq %" PRIu64 " lba %" PRIu64,
			 stamp.tag == tag ? "" : "of another history: ", stamp.writer, stamp.seq,
			 stamp.lba);
		break;
	case STAMP_ZERO:
		snprintf(text, text_size, "zeros");
		break;
	case STAMP_TORN:
		describe_torn(block, size, tag, &s);
		break;
	case STAMP_FOREIGN:
		snprintf(text, text_size, "no stamp: it starts with 0x%016" PRIx64,
			 load_word(block, 0));
		break;
	}
}

void
stamp_spoil(void *block, size_t size)
{
	store_word(block, 0, SPOILT);
	store_word(block, size / sizeof(uint64_t) - 1, SPOILT);
}
