/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * why.h -- the one line that says why a call failed.
 *
 * A function that can fail takes a struct why, fills it and returns -1. The caller owns the struct; its
 * text is defined only after such a failure. The command prints it behind "bttbench: ".
 */
#ifndef BENCH_WHY_H
#define BENCH_WHY_H

#define WHY_TEXT_MAX 1024

struct why {
	char text[WHY_TEXT_MAX]; /* longer lines are cut */
};

/* Writes the line. Control characters become '?', so it stays one line. Always returns -1. */
int why_say(struct why *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts the subject of the line before it: "subject: line". Always returns -1. */
int why_prefix(struct why *why, const char *subject);

#endif
