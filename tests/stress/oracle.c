/* SPDX-License-Identifier: BSD-3-Clause */
#include "oracle.h"

#include <string.h>

/* ThreadSanitizer would take the oracle's ordering for the library's */
#ifdef __SANITIZE_THREAD__
#define TELL memory_order_relaxed
#define HEAR memory_order_relaxed
#else
#define TELL memory_order_release
#define HEAR memory_order_acquire
#endif

#define LINE_WORDS 8u

/* each line of a written block */
struct line {
	uint64_t block, who, count;
	uint64_t base[ORACLE_THREADS];
	uint64_t check; /* tells a line from others and from zeros */
};

_Static_assert(sizeof(struct line) == LINE_WORDS * sizeof(uint64_t), "a line of a block");

static uint64_t
check_of(const struct line *line)
{
	return ~(line->block << 56 ^ line->who << 48 ^ line->count);
}

/* Only one thread writes a word, and its value only grows. */
static void
raise(_Atomic uint64_t *word, uint64_t value)
{
	if (atomic_load_explicit(word, memory_order_relaxed) < value)
		atomic_store_explicit(word, value, TELL);
}

/* The last change by `of` that any thread knows to have taken effect. */
static uint64_t
last_effective(const struct oracle *o, unsigned block, unsigned of)
{
	uint64_t last = 0;

	for (unsigned i = 0; i < ORACLE_THREADS; i++) {
		uint64_t known = atomic_load_explicit(&o->word[block][i].effective[of], HEAR);

		last = known > last ? known : last;
	}
	return last;
}

void
oracle_begin(struct oracle *o, struct oracle_change *change, void *buf, uint32_t len)
{
	struct oracle_word *mine = &o->word[change->block][change->who];
	struct line line = {.block = change->block + 1, .who = change->who, .count = change->count};

	for (unsigned i = 0; i < ORACLE_THREADS; i++)
		line.base[i] = change->base[i] = last_effective(o, change->block, i);
	line.check = check_of(&line);
	raise(&mine->begun[change->kind], change->count);
	for (uint32_t at = 0; change->kind == ORACLE_DATA && at < len; at += sizeof(line))
		memcpy((char *)buf + at, &line, sizeof(line));
}

/* Thread `who` learns of change `count` by `by`, which overwrote all of `base`. */
static void
learn(struct oracle_word *who, unsigned by, uint64_t count, const uint64_t *base)
{
	for (unsigned i = 0; i < ORACLE_THREADS; i++)
		raise(&who->overwritten[i], base[i]);
	raise(&who->effective[by], count);
}

void
oracle_end(struct oracle *o, const struct oracle_change *change)
{
	learn(&o->word[change->block][change->who], change->who, change->count, change->base);
}

void
oracle_before_read(const struct oracle *o, struct oracle_read *read)
{
	read->is_untouched = 1;
	for (unsigned of = 0; of < ORACLE_THREADS; of++) {
		uint64_t gone = 0;

		for (unsigned i = 0; i < ORACLE_THREADS; i++) {
			uint64_t known = atomic_load_explicit(
				&o->word[read->block][i].overwritten[of], HEAR);

			gone = known > gone ? known : gone;
		}
		read->gone[of] = gone;
		read->is_untouched &= last_effective(o, read->block, of) == 0;
	}
}

static const char *
check_unnamed(const struct oracle *o, const struct oracle_read *read, enum oracle_kind kind)
{
	if (kind == ORACLE_ZERO && !o->first && read->is_untouched)
		return NULL;
	for (unsigned i = 0; i < ORACLE_THREADS; i++) {
		if (atomic_load_explicit(&o->word[read->block][i].begun[kind], HEAR) >
		    read->gone[i])
			return NULL;
	}
	return kind == ORACLE_ZERO ? "stale: zeros that were overwritten before the read"
				   : "stale: an error that was overwritten before the read";
}

static const char *
check_line(struct oracle *o, const struct oracle_read *read, const struct line *line)
{
	struct oracle_word *word = o->word[read->block];

	if (line->who >= ORACLE_THREADS || line->check != check_of(line))
		return "broken: a line that nobody wrote";
	if (line->block != read->block + 1)
		return "foreign: another block's data";
	if (line->count > atomic_load_explicit(&word[line->who].begun[ORACLE_DATA], HEAR))
		return "invented: a write that has not begun";
	if (line->count <= read->gone[line->who])
		return "stale: a write that was overwritten before the read";
	learn(&word[read->who], (unsigned)line->who, line->count, line->base);
	return NULL;
}

const char *
oracle_check(struct oracle *o, const struct oracle_read *read, const void *buf, uint32_t len)
{
	static const struct line zeros;
	struct line line, first;

	if (!buf)
		return check_unnamed(o, read, ORACLE_ERROR);
	memcpy(&line, buf, sizeof(line));
	for (uint32_t at = sizeof(line); at < len; at += sizeof(line)) {
		if (memcmp((const char *)buf + at, &line, sizeof(line)) != 0)
			return "torn: the lines come from two writes";
	}
	if (!memcmp(&line, &zeros, sizeof(line)))
		return check_unnamed(o, read, ORACLE_ZERO);
	memset(&first, o->first, sizeof(first));
	if (!memcmp(&line, &first, sizeof(line)))
		return read->is_untouched ? NULL
					  : "stale: the first data, overwritten before the read";
	return check_line(o, read, &line);
}
