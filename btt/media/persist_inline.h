/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * persist_inline.h -- a part of persist.h: the functions of the door that reads and writes call. Each tries the case
 * of memory that the process flushes itself, and leaves all other cases to persist.c. If they are not inline,
 * persist.c defines them.
 */
#ifndef BTT_PERSIST_INLINE_H
#define BTT_PERSIST_INLINE_H

#include <assert.h>

#include "format.h"
#include "guard.h"

/* persist.c: the same for every namespace. */
int persist_any_read(const struct persist *media, struct persist_lane *lane, void *buf, size_t len,
		     uint64_t off);
int persist_any_store(const struct persist *media, struct persist_lane *lane, uint64_t off,
		      const void *src, size_t len);
int persist_any_store4(const struct persist *media, struct persist_lane *lane, uint64_t off,
		       uint32_t value);
int persist_any_store8(const struct persist *media, struct persist_lane *lane, uint64_t off,
		       uint64_t value);
int persist_any_publish4(const struct persist *media, struct persist_lane *lane, uint64_t off,
			 uint32_t value);
int persist_any_flush(const struct persist *media, uint64_t off, size_t len);
int persist_any_fence(const struct persist *media);

/* Sets EIO and a message. */
void persist_note_bad_page(const struct persist *media, const char *action, uint64_t off,
			   uint64_t len);

/* inline, so that the compiler sees the -1 */
static inline int
persist_error_bad_page(const struct persist *media, const char *action, uint64_t off, uint64_t len)
{
	persist_note_bad_page(media, action, off, len);
	return -1;
}

static inline __attribute__((unused)) int /* used by assert only */
persist_is_inside(const struct persist *media, uint64_t off, uint64_t len)
{
	return len <= media->size && off <= media->size - len;
}

/* the compiler drops the fast cases where the handler cannot know the instructions */
static inline int
persist_is_streamed(const struct persist *media)
{
	return __builtin_expect(GUARD_IS_OURS && media->direct.is_streamed, 1) != 0;
}

PERSIST_DOOR int
persist_read(const struct persist *media, struct persist_lane *lane, void *buf, size_t len,
	     uint64_t off)
{
	assert(persist_is_inside(media, off, len));
	if (__builtin_expect(!media->base, 0))
		return persist_any_read(media, lane, buf, len, off);
	return __builtin_expect(guard_copy(buf, media->base + off, len), 0)
		       ? persist_error_bad_page(media, "reading", off, len)
		       : 0;
}

PERSIST_DOOR int
persist_load4(const struct persist *media, struct persist_lane *lane, uint64_t off, uint32_t *value)
{
	assert(persist_is_inside(media, off, 4) && off % 4 == 0);
	if (__builtin_expect(!media->base, 0)) {
		uint32_t any; /* *value can stay in a register */
		int err = persist_any_read(media, lane, &any, sizeof(any), off);

		*value = any;
		return err;
	}
	return guard_load4(media->base + off, value)
		       ? persist_error_bad_page(media, "reading", off, 4)
		       : 0;
}

PERSIST_DOOR int
persist_store(const struct persist *media, struct persist_lane *lane, uint64_t off, const void *src,
	      size_t len)
{
	const struct direct *direct = &media->direct;

	assert(persist_is_inside(media, off, len));
	if (!persist_is_streamed(media) || (off | len) % FORMAT_LINE ||
	    len - direct->stream_least > direct->stream_most - direct->stream_least)
		return persist_any_store(media, lane, off, src, len);
	return __builtin_expect(direct->stream(media->base + off, src, len), 0)
		       ? persist_error_bad_page(media, "storing", off, len)
		       : 0;
}

/* -1 on a bad page */
static inline int
persist_flush_line(const struct direct *direct, const uint8_t *line)
{
	switch (__builtin_expect(direct->flush, DIRECT_CLWB)) {
	case DIRECT_CLWB:
		return guard_clwb(line);
	case DIRECT_CLFLUSHOPT:
		return guard_clflushopt(line);
	case DIRECT_CLFLUSH:
		return guard_clflush(line);
	default:
		return 0;
	}
}

PERSIST_DOOR int
persist_store4(const struct persist *media, struct persist_lane *lane, uint64_t off, uint32_t value)
{
	assert(persist_is_inside(media, off, 4) && off % 4 == 0);
	if (!persist_is_streamed(media))
		return persist_any_store4(media, lane, off, value);
	if (!media->direct.is_small_streamed)
		return guard_store4(media->base + off, value) ||
				       persist_flush_line(&media->direct, media->base + off)
			       ? persist_error_bad_page(media, "storing", off, 4)
			       : 0;
	return guard_stream4(media->base + off, value)
		       ? persist_error_bad_page(media, "storing", off, 4)
		       : 0;
}

PERSIST_DOOR int
persist_store8(const struct persist *media, struct persist_lane *lane, uint64_t off, uint64_t value)
{
	assert(persist_is_inside(media, off, 8) && off % 8 == 0);
	if (!persist_is_streamed(media))
		return persist_any_store8(media, lane, off, value);
	if (!media->direct.is_small_streamed)
		return guard_store8(media->base + off, value) ||
				       persist_flush_line(&media->direct, media->base + off)
			       ? persist_error_bad_page(media, "storing", off, 8)
			       : 0;
	return guard_stream8(media->base + off, value)
		       ? persist_error_bad_page(media, "storing", off, 8)
		       : 0;
}

PERSIST_DOOR int
persist_publish4(const struct persist *media, struct persist_lane *lane, uint64_t off,
		 uint32_t value)
{
	assert(persist_is_inside(media, off, 4) && off % 4 == 0);
	if (!persist_is_streamed(media))
		return persist_any_publish4(media, lane, off, value);
	return guard_store4(media->base + off, value)
		       ? persist_error_bad_page(media, "storing", off, 4)
		       : 0;
}

PERSIST_DOOR int
persist_flush(const struct persist *media, struct persist_lane *lane, uint64_t off, size_t len)
{
	(void)lane;
	assert(media->base && persist_is_inside(media, off, len) && (len > 8 || off % len == 0));
	if (!persist_is_streamed(media) || len > 8)
		return persist_any_flush(media, off, len);
	return persist_flush_line(&media->direct, media->base + off)
		       ? persist_error_bad_page(media, "flushing", off, len)
		       : 0;
}

PERSIST_DOOR int
persist_fence(const struct persist *media, struct persist_lane *lane)
{
	(void)lane;
	if (!persist_is_streamed(media))
		return persist_any_fence(media);
#if defined(__x86_64__)
	__asm__ volatile("sfence" : : : "memory");
#endif
	return 0;
}

PERSIST_DOOR void
persist_prefetch_read(const struct persist *media, uint64_t off, size_t len)
{
	const size_t most = 8 * (size_t)FORMAT_LINE; /* the processor prefetches the rest */
	const uint8_t *from;

	if (!media->base)
		return;
	from = media->base + off;
	if (len >= most) {
#pragma GCC unroll 8
		for (size_t at = 0; at < most; at += FORMAT_LINE)
			__builtin_prefetch(from + at, 0);
		return;
	}
	for (size_t at = 0; at < len; at += FORMAT_LINE)
		__builtin_prefetch(from + at, 0);
}

PERSIST_DOOR void
persist_prefetch_write(const struct persist *media, uint64_t off)
{
	if (!media->base)
		return;
#if defined(__x86_64__)
	/* the compiler's own hint asks for a line that other cores may keep, unless it may assume a newer processor */
	__asm__ volatile("prefetchw %0" : : "m"(media->base[off]));
#else
	__builtin_prefetch(media->base + off, 1);
#endif
}

#endif
