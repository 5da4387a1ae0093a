/* SPDX-License-Identifier: BSD-3-Clause */
/* guard_copy.h -- shared by guard.h and guard_copy.S. */
#ifndef BTT_GUARD_COPY_H
#define BTT_GUARD_COPY_H

/* under a sanitizer all accesses are in C, so that the sanitizer sees them */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define GUARD_IS_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define GUARD_IS_SANITIZED
#endif
#if defined(__x86_64__) && !defined(GUARD_IS_SANITIZED)
#define GUARD_IS_OURS 1
#else
#define GUARD_IS_OURS 0
#endif

/* values of guard_copy_way: the widest registers of the processor */
#define GUARD_COPY_SSE2   0
#define GUARD_COPY_AVX    1
#define GUARD_COPY_AVX512 2

#define GUARD_COPY_STEP \
	512 /* most bytes of one step, from the address in rsi, or in rdi for guard_stream */

#ifndef __ASSEMBLER__
#include <stdint.h>

extern uint8_t guard_copy_way; /* set by guard_open, always to the same value */
extern const uint8_t guard_copy_first[], guard_copy_last[], guard_stream_first[],
	guard_stream_last[], guard_copy_bad[];
#endif

#endif
