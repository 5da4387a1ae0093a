/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * units.c -- exact conversion without floating point.
 *
 * A number is stored as digits / 10^places. So "1.1k" is exactly 1100, not the nearest double. Nothing
 * here depends on the locale.
 */
#include "units.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define PLACES_MAX         18 /* 10^18 fits in 64 bits */
#define PERCENT_PLACES_MAX 6

struct unit {
	const char *suffix;
	uint64_t factor;
};

struct decimal {
	uint64_t digits;
	unsigned places;
};

/* rows for T, G, M, k with powers of `base`; `ending` follows the letter */
#define POWERS(base, ending)                                                       \
	{"T" ending, base * base * base * base}, {"G" ending, base * base * base}, \
		{"M" ending, base * base},                                         \
	{                                                                          \
		"k" ending, base                                                   \
	}
#define KILO 1000ull
#define KIBI 1024ull

/* Printers take the first unit without remainder. The row with factor 1 ends their search. */
static const struct unit sizes[] = {
	POWERS(KIBI, ""), {"", 1}, POWERS(KIBI, "B"), {"B", 1}, POWERS(KIBI, "iB"), {NULL, 0},
};

static const struct unit rates[] = {
	POWERS(KILO, ""), {"", 1}, POWERS(KILO, "B"), {"B", 1}, POWERS(KIBI, "iB"), {NULL, 0},
};

static const struct unit counts[] = {POWERS(KILO, ""), {"", 1}, {NULL, 0}};

static const struct unit durations[] = {
	{"h", 3600000000000}, {"s", 1000000000}, {"ms", 1000000}, {"us", 1000}, {"ns", 1},
	{"m", 60000000000},   {"", 1000000000},  {NULL, 0},
};

/* Appends decimal digits to *value. Returns their number, or -1 if there is none or *value overflows. */
static int
take_digits(const char **text, uint64_t *value)
{
	const char *p;

	for (p = *text; isdigit((unsigned char)*p); p++)
		if (__builtin_mul_overflow(*value, 10u, value) ||
		    __builtin_add_overflow(*value, (uint64_t)(*p - '0'), value))
			return -1;
	if (p == *text)
		return -1;
	int taken = (int)(p - *text);
	*text = p;
	return taken;
}

/* Parses digits with an optional fraction. *text then points after the number. */
static int
take_decimal(const char **text, struct decimal *number)
{
	int places = 0;

	number->digits = 0;
	if (take_digits(text, &number->digits) < 0)
		return -1;
	if (**text == '.') {
		(*text)++;
		places = take_digits(text, &number->digits);
	}
	if (places < 0 || places > PLACES_MAX)
		return -1;
	number->places = (unsigned)places;
	return 0;
}

static uint64_t
power_of_ten(unsigned exponent)
{
	uint64_t power = 1;

	while (exponent-- > 0)
		power *= 10;
	return power;
}

static int
scale_exactly(const struct decimal *number, uint64_t factor, uint64_t *out)
{
	unsigned __int128 product = (unsigned __int128)number->digits * factor;
	uint64_t divisor = power_of_ten(number->places);

	if (product % divisor != 0 || product / divisor > UINT64_MAX)
		return -1;
	*out = (uint64_t)(product / divisor);
	return 0;
}

static int
parse_scaled(const char *text, const struct unit *units, int (*compare)(const char *, const char *),
	     uint64_t *out)
{
	struct decimal number;

	if (take_decimal(&text, &number))
		return -1;
	for (const struct unit *unit = units; unit->suffix; unit++)
		if (compare(unit->suffix, text) == 0)
			return scale_exactly(&number, unit->factor, out);
	return -1;
}

static void
print_scaled(uint64_t value, const struct unit *units, char *text, size_t size)
{
	const struct unit *unit = units;

	while (value % unit->factor != 0)
		unit++;
	snprintf(text, size, "%" PRIu64 "%s", value / unit->factor, value == 0 ? "" : unit->suffix);
}

int
units_parse_size(const char *text, uint64_t *out)
{
	return parse_scaled(text, sizes, strcasecmp, out);
}

int
units_parse_rate(const char *text, uint64_t *out)
{
	size_t len = strlen(text);
	char plain[32];

	if (len > 2 && strcasecmp(text + len - 2, "/s") == 0)
		len -= 2;
	if (len >= sizeof(plain))
		return -1;
	memcpy(plain, text, len);
	plain[len] = '\0';
	return parse_scaled(plain, rates, strcasecmp, out);
}

void
units_print_rate(uint64_t bytes_per_s, char *text, size_t size)
{
	print_scaled(bytes_per_s, rates, text, size);
}

void
units_print_size(uint64_t bytes, char *text, size_t size)
{
	print_scaled(bytes, sizes, text, size);
}

/* The case must match: "5M" is more likely a mistake than five minutes. */
int
units_parse_duration(const char *text, uint64_t *out)
{
	return parse_scaled(text, durations, strcmp, out);
}

void
units_print_duration(uint64_t ns, char *text, size_t size)
{
	print_scaled(ns, durations, text, size);
}

int
units_parse_count(const char *text, uint64_t *out)
{
	return parse_scaled(text, counts, strcasecmp, out);
}

void
units_print_count(uint64_t count, char *text, size_t size)
{
	print_scaled(count, counts, text, size);
}

int
units_parse_number(const char *text, uint64_t *out)
{
	uint64_t number = 0;

	if (strncasecmp(text, "0x", 2) == 0) {
		const char *digits = text + 2;
		size_t ndigits = strspn(digits, "0123456789abcdefABCDEF");

		if (ndigits == 0 || ndigits > 16 || digits[ndigits] != '\0')
			return -1;
		return sscanf(digits, "%" SCNx64, out) == 1 ? 0 : -1;
	}
	if (take_digits(&text, &number) < 0 || *text != '\0')
		return -1;
	*out = number;
	return 0;
}

void
units_print_number(uint64_t number, char *text, size_t size)
{
	snprintf(text, size, "%" PRIu64, number);
}

int
units_parse_percent(const char *text, double *out)
{
	struct decimal number;

	if (take_decimal(&text, &number) || number.places > PERCENT_PLACES_MAX)
		return -1;
	if (strcmp(text, "") != 0 && strcmp(text, "%") != 0)
		return -1;
	if (number.digits > 100 * power_of_ten(number.places))
		return -1;
	*out = (double)number.digits / (double)power_of_ten(number.places);
	return 0;
}

/* Prints millionths, the smallest step that the parser accepts. %g would print 1e-06. */
void
units_print_percent(double percent, char *text, size_t size)
{
	char fraction[PERCENT_PLACES_MAX + 2];
	uint64_t millionths = (uint64_t)(percent * 1e6 + 0.5);
	size_t len = PERCENT_PLACES_MAX + 1;

	snprintf(fraction, sizeof(fraction), ".%06u", (unsigned)(millionths % 1000000));
	while (len > 0 && (fraction[len - 1] == '0' || fraction[len - 1] == '.'))
		fraction[--len] = '\0';
	snprintf(text, size, "%u%s", (unsigned)(millionths / 1000000), fraction);
}
