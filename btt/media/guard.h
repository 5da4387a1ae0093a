/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * guard.h -- a page that can't be read or stored to, turned from a SIGBUS into a return.
 *
 *	struct guard guard;
 *
 *	if (GUARD_BAD_PAGE(&guard, from, to))
 *		return …;		the access below hit a bad page in [from, to)
 *	… a call that loads or stores there …
 *	guard_disarm();
 *
 * That function is GUARDED. It disarms the guard before it returns, takes no lock in between, and does
 * not use afterwards what it changed in between. One guard at a time for each thread: one that
 * is armed inside another ends that too.
 */
#ifndef BTT_NS_GUARD_H
#define BTT_NS_GUARD_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/*
 * For the function that arms, whose registers are its own, and for the one it calls to touch the pages: a
 * compiler that sees into the call sees nothing in it that jumps, and drops the way back.
 */
#if defined(__clang__)
#define GUARDED __attribute__((noinline))
#else
#define GUARDED __attribute__((noipa))
#endif

/*
 * Copies from pages that may be bad to memory that is not; 0, or -1 on a bad page, `to` then holding
 * anything. On x86-64 it arms nothing: the handler knows its instructions.
 */
int guard_copy(void *to, const void *from, size_t len);

/* ThreadSanitizer sees no load in assembly, so it is told what that load orders */
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

/* a releasing store of an aligned le32, to be called under a guard */
void guarded_store4(void *to, uint32_t value);

/*
 * An acquiring load of an aligned le32, 0, or -1 on a bad page. It costs no guard: the handler knows the
 * very instruction, from a table that the linker puts together, and goes on at `bad`.
 */
static inline int
guard_load4(const void *from, uint32_t *value)
{
#if defined(__x86_64__)
	uint32_t loaded; /* any aligned load acquires here */

	__asm__ goto("1:	movl (%1), %0\n"
		     "	.pushsection guard_table, \"a\"\n"
		     "	.balign 8\n"
		     "	.quad 1b - ., %l[bad] - .\n"
		     "	.popsection"
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

struct guard {
	void *jump[5]; /* for __builtin_setjmp, which keeps no signal mask and costs three stores */
	uintptr_t from, to;
};

/*
 * Takes SIGBUS for this process, again where somebody else has taken it since. A SIGBUS that no guard
 * expects goes where it went before.
 */
void guard_install(void);

/* use through GUARD_BAD_PAGE */
void guard_arm(struct guard *guard, const void *from, const void *to);
void guard_disarm(void);

#define GUARD_BAD_PAGE(guard, from, to) \
	(__builtin_setjmp((guard)->jump) ? 1 : (guard_arm((guard), (from), (to)), 0))

#endif
