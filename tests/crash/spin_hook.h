/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * spin_hook.h -- stands in place of btt/spin.h: the compiler is told to include it first, and the
 * guard keeps the other out. A turn of a loop that waits gives the turn to the other thread.
 */
#ifndef BTT_SPIN_H
#define BTT_SPIN_H

void crash_spin(void);

static inline void
spin_turn(unsigned *turns)
{
	++*turns;
	crash_spin();
}

#endif
