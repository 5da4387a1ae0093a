/* SPDX-License-Identifier: BSD-3-Clause */
/* key_type_access.c -- the types of `pattern` and `region`, which choose the blocks of ops. */
#include <stdio.h>
#include <string.h>

#include "key_type.h"
#include "units.h"

#define STRIDE_MAX UINT64_C(1000000000000)

/* In the order of enum pattern_kind. A name with a colon is followed by numbers. */
static const char *const pattern_names[] = {
	[PATTERN_UNIFORM] = "uniform",  [PATTERN_SEQ] = "seq",        [PATTERN_ZIPF] = "zipf:",
	[PATTERN_HOTSPOT] = "hotspot:", [PATTERN_STRIDE] = "stride:",
};

#define PATTERNS (sizeof(pattern_names) / sizeof(pattern_names[0]))

/* a decimal number from 0 to 100, without a percent sign */
static int
parse_decimal(const char *text, double *out)
{
	return strchr(text, '%') ? -1 : units_parse_percent(text, out);
}

/* The take_* functions return NULL, or the reason of an error. */
static const char *
take_theta(const char *text, struct pattern_shape *shape)
{
	if (parse_decimal(text, &shape->theta) || shape->theta < ZIPF_THETA_MIN ||
	    shape->theta > ZIPF_THETA_MAX)
		return "not a THETA";
	return NULL;
}

static int
is_inner_percent(double percent)
{
	return percent > 0 && percent < 100;
}

static const char *
take_hotspot(const char *text, struct pattern_shape *shape)
{
	const char *slash = strchr(text, '/');
	char ops[UNITS_TEXT_MAX];

	if (!slash || (size_t)(slash - text) >= sizeof(ops))
		return "not two percentages with / between them";
	memcpy(ops, text, (size_t)(slash - text));
	ops[slash - text] = '\0';
	if (parse_decimal(ops, &shape->hot_ops) || parse_decimal(slash + 1, &shape->hot_blocks))
		return "not two percentages with / between them";
	if (!is_inner_percent(shape->hot_ops) || !is_inner_percent(shape->hot_blocks))
		return "not above 0 and below 100";
	return NULL;
}

static const char *
take_stride(const char *text, struct pattern_shape *shape)
{
	if (units_parse_count(text, &shape->stride) || shape->stride < 1 ||
	    shape->stride > STRIDE_MAX)
		return "not a stride";
	return NULL;
}

/* Index of the pattern name at the start of `value`, or PATTERNS. *rest points after the name. */
static unsigned
find_pattern(const char *value, const char **rest)
{
	unsigned i;

	for (i = 0; i < PATTERNS; i++) {
		size_t len = strlen(pattern_names[i]);

		*rest = value + len;
		if (strncmp(value, pattern_names[i], len) == 0 &&
		    (pattern_names[i][len - 1] == ':' || !**rest))
			break;
	}
	return i;
}

static int
pattern_parse(const struct key *key, struct job *job, const char *value, struct why *why)
{
	static const char *(*const take[PATTERNS])(const char *, struct pattern_shape *) = {
		[PATTERN_ZIPF] = take_theta,
		[PATTERN_HOTSPOT] = take_hotspot,
		[PATTERN_STRIDE] = take_stride,
	};
	struct pattern_shape shape = {0};
	const char *rest, *wrong = NULL;
	unsigned kind = find_pattern(value, &rest);

	if (kind == PATTERNS)
		return key_error(key, "no such value", why);
	if (take[kind])
		wrong = take[kind](rest, &shape);
	if (wrong)
		return key_error(key, wrong, why);
	job->pattern = (enum pattern_kind)kind;
	job->shape = shape;
	return 0;
}

static void
pattern_print(const struct key *key, const struct job *job, char *text, size_t size)
{
	const struct pattern_shape *shape = &job->shape;
	char number[UNITS_TEXT_MAX] = "", other[UNITS_TEXT_MAX] = "";

	(void)key;
	if (job->pattern == PATTERN_ZIPF)
		units_print_percent(shape->theta, number, sizeof(number));
	if (job->pattern == PATTERN_STRIDE)
		units_print_count(shape->stride, number, sizeof(number));
	if (job->pattern == PATTERN_HOTSPOT) {
		units_print_percent(shape->hot_ops, number, sizeof(number));
		units_print_percent(shape->hot_blocks, other, sizeof(other));
	}
	snprintf(text, size, "%s%s%s%s", pattern_names[job->pattern], number, *other ? "/" : "",
		 other);
}

const struct key_type key_type_pattern = {pattern_parse, pattern_print, key_describe_values};

/* a size, or a percentage with a percent sign */
static const char *
take_extent(const char *text, struct job_extent *extent)
{
	*extent = (struct job_extent){.is_percent = strchr(text, '%') != NULL};
	if (extent->is_percent)
		return units_parse_percent(text, &extent->percent) ? "not a percentage" : NULL;
	return units_parse_size(text, &extent->bytes) ? "not a size" : NULL;
}

struct region_parts {
	struct job_region region;
	int has_offset;
};

static const char *
take_region_part(const char *part, struct region_parts *parts)
{
	struct job_region *region = &parts->region;
	const char *wrong;

	if (strncmp(part, "offset:", 7) == 0 && !parts->has_offset) {
		parts->has_offset = 1;
		return take_extent(part + 7, &region->offset);
	}
	if (strncmp(part, "size:", 5) != 0 || !region->to_end)
		return "not a region";
	region->to_end = 0;
	wrong = take_extent(part + 5, &region->size);
	if (!wrong && region->size.bytes == 0 && region->size.percent <= 0)
		wrong = "a size of nothing";
	return wrong;
}

static int
region_parse(const struct key *key, struct job *job, const char *value, struct why *why)
{
	struct region_parts parts = {.region = {.to_end = 1}};
	char copy[KEY_TEXT_MAX], *rest = copy, *part;
	const char *wrong = NULL;

	if (strcmp(value, "all") == 0) {
		job->region = parts.region;
		return 0;
	}
	if (strlen(value) >= sizeof(copy))
		return key_error(key, "not a region", why);
	strcpy(copy, value);
	while (!wrong && (part = strsep(&rest, ",")) != NULL)
		wrong = take_region_part(part + strspn(part, " \t"), &parts);
	if (wrong)
		return key_error(key, wrong, why);
	job->region = parts.region;
	return 0;
}

static void
extent_print(const struct job_extent *extent, char *text, size_t size)
{
	if (!extent->is_percent) {
		units_print_size(extent->bytes, text, size);
		return;
	}
	units_print_percent(extent->percent, text, size);
	strncat(text, "%", size - strlen(text) - 1);
}

static void
region_print(const struct key *key, const struct job *job, char *text, size_t size)
{
	const struct job_region *region = &job->region;
	char offset[UNITS_TEXT_MAX], extent[UNITS_TEXT_MAX];

	(void)key;
	extent_print(&region->offset, offset, sizeof(offset));
	extent_print(&region->size, extent, sizeof(extent));
	if (!region->offset.bytes && region->offset.percent <= 0)
		*offset = '\0';
	if (!*offset && region->to_end)
		snprintf(text, size, "all");
	else
		snprintf(text, size, "%s%s%s%s%s", *offset ? "offset:" : "", offset,
			 *offset && !region->to_end ? "," : "",
			 region->to_end ? "" : "size:", region->to_end ? "" : extent);
}

const struct key_type key_type_region = {region_parse, region_print, key_describe_values};
