/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fio_words.h -- fio's options and values, and their equivalents here. The messages about unknown keys,
 * `--help-keys=fio` and the man page all come from this table.
 */
#ifndef BENCH_JOB_FIO_WORDS_H
#define BENCH_JOB_FIO_WORDS_H

#include <stddef.h>

/* at least one of `here` and `note` */
struct fio_word {
	const char *names; /* fio's options, with ", " between them; some are also keys here */
	const char *here;  /* the equivalent, starts with a key; NULL: there is none */
	const char *note;
};

/* Row `index` of the table, NULL after the last one. */
const struct fio_word *fio_words_at(unsigned index);

/* Writes the equivalent: "repeat=N; each repeat has its own result", "none: workers are always threads". */
void fio_words_print(const struct fio_word *word, char *text, size_t size);

/* The row of an option of fio, or NULL. */
const struct fio_word *fio_words_find(const char *name);

/* If `value` is a value of fio that the key does not have: why, and the value to use. Else NULL. */
const char *fio_words_of_value(const char *key, const char *value);

#endif
