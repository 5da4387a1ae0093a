/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * guard.c -- the handler for SIGBUS.
 *
 * Lock rule: `lock` covers `users`, `before`, and the change of the handler. The handler itself
 * takes no lock: it reads `before`, which changes only while our handler is not installed.
 */
#include "guard.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <ucontext.h>

#include "btt.h"

static _Thread_local struct guard *_Atomic armed;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned users;          /* guard_open without BTT_NO_SIGBUS, less guard_close */
static struct sigaction before; /* the handler that ours replaced last */

GUARDED void
guarded_store4(void *to, uint32_t value)
{
	atomic_store_explicit((_Atomic uint32_t *)to, value, memory_order_release);
}

void
guard_arm(struct guard *guard, const void *from, const void *to)
{
	guard->from = (uintptr_t)from;
	guard->to = (uintptr_t)to;
	atomic_store_explicit(&armed, guard, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
}

void
guard_disarm(void)
{
	atomic_signal_fence(memory_order_seq_cst);
	atomic_store_explicit(&armed, NULL, memory_order_relaxed);
}

#if GUARD_IS_OURS
static void
choose_copy(void)
{
	if (__builtin_cpu_supports("avx512f"))
		guard_copy_way = GUARD_COPY_AVX512;
	else if (__builtin_cpu_supports("avx"))
		guard_copy_way = GUARD_COPY_AVX;
}
#else
static void
choose_copy(void)
{
}

static GUARDED void
plain_copy(void *to, const void *from, size_t len)
{
	memcpy(to, from, len);
}

GUARDED int
guard_copy(void *to, const void *from, size_t len)
{
	const uint8_t *start = from;
	struct guard guard;

	if (GUARD_BAD_PAGE(&guard, start, start + len))
		return -1;
	plain_copy(to, from, len);
	guard_disarm();
	return 0;
}
#endif

/*
 * 1 for a signal that no access of this thread raised: a process sent it, or the kernel announces a bad page that
 * nobody has used yet. Nothing raises it again when the handler returns.
 */
static int
is_sent(const siginfo_t *info)
{
	return info->si_code <= 0 || info->si_code == BUS_MCEERR_AO;
}

/*
 * The action of a process without a handler: `action` is SIG_DFL or SIG_IGN. The kernel ignores no SIGBUS of an
 * access. A page that is only announced ends nobody: each access to it raises SIGBUS again, which the guards know.
 */
static void
act_without_handler(int signal_number, const siginfo_t *info, const struct sigaction *action)
{
	if (info->si_code == BUS_MCEERR_AO || (is_sent(info) && action->sa_handler == SIG_IGN))
		return;
	sigaction(signal_number, action, NULL); /* the access faults again and ends the process */
	if (is_sent(info))
		raise(signal_number); /* at once: SA_NODEFER */
}

/*
 * Acts as if our handler were not there. A handler that was installed over ours and calls ours may
 * also be `before`, if ours was installed over it again. The same signal then comes back here,
 * deeper in the stack, and takes the default action.
 */
static void
pass_on(int signal_number, siginfo_t *info, void *context)
{
	static const struct sigaction default_action = {.sa_handler = SIG_DFL};
	static _Thread_local const void *last_context;
	static _Thread_local uintptr_t last_frame;
	uintptr_t frame = (uintptr_t)__builtin_frame_address(0);

	if (last_context == context && frame < last_frame) {
		act_without_handler(signal_number, info, &default_action);
		return;
	}
	last_context = context;
	last_frame = frame;
	if (before.sa_flags & SA_SIGINFO)
		before.sa_sigaction(signal_number, info, context);
	else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN)
		before.sa_handler(signal_number);
	else
		act_without_handler(signal_number, info, &before);
	last_context = NULL;
}

#if defined(__x86_64__)
/* each number is the distance from the member itself */
struct table_entry {
	int64_t insn, bad;
};

/* weak: without GUARD_INSTRUCTION in the program there is no table */
extern const struct table_entry __start_guard_table[] __attribute__((weak)),
	__stop_guard_table[] __attribute__((weak));

/*
 * 1 when guard_copy was loading from `addr`, or guard_stream storing to it. The other side of a copy is memory of the
 * caller: a bad page there is an error of the caller.
 */
static int
is_in_copy(const greg_t *gregs, uintptr_t addr)
{
#if GUARD_IS_OURS
	const uint8_t *code = (const uint8_t *)(uintptr_t)gregs[REG_RIP];

	if (code >= guard_copy_first && code < guard_copy_last)
		return addr - (uintptr_t)gregs[REG_RSI] < GUARD_COPY_STEP;
	return code >= guard_stream_first && code < guard_stream_last &&
	       addr - (uintptr_t)gregs[REG_RDI] < GUARD_COPY_STEP;
#else
	(void)gregs, (void)addr;
	return 0;
#endif
}

/* 1 when the handler knows the instruction: the context continues at its error return */
static int
step_aside(void *context, uintptr_t addr)
{
	greg_t *gregs = ((ucontext_t *)context)->uc_mcontext.gregs;

	if (is_in_copy(gregs, addr)) {
		gregs[REG_RIP] = (greg_t)(uintptr_t)guard_copy_bad;
		return 1;
	}
	for (const struct table_entry *e = __start_guard_table; e < __stop_guard_table; e++) {
		if ((uintptr_t)&e->insn + (uintptr_t)e->insn != (uintptr_t)gregs[REG_RIP])
			continue;
		gregs[REG_RIP] = (greg_t)((uintptr_t)&e->bad + (uintptr_t)e->bad);
		return 1;
	}
	return 0;
}
#else
static int
step_aside(void *context, uintptr_t addr)
{
	(void)context, (void)addr;
	return 0;
}
#endif

static void
on_sigbus(int signal_number, siginfo_t *info, void *context)
{
	struct guard *guard = atomic_load_explicit(&armed, memory_order_relaxed);
	uintptr_t addr = (uintptr_t)info->si_addr;
	int is_bad_page = info->si_code == BUS_ADRERR || info->si_code == BUS_MCEERR_AR;

	if (is_bad_page && step_aside(context, addr))
		return;
	if (!guard || !is_bad_page || addr < guard->from || addr >= guard->to) {
		pass_on(signal_number, info, context);
		return;
	}
	atomic_store_explicit(&armed, NULL, memory_order_relaxed);
	__builtin_longjmp(guard->jump, 1);
}

static int
is_in_place(struct sigaction *now)
{
	sigaction(SIGBUS, NULL, now);
	return (now->sa_flags & SA_SIGINFO) && now->sa_sigaction == on_sigbus;
}

void
guard_open(unsigned flags)
{
	/* SA_NODEFER: a jump leaves the handler, and would leave the signal blocked */
	const struct sigaction action = {.sa_sigaction = on_sigbus,
					 .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK};
	struct sigaction now;

	pthread_mutex_lock(&lock);
	choose_copy();
	if (!(flags & BTT_NO_SIGBUS)) {
		users++;
		if (!is_in_place(&now)) {
			before = now;
			sigaction(SIGBUS, &action, NULL);
		}
	}
	pthread_mutex_unlock(&lock);
}

void
guard_close(unsigned flags)
{
	struct sigaction now;

	if (flags & BTT_NO_SIGBUS)
		return;
	pthread_mutex_lock(&lock);
	if (--users == 0 && is_in_place(&now))
		sigaction(SIGBUS, &before, NULL);
	pthread_mutex_unlock(&lock);
}
