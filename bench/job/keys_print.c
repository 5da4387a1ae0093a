/* SPDX-License-Identifier: BSD-3-Clause */
#include "keys_print.h"

#include <string.h>

#include "fio_words.h"
#include "keys.h"
#include "limit.h"

/* One key as help and man page show it. */
struct entry {
	const char *name, *meaning, *initial;
	char values[KEY_TEXT_MAX], unit[KEY_TEXT_MAX];
};

static struct entry
entry_of(const struct key *key)
{
	const struct key_unit *unit = key->unit;
	const char *measure = key->measure ? key->measure : unit ? unit->measure : NULL;
	struct entry e = {
		.name = key->name,
		.meaning = key->meaning,
		.initial = key->initial ? key->initial : key->derived,
	};

	key->type->describe(key, e.values, sizeof(e.values));
	/* "bytes (k, M, G, T: powers of 1024)", or "none" for words */
	if (unit && unit->suffix)
		snprintf(e.unit, sizeof(e.unit), "%s (%s)", measure ? measure : "a number",
			 unit->suffix);
	else
		snprintf(e.unit, sizeof(e.unit), "%s", measure ? measure : "none");
	return e;
}

void
job_keys_print(FILE *out)
{
	const struct key *key;

	for (unsigned i = 0; (key = keys_at(i)) != NULL; i++) {
		const struct entry e = entry_of(key);

		fprintf(out, "%s\n    %s\n    values:  %s\n    unit:    %s\n    default: %s\n",
			e.name, e.meaning, e.values, e.unit, e.initial);
	}
}

/* Escapes for characters that roff would change. Without one, "-" becomes a hyphen that shells reject. */
static const char *
roff_escape(char c)
{
	switch (c) {
	case '\\':
		return "\\e";
	case '-':
		return "\\-";
	case '~':
		return "\\(ti";
	case '^':
		return "\\(ha";
	case '\'':
		return "\\(aq";
	case '`':
		return "\\(ga";
	case '"':
		return "\\(dq";
	default:
		return NULL;
	}
}

/* \& first: roff would take a line that starts with a dot for a request */
static void
print_roff(FILE *out, const char *before, const char *text)
{
	fprintf(out, "\\&%s", before);
	for (; *text; text++) {
		const char *escape = roff_escape(*text);

		if (escape)
			fputs(escape, out);
		else
			fputc(*text, out);
	}
	fputc('\n', out);
}

void
job_keys_print_man(FILE *out)
{
	const struct key *key;

	for (unsigned i = 0; (key = keys_at(i)) != NULL; i++) {
		const struct entry e = entry_of(key);

		fputs(".TP\n.B ", out);
		print_roff(out, "", e.name);
		print_roff(out, "", e.meaning);
		fputs(".RS\n.PP\n", out);
		print_roff(out, "Values: ", e.values);
		fputs(".br\n", out);
		print_roff(out, "Unit: ", e.unit);
		fputs(".br\n", out);
		print_roff(out, "Default: ", e.initial);
		fputs(".RE\n", out);
	}
}

void
job_keys_print_fio(FILE *out)
{
	const struct fio_word *word;
	char text[KEY_TEXT_MAX];

	for (unsigned i = 0; (word = fio_words_at(i)) != NULL; i++) {
		fio_words_print(word, text, sizeof(text));
		fprintf(out, "%s\n    %s\n", word->names, text);
	}
}

void
job_keys_print_fio_man(FILE *out)
{
	const struct fio_word *word;
	char text[KEY_TEXT_MAX];

	for (unsigned i = 0; (word = fio_words_at(i)) != NULL; i++) {
		fputs(".TP\n.B ", out);
		print_roff(out, "", word->names);
		fio_words_print(word, text, sizeof(text));
		print_roff(out, "", text);
	}
}

/* limit.read.iops, limit.read.bw, ...: total has no latencies */
static void
print_limit_names(FILE *out)
{
	static const double percentiles[] = {50, 99, 99.9};
	struct job_limit limit = {0};

	for (int op = JOB_LIMIT_READ; op <= JOB_LIMIT_RANDZERO; op++) {
		limit.op = (enum job_limit_op)op;
		for (int metric = JOB_LIMIT_IOPS; metric < JOB_LIMIT_PERCENTILE; metric++) {
			limit.metric = (enum job_limit_metric)metric;
			if (op != JOB_LIMIT_TOTAL || metric <= JOB_LIMIT_ERRORS)
				fprintf(out, "%s\n", job_limit_key(&limit).text);
		}
		limit.metric = JOB_LIMIT_PERCENTILE;
		for (size_t i = 0; i < sizeof(percentiles) / sizeof(percentiles[0]); i++) {
			limit.percentile = percentiles[i];
			if (op != JOB_LIMIT_TOTAL)
				fprintf(out, "%s\n", job_limit_key(&limit).text);
		}
	}
}

void
job_keys_print_words(FILE *out)
{
	const struct key *key;

	for (unsigned i = 0; (key = keys_at(i)) != NULL; i++) {
		if (key->type == &key_type_limit) {
			print_limit_names(out);
			continue;
		}
		fputs(key->name, out);
		for (const char *const *word = key->words; word && *word; word++)
			fprintf(out, " %s", *word);
		if (key->zero_word)
			fprintf(out, " %s", key->zero_word);
		fputc('\n', out);
	}
}
