/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * delay.h -- a thread is held up at the narrow places of the protocol: before and after each access to
 * media, in the middle of each copy, before and after a lock is taken and given back, before and after a
 * writer waits for readers, and before a lane's state goes on.
 *
 * The library is the one that is shipped: the linker puts delay.c between its files (--wrap).
 */
#ifndef TESTS_STRESS_DELAY_H
#define TESTS_STRESS_DELAY_H

#include <stdint.h>

/* from here on the calling thread is held up, each time for as long as the seed says; 0 = never */
void delay_begin(uint64_t seed);

/* a narrow place of the caller's own */
void delay(void);

#endif
