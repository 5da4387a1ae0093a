/* SPDX-License-Identifier: BSD-3-Clause */
#include "cpus.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ITEM_MAX 32
#define CUT      ",..."

static const char too_large[] = "a CPU number above the largest of Linux, 8191";

static_assert(CPUS_MAX == 8192, "too_large names the number");

/* the first `used` CPUs of every `group` CPUs from first to last */
struct range {
	unsigned first, last, used, group;
};

/* Parses the number at *text and moves *text after it. Returns NULL, or the reason of an error. */
static const char *
take_number(const char **text, unsigned *number)
{
	unsigned long value;
	char *end;

	if (!isdigit((unsigned char)**text))
		return "not a CPU list";
	value = strtoul(*text, &end, 10); /* ULONG_MAX if it overflows */
	*text = end;
	if (value >= CPUS_MAX)
		return too_large;
	*number = (unsigned)value;
	return NULL;
}

static const char *
take_group(const char **text, struct range *range)
{
	const char *wrong;

	(*text)++;
	wrong = take_number(text, &range->group);
	if (!wrong && **text == '/') {
		(*text)++;
		range->used = range->group;
		wrong = take_number(text, &range->group);
	}
	if (!wrong && (range->used == 0 || range->used > range->group))
		wrong = "not a stride";
	return wrong;
}

static const char *
take_range(const char **text, struct range *range)
{
	const char *wrong = take_number(text, &range->first);

	range->last = range->first;
	range->used = range->group = 1;
	if (wrong || **text != '-')
		return wrong;
	(*text)++;
	wrong = take_number(text, &range->last);
	if (!wrong && range->last < range->first)
		wrong = "not a CPU list";
	return wrong || **text != ':' ? wrong : take_group(text, range);
}

static int
has(const struct cpus *cpus, unsigned cpu)
{
	return cpus->words[cpu / 64] >> (cpu % 64) & 1;
}

static void
add(struct cpus *cpus, const struct range *range)
{
	for (unsigned cpu = range->first; cpu <= range->last; cpu++)
		if ((cpu - range->first) % range->group < range->used)
			cpus->words[cpu / 64] |= UINT64_C(1) << (cpu % 64);
}

const char *
cpus_parse(const char *list, struct cpus *cpus)
{
	struct cpus parsed = {0};
	const char *wrong;

	do {
		struct range range;

		list += strspn(list, " \t");
		wrong = take_range(&list, &range);
		if (wrong)
			return wrong;
		add(&parsed, &range);
		list += strspn(list, " \t");
	} while (*list++ == ',');
	if (list[-1] != '\0')
		return "not a CPU list";
	*cpus = parsed;
	return NULL;
}

int
cpus_next(const struct cpus *cpus, int cpu)
{
	for (unsigned next = (unsigned)(cpu + 1); next < CPUS_MAX; next++)
		if (has(cpus, next))
			return (int)next;
	return -1;
}

/*
 * The longest range with one stride that starts at `first`. Two CPUs with a gap between them are two items:
 * "0,2" is no longer than "0-2:2".
 */
static struct range
range_from(const struct cpus *cpus, int first)
{
	int next = cpus_next(cpus, first), last = first, stride = next - first;
	struct range range = {(unsigned)first, (unsigned)first, 1, 1};

	for (; next >= 0 && next - last == stride; next = cpus_next(cpus, next))
		last = next;
	if (stride == 1 || last - first >= 2 * stride) {
		range.last = (unsigned)last;
		range.group = last > first ? (unsigned)stride : 1;
	}
	return range;
}

void
cpus_print(const struct cpus *cpus, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (int cpu = cpus_next(cpus, -1); cpu >= 0;) {
		const struct range range = range_from(cpus, cpu);
		char item[ITEM_MAX];
		size_t len =
			(size_t)snprintf(item, sizeof(item), "%s%u", used ? "," : "", range.first);
		int more;

		if (range.last > range.first)
			len += (size_t)snprintf(item + len, sizeof(item) - len, "-%u", range.last);
		if (range.group > 1)
			len += (size_t)snprintf(item + len, sizeof(item) - len, ":%u", range.group);
		cpu = cpus_next(cpus, (int)range.last);
		more = cpu >= 0;
		if (used + len + (more ? strlen(CUT) : 0) >= size) {
			snprintf(text + used, size - used, "%s", used ? CUT : &CUT[1]);
			return;
		}
		memcpy(text + used, item, len + 1);
		used += len;
	}
}
