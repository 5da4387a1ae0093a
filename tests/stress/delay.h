/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * delay.h -- delays a thread at the critical points of the protocol: before and after each access to media, in the
 * middle of each copy, around taking and releasing a lock, around a writer's wait for readers, and before
 * the state of a lane advances.
 *
 * The library is the shipped one: the linker puts delay.c between its files (--wrap).
 */
#ifndef TESTS_STRESS_DELAY_H
#define TESTS_STRESS_DELAY_H

#include <stdint.h>

/* From now on delays the calling thread; the seed decides how long. 0: never. */
void delay_begin(uint64_t seed);

/* A critical point of the caller. */
void delay(void);

#endif
