/* SPDX-License-Identifier: BSD-3-Clause */
/* coroutine.h -- a thread that runs until it yields, on its own stack; x86-64 only. */
#ifndef TESTS_CRASH_COROUTINE_H
#define TESTS_CRASH_COROUTINE_H

#include <stdint.h>

#define COROUTINE_STACK (64u << 10)

struct coroutine {
	void *sp, *caller;
	uint8_t *stack;
	void (*body)(void *arg);
	void *arg;
	int is_done;
};

void coroutine_start(struct coroutine *co, void (*body)(void *arg), void *arg);
void coroutine_resume(struct coroutine *co);
/* Called by the coroutine itself. */
void coroutine_yield(struct coroutine *co);

#endif
