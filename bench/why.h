/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * why.h -- the error text of a failed call, one line.
 *
 * A function that can fail takes a struct why. On failure it writes the text and returns -1. The caller owns
 * the struct. The text is undefined if the call succeeded. The command prints the text after "bttbench: ".
 */
#ifndef BENCH_WHY_H
#define BENCH_WHY_H

#define WHY_TEXT_MAX 1024

struct why {
	char text[WHY_TEXT_MAX]; /* longer texts are cut */
};

/* Writes the text. Control characters become '?', so the text stays one line. Always returns -1. */
int why_say(struct why *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Changes the text to "subject: text". Always returns -1. */
int why_prefix(struct why *why, const char *subject);

#endif
