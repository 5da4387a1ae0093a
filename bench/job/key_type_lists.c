/* SPDX-License-Identifier: BSD-3-Clause */
/* key_type_lists.c -- the types of the keys with lists: mix, placement, percentiles. */
#include "key_type.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

#define ITEM_MAX 32

/*
 * Copies the next item of a comma-separated list. Returns 1, 0 after the last item, or -1 if the item is
 * empty or too long.
 */
static int
next_item(const char **list, char item[ITEM_MAX])
{
	const char *start = *list;
	size_t len;

	if (!start)
		return 0;
	start += strspn(start, " \t");
	len = strcspn(start, ",");
	*list = start[len] == ',' ? start + len + 1 : NULL;
	while (len > 0 && isblank((unsigned char)start[len - 1]))
		len--;
	if (len == 0 || len >= ITEM_MAX)
		return -1;
	memcpy(item, start, len);
	item[len] = '\0';
	return 1;
}

/* "read:70" sets share[OP_READ] to 70. Returns NULL, or the reason of an error. */
static const char *
mix_take_share(char *item, int share[OP_KINDS])
{
	char *colon = strchr(item, ':');
	uint64_t percent = 0;
	int kind = 0;

	if (!colon)
		return "not a mix";
	*colon = '\0';
	while (kind < OP_KINDS && strcmp(item, op_kind_name((enum op_kind)kind)) != 0)
		kind++;
	if (kind == OP_KINDS)
		return "not a mix of read, write and zero";
	if (share[kind] >= 0)
		return "names an operation twice";
	if (units_parse_number(colon + 1, &percent) || percent > 100)
		return "not a mix of whole percentages";
	share[kind] = (int)percent;
	return NULL;
}

static int
mix_parse(const struct key *key, struct job *job, const char *value, struct why *why)
{
	int share[OP_KINDS] = {-1, -1, -1}, taken;
	unsigned percent[OP_KINDS], sum = 0;
	const char *wrong = NULL;
	char item[ITEM_MAX];

	while (!wrong && (taken = next_item(&value, item)) != 0)
		wrong = taken < 0 ? "not a mix" : mix_take_share(item, share);
	if (wrong)
		return key_error(key, wrong, why);
	for (int kind = 0; kind < OP_KINDS; kind++) {
		percent[kind] = share[kind] < 0 ? 0 : (unsigned)share[kind];
		sum += percent[kind];
	}
	if (sum != 100)
		return why_say(why, "sums to %u (must be 100)", sum);
	memcpy(job->percent, percent, sizeof(percent));
	return 0;
}

static void
mix_print(const struct key *key, const struct job *job, char *text, size_t size)
{
	size_t used = 0;

	(void)key;
	for (int kind = 0; kind < OP_KINDS && used < size; kind++)
		if (job->percent[kind] > 0)
			used += (size_t)snprintf(text + used, size - used, "%s%s:%u",
						 used ? "," : "", op_kind_name((enum op_kind)kind),
						 job->percent[kind]);
}

const struct key_type key_type_mix = {mix_parse, mix_print, key_describe_values};

static int
parse_int(const char *text, int *out)
{
	uint64_t number = 0;

	if (units_parse_number(text, &number) || number > INT_MAX)
		return -1;
	*out = (int)number;
	return 0;
}

/* In the order of enum placement_kind. Its last two kinds have an argument. */
static const char *const placement_words[] = {"local", "remote", "spread", NULL, "cpus:"};

static int
placement_parse(const struct key *key, struct job *job, const char *value, struct why *why)
{
	struct placement *placement = &job->placement;
	int word = key_word_find(placement_words, value);

	if (word >= 0) {
		placement->kind = (enum placement_kind)word;
	} else if (strncmp(value, "node:", 5) == 0) {
		if (parse_int(value + 5, &placement->node))
			return key_error(key, "not a node", why);
		placement->kind = PLACEMENT_NODE;
	} else if (strncmp(value, "cpus:", 5) == 0) {
		const char *wrong = cpus_parse(value + 5, &placement->cpus);

		if (wrong)
			return key_error(key, wrong, why);
		placement->kind = PLACEMENT_CPUS;
	} else {
		return key_error(key, "no such value", why);
	}
	return 0;
}

void
placement_print(const struct placement *placement, char *text, size_t size)
{
	if (placement->kind == PLACEMENT_NODE)
		snprintf(text, size, "node:%d", placement->node);
	else
		snprintf(text, size, "%s", placement_words[placement->kind]);
	if (placement->kind == PLACEMENT_CPUS)
		cpus_print(&placement->cpus, text + strlen(text), size - strlen(text));
}

static void
placement_key_print(const struct key *key, const struct job *job, char *text, size_t size)
{
	(void)key;
	placement_print(&job->placement, text, size);
}

const struct key_type key_type_placement = {placement_parse, placement_key_print,
					    key_describe_values};

static int
percentiles_parse(const struct key *key, struct job *job, const char *value, struct why *why)
{
	double list[JOB_PERCENTILES_MAX], above = 0;
	char item[ITEM_MAX];
	unsigned n;
	int taken;

	for (n = 0; (taken = next_item(&value, item)) != 0; n++) {
		if (n == JOB_PERCENTILES_MAX)
			return key_error(key, "too many", why);
		if (taken < 0 || units_parse_percent(item, &list[n]) || list[n] == 0)
			return key_error(key, "not a list of percentages", why);
		if (list[n] <= above)
			return key_error(key, "not ascending", why);
		above = list[n];
	}
	memcpy(job->percentiles, list, n * sizeof(list[0]));
	job->npercentiles = n;
	return 0;
}

static void
percentiles_print(const struct key *key, const struct job *job, char *text, size_t size)
{
	char percent[UNITS_TEXT_MAX];
	size_t used = 0;

	(void)key;
	for (unsigned i = 0; i < job->npercentiles && used < size; i++) {
		units_print_percent(job->percentiles[i], percent, sizeof(percent));
		used += (size_t)snprintf(text + used, size - used, "%s%s", i ? "," : "", percent);
	}
}

const struct key_type key_type_percentiles = {percentiles_parse, percentiles_print,
					      key_describe_values};
