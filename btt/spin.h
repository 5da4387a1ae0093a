/* SPDX-License-Identifier: BSD-3-Clause */
/* spin.h -- one turn of a loop that waits for another thread. */
#ifndef BTT_SPIN_H
#define BTT_SPIN_H

#include <sched.h>

#define SPIN_TURNS_BEFORE_YIELD 1024u

/* Yields the processor now and then: the other thread may have been preempted. */
static inline void
spin_turn(unsigned *turns)
{
	if (++*turns % SPIN_TURNS_BEFORE_YIELD == 0)
		sched_yield();
#if defined(__x86_64__)
	else
		__builtin_ia32_pause();
#endif
}

#endif
