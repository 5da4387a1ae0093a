/* SPDX-License-Identifier: BSD-3-Clause */
#include "coroutine.h"

#include <stdlib.h>

#include "world.h"

/* Saves the registers that a call preserves, on this stack; continues where the other stack stopped. */
void coroutine_switch(void **save, void *load);

__asm__(".text\n"
	".globl coroutine_switch\n"
	".type coroutine_switch, @function\n"
	"coroutine_switch:\n"
	"	pushq %rbp\n	pushq %rbx\n	pushq %r12\n"
	"	pushq %r13\n	pushq %r14\n	pushq %r15\n"
	"	movq %rsp, (%rdi)\n"
	"	movq %rsi, %rsp\n"
	"	popq %r15\n	popq %r14\n	popq %r13\n"
	"	popq %r12\n	popq %rbx\n	popq %rbp\n"
	"	ret\n"
	".size coroutine_switch, .-coroutine_switch\n");

static struct coroutine *starting;

static void
run(void)
{
	struct coroutine *co = starting;

	co->body(co->arg);
	co->is_done = 1;
	coroutine_yield(co);
	abort();
}

void
coroutine_start(struct coroutine *co, void (*body)(void *arg), void *arg)
{
	void **top;

	if (!co->stack)
		co->stack = aligned_alloc(64, COROUTINE_STACK);
	if (!co->stack)
		world_fail("no memory");
	/* six registers, the return address, and the stack alignment at a call */
	top = (void **)(void *)(co->stack + COROUTINE_STACK) - 1;
	*top = NULL;
	*--top = (void *)(uintptr_t)run;
	co->sp = top - 6;
	co->body = body;
	co->arg = arg;
	co->is_done = 0;
}

void
coroutine_resume(struct coroutine *co)
{
	starting = co;
	coroutine_switch(&co->caller, co->sp);
}

void
coroutine_yield(struct coroutine *co)
{
	coroutine_switch(&co->sp, co->caller);
}
