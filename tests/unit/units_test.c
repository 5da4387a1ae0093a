/* SPDX-License-Identifier: BSD-3-Clause */
/* units_test.c -- sizes, durations, counts and percentages as text. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "job/units.h"

#define UNTOUCHED 0x5eedull
#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

typedef int parser(const char *text, uint64_t *out);
typedef void printer(uint64_t value, char *text, size_t size);

struct good {
	const char *text;
	uint64_t value;
};

static void
assert_parses(parser *parse, const struct good *good, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t value = UNTOUCHED;

		if (parse(good[i].text, &value))
			fail_msg("'%s' is refused", good[i].text);
		if (value != good[i].value)
			fail_msg("'%s' is %ju", good[i].text, (uintmax_t)value);
	}
}

static void
assert_refuses(parser *parse, const char *const *bad, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t value = UNTOUCHED;

		if (parse(bad[i], &value) != -1)
			fail_msg("'%s' is taken as %ju", bad[i], (uintmax_t)value);
		assert_int_equal(value, UNTOUCHED);
	}
}

static void
assert_comes_back(parser *parse, printer *print)
{
	static const uint64_t values[] = {
		0,    1,     7,          511,        512,         1000,       1023,
		1024, 60000, 4096000000, 1ull << 40, 90000000000, 1ull << 63, UINT64_MAX,
	};

	for (size_t i = 0; i < LENGTH(values); i++) {
		char text[UNITS_TEXT_MAX];
		uint64_t value = UNTOUCHED;

		print(values[i], text, sizeof(text));
		assert_int_equal(parse(text, &value), 0);
		assert_int_equal(value, values[i]);
	}
}

static void
assert_prints(printer *print, uint64_t value, const char *want)
{
	char text[UNITS_TEXT_MAX];

	print(value, text, sizeof(text));
	assert_string_equal(text, want);
}

static void
sizes_are_powers_of_1024(void **state)
{
	static const struct good good[] = {
		{"0", 0},
		{"512", 512},
		{"512B", 512},
		{"0010", 10},
		{"4k", 4096},
		{"4K", 4096},
		{"4kB", 4096},
		{"4KiB", 4096},
		{"1M", 1 << 20},
		{"1m", 1 << 20},
		{"1G", 1 << 30},
		{"1GiB", 1 << 30},
		{"2T", 2ull << 40},
		{"16777215T", 16777215ull << 40},
		{"18446744073709551615", UINT64_MAX},
	};

	(void)state;
	assert_parses(units_parse_size, good, LENGTH(good));
}

static void
fraction_counts_only_when_the_result_is_whole(void **state)
{
	static const struct good good[] = {
		{"1.5G", 3ull << 29},    {"0.5k", 512},      {"1.0", 1},
		{"1.0009765625k", 1025}, {"2.50M", 5 << 19},
	};
	static const char *const bad[] = {
		"0.5", "1.1k",  "1.0000000001G", "1.",
		".5k", "1..5k", "1.5.5k",        "1.0000000000000000000",
	};

	(void)state;
	assert_parses(units_parse_size, good, LENGTH(good));
	assert_refuses(units_parse_size, bad, LENGTH(bad));
}

static void
size_beyond_64_bits_is_refused(void **state)
{
	static const char *const bad[] = {
		"18446744073709551616",
		"16777216T",
		"99999999999999999999999",
		"18446744073709551615k",
	};

	(void)state;
	assert_refuses(units_parse_size, bad, LENGTH(bad));
}

static void
malformed_size_is_refused(void **state)
{
	static const char *const bad[] = {
		"",    " ",  "k",      "abc", "-1",  "+1",  " 4k",  "4k ",   "4 k", "4kk",
		"4ki", "4i", "0x1000", "1e3", "inf", "nan", "4k4k", "1_000", "4P",  "\xd9\xa4",
	};

	(void)state;
	assert_refuses(units_parse_size, bad, LENGTH(bad));
}

static void
size_is_printed_in_the_largest_unit_that_is_exact(void **state)
{
	(void)state;
	assert_prints(units_print_size, 0, "0");
	assert_prints(units_print_size, 520, "520");
	assert_prints(units_print_size, 4096, "4k");
	assert_prints(units_print_size, 3ull << 29, "1536M");
	assert_prints(units_print_size, 1ull << 40, "1T");
	assert_prints(units_print_size, UINT64_MAX, "18446744073709551615");
}

static void
durations_are_nanoseconds_and_plain_numbers_seconds(void **state)
{
	static const struct good good[] = {
		{"5", 5000000000},
		{"5s", 5000000000},
		{"100ms", 100000000},
		{"250us", 250000},
		{"10ns", 10},
		{"2m", 120000000000},
		{"1h", 3600000000000},
		{"0", 0},
		{"0.5", 500000000},
		{"1.5us", 1500},
		{"18446744073709551615ns", UINT64_MAX},
	};

	(void)state;
	assert_parses(units_parse_duration, good, LENGTH(good));
}

static void
malformed_duration_is_refused(void **state)
{
	static const char *const bad[] = {
		"",         "s",  "5S",    "5M",    "5sec",         "-5s",
		"5 s",      "1d", "1h30m", "0.5ns", "18446744074s", "18446744073709551616ns",
		"5124096h",
	};

	(void)state;
	assert_refuses(units_parse_duration, bad, LENGTH(bad));
}

static void
duration_is_printed_in_hours_seconds_or_smaller(void **state)
{
	(void)state;
	assert_prints(units_print_duration, 0, "0");
	assert_prints(units_print_duration, 5000000000, "5s");
	assert_prints(units_print_duration, 7200000000000, "2h");
	assert_prints(units_print_duration, 120000000000, "120s");
	assert_prints(units_print_duration, 1500000000, "1500ms");
	assert_prints(units_print_duration, 250000, "250us");
	assert_prints(units_print_duration, 1001, "1001ns");
}

static void
counts_are_powers_of_1000(void **state)
{
	static const struct good good[] = {
		{"0", 0},        {"17", 17},        {"100k", 100000},   {"100K", 100000},
		{"1M", 1000000}, {"2.5M", 2500000}, {"1G", 1000000000}, {"1T", 1000000000000},
	};
	static const char *const bad[] = {"",    "1_000", "1,000", "1kB",
					  "1ki", "1.5",   "1e6",   "18446745T"};

	(void)state;
	assert_parses(units_parse_count, good, LENGTH(good));
	assert_refuses(units_parse_count, bad, LENGTH(bad));
}

static void
count_is_printed_in_the_largest_unit_that_is_exact(void **state)
{
	(void)state;
	assert_prints(units_print_count, 0, "0");
	assert_prints(units_print_count, 256, "256");
	assert_prints(units_print_count, 1000000, "1M");
	assert_prints(units_print_count, 1048576, "1048576");
}

static void
numbers_are_decimal_or_hexadecimal(void **state)
{
	static const struct good good[] = {
		{"0", 0},
		{"42", 42},
		{"010", 10},
		{"0x2a", 42},
		{"0X2A", 42},
		{"18446744073709551615", UINT64_MAX},
		{"0xffffffffffffffff", UINT64_MAX},
	};
	static const char *const bad[] = {
		"",
		"0x",
		"0xg",
		"0x 1",
		"0x-1",
		"0x0x1",
		"2a",
		"-1",
		"1k",
		"1.0",
		"18446744073709551616",
		"0x10000000000000000",
	};

	(void)state;
	assert_parses(units_parse_number, good, LENGTH(good));
	assert_refuses(units_parse_number, bad, LENGTH(bad));
}

static void
parsers_accept_the_output_of_the_printers(void **state)
{
	(void)state;
	assert_comes_back(units_parse_size, units_print_size);
	assert_comes_back(units_parse_duration, units_print_duration);
	assert_comes_back(units_parse_count, units_print_count);
	assert_comes_back(units_parse_number, units_print_number);
}

static void
percentages_keep_every_decimal(void **state)
{
	static const char *const good[] = {"0",         "50",       "99.9", "99.99",
					   "99.999999", "0.000001", "100"};

	(void)state;
	for (size_t i = 0; i < LENGTH(good); i++) {
		char text[UNITS_TEXT_MAX];
		double percent = -1;

		assert_int_equal(units_parse_percent(good[i], &percent), 0);
		units_print_percent(percent, text, sizeof(text));
		assert_int_equal(units_parse_percent(text, &percent), 0);
		assert_string_equal(text, good[i]);
	}
}

static void
percentage_may_have_its_sign(void **state)
{
	double percent = -1;

	(void)state;
	assert_int_equal(units_parse_percent("99.9%", &percent), 0);
	assert_true(percent == 99.9);
}

static void
malformed_percentage_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"%",
		"-1",
		"100.000001",
		"101",
		"1e1",
		"nan",
		"0x10",
		"50%%",
		"50 %",
		"0.1234567",
		"50k",
		"99999999999999999999",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++) {
		double percent = -1;

		if (units_parse_percent(bad[i], &percent) != -1)
			fail_msg("'%s' is taken", bad[i]);
		assert_true(percent == -1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_powers_of_1024),
		cmocka_unit_test(fraction_counts_only_when_the_result_is_whole),
		cmocka_unit_test(size_beyond_64_bits_is_refused),
		cmocka_unit_test(malformed_size_is_refused),
		cmocka_unit_test(size_is_printed_in_the_largest_unit_that_is_exact),
		cmocka_unit_test(durations_are_nanoseconds_and_plain_numbers_seconds),
		cmocka_unit_test(malformed_duration_is_refused),
		cmocka_unit_test(duration_is_printed_in_hours_seconds_or_smaller),
		cmocka_unit_test(counts_are_powers_of_1000),
		cmocka_unit_test(count_is_printed_in_the_largest_unit_that_is_exact),
		cmocka_unit_test(numbers_are_decimal_or_hexadecimal),
		cmocka_unit_test(parsers_accept_the_output_of_the_printers),
		cmocka_unit_test(percentages_keep_every_decimal),
		cmocka_unit_test(percentage_may_have_its_sign),
		cmocka_unit_test(malformed_percentage_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
