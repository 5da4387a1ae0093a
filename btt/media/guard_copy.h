/* SPDX-License-Identifier: BSD-3-Clause */
/* guard_copy.h -- what guard.c and guard_copy.S agree on. */
#ifndef BTT_NS_GUARD_COPY_H
#define BTT_NS_GUARD_COPY_H

/* under a sanitizer C makes the copy, and what is wrong with it is seen */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define GUARD_COPY_IS_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define GUARD_COPY_IS_SANITIZED
#endif
#if defined(__x86_64__) && !defined(GUARD_COPY_IS_SANITIZED)
#define GUARD_COPY_IS_OURS 1
#else
#define GUARD_COPY_IS_OURS 0
#endif

/* values of guard_copy_way: the widest registers that the processor has */
#define GUARD_COPY_SSE2   0
#define GUARD_COPY_AVX    1
#define GUARD_COPY_AVX512 2

#define GUARD_COPY_STEP 512 /* bytes loaded at once, at most, from where rsi points */

#ifndef __ASSEMBLER__
#include <stdint.h>

extern uint8_t guard_copy_way; /* set once, by guard_install */
extern const uint8_t guard_copy_first[], guard_copy_last[], guard_copy_bad[];
#endif

#endif
