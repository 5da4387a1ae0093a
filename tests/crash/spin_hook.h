/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * spin_hook.h -- replaces btt/spin.h: the compiler includes it first, and the include guard keeps the other out.
 * A loop that waits yields to the other thread at each turn.
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
