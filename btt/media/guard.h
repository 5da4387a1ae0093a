/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * guard.h -- turns the SIGBUS of a bad page into a return value.
 *
 *	struct guard guard;
 *
 *	if (GUARD_BAD_PAGE(&guard, from, to))
 *		return ...;		the access below met a bad page in [from, to)
 *	... a call that loads or stores there ...
 *	guard_disarm();
 *
 * Rules for the function that contains these lines
 *   G1 It is GUARDED, and so is a function of this library that it calls to touch the pages.
 *   G2 It disarms the guard before it returns, and takes no lock while the guard is armed.
 *   G3 After the jump it does not use variables that it changed while the guard was armed.
 *   G4 One guard at a time for each thread: a guard that is armed inside another ends that one too.
 *
 * The handler belongs to the process. guard_open and guard_close count its users.
 *
 * Arming a guard takes stores, which queue behind a fence. So single instructions and copies need none where the
 * handler knows the address of the instruction: guard_load4, guard_copy, and all functions below GUARD_IS_OURS.
 */
#ifndef BTT_GUARD_H
#define BTT_GUARD_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "guard_copy.h"

/*
 * A compiler that could look into the called function would see nothing that jumps, and would drop
 * the code behind GUARD_BAD_PAGE.
 */
#if defined(__clang__)
#define GUARDED __attribute__((noinline))
#else
#define GUARDED __attribute__((noipa))
#endif

/*
 * Begins the use of guards: chooses the copy that fits the processor and, unless `flags` has
 * BTT_NO_SIGBUS, installs the handler for SIGBUS. If another handler has replaced ours since, ours
 * is installed over it. A SIGBUS that no guard expects goes to the previous handler, or to the default
 * action, by its si_code: libbtt(3), in btt.h, has the rule. The handler stays in place.
 */
void guard_open(unsigned flags);

/*
 * Ends it, with the same flags. The last user restores the previous handler, if ours is in place.
 */
void guard_close(unsigned flags);

/*
 * Copies from pages that may be bad to memory that is not. 0; or -1 on a bad page, and `to` then
 * holds anything. On x86-64 it arms no guard: the handler knows its instructions.
 */
int guard_copy(void *to, const void *from, size_t len);

/* ThreadSanitizer sees no load in assembly; this call tells it about the order of that load. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GUARD_IS_UNDER_TSAN
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define GUARD_IS_UNDER_TSAN
#endif
#ifdef GUARD_IS_UNDER_TSAN
void __tsan_acquire(void *addr);
#define GUARD_ACQUIRED(addr) __tsan_acquire((void *)(uintptr_t)(addr))
#else
#define GUARD_ACQUIRED(addr) ((void)0)
#endif

/* Stores an aligned le32 with release order; the caller has armed a guard. */
void guarded_store4(void *to, uint32_t value);

#if defined(__x86_64__)
/*
 * An instruction on mapped memory with the label 1. No guard is armed: the linker collects the addresses of
 * these instructions in a table, and after a SIGBUS the handler continues at the label `bad`.
 */
#define GUARD_INSTRUCTION(text)              \
	"1:	" text "\n"                  \
	"	.pushsection guard_table, \"a\"\n" \
	"	.balign 8\n"                       \
	"	.quad 1b - ., %l[bad] - .\n"       \
	"	.popsection"
#endif

/* Loads an aligned le32 with acquire order; 0, or -1 on a bad page. */
static inline int
guard_load4(const void *from, uint32_t *value)
{
#if defined(__x86_64__)
	uint32_t loaded; /* every aligned load has acquire order here */

	__asm__ goto(GUARD_INSTRUCTION("movl (%1), %0")
		     : "=r"(loaded)
		     : "r"(from)
		     : "memory"
		     : bad);
	GUARD_ACQUIRED(from);
	*value = loaded;
	return 0;
bad:
	return -1;
#else
	*value = atomic_load_explicit((const _Atomic uint32_t *)from, memory_order_acquire);
	return 0;
#endif
}

/*
 * One store, or the write-back of one line, as a single instruction; 0, or -1 on a bad page. Every store of x86-64 has
 * release order, except those past the cache (guard_stream*). Without GUARD_IS_OURS nobody calls them.
 */
#if GUARD_IS_OURS
#define GUARD_BODY(text, ...)                                                   \
	__asm__ goto(GUARD_INSTRUCTION(text) : : __VA_ARGS__ : "memory" : bad); \
	return 0;                                                               \
	bad:
#else
#define GUARD_BODY(text, ...) (void)0;
#endif
#define GUARD_UNUSED __attribute__((unused))
#define GUARD_STORE(name, type, mnemonic)                                        \
	static inline int name(void *to GUARD_UNUSED, type value GUARD_UNUSED)   \
	{                                                                        \
		GUARD_BODY(mnemonic " %1, (%0)", "r"(to), "r"(value)) return -1; \
	}
#define GUARD_FLUSH(name, mnemonic)                                \
	static inline int name(const void *line GUARD_UNUSED)      \
	{                                                          \
		GUARD_BODY(mnemonic " (%0)", "r"(line)) return -1; \
	}

GUARD_STORE(guard_store4, uint32_t, "movl")
GUARD_STORE(guard_store8, uint64_t, "movq")
GUARD_STORE(guard_stream4, uint32_t, "movnti")
GUARD_STORE(guard_stream8, uint64_t, "movnti")
GUARD_FLUSH(guard_clwb, "clwb")
GUARD_FLUSH(guard_clflushopt, "clflushopt")
GUARD_FLUSH(guard_clflush, "clflush")

#if GUARD_IS_OURS
/*
 * Copies past the cache to pages that may be bad, with registers of 16, 32 or 64 bytes. `to` and `len` are multiples
 * of 64. 0; or -1 on a bad page.
 */
int guard_stream_sse2(void *to, const void *from, size_t len);
int guard_stream_avx(void *to, const void *from, size_t len);
int guard_stream_avx512(void *to, const void *from, size_t len);
#endif

struct guard {
	void *jump[5]; /* for __builtin_setjmp, which keeps no signal mask and costs three stores */
	uintptr_t from, to;
};

/* Use these through GUARD_BAD_PAGE. */
void guard_arm(struct guard *guard, const void *from, const void *to);
void guard_disarm(void);

#define GUARD_BAD_PAGE(guard, from, to) \
	(__builtin_setjmp((guard)->jump) ? 1 : (guard_arm((guard), (from), (to)), 0))

#endif
