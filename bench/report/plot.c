/* SPDX-License-Identifier: BSD-3-Clause */
#include "plot.h"

#include <errno.h>
#include <string.h>

#include "plot_kinds.h"

static const struct {
	const char *name;
	int (*put)(const struct plot *plot, const struct plot_sets *sets, FILE *out,
		   struct why *why);
} kinds[] = {
	{"percentiles", plot_percentiles},
	{"histogram", plot_histogram},
	{"series", plot_series},
	{"heatmap", plot_heatmap},
	{"scaling", plot_scaling},
	{"tax", plot_tax},
	{"nodes", plot_nodes},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

int
plot_is_kind(const char *kind)
{
	for (size_t i = 0; i < KINDS; i++)
		if (!strcmp(kinds[i].name, kind))
			return 1;
	return 0;
}

const char *
plot_ending(const char *path)
{
	static const char *const endings[] = {"svg", "png", "pdf"};
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < sizeof(endings) / sizeof(endings[0]); i++)
		if (!strcmp(dot + 1, endings[i]))
			return endings[i];
	return NULL;
}

int
plot_data(const struct plot *plot, FILE *out, struct why *why)
{
	struct plot_sets sets;
	int err = plot_sets_make(&sets, plot, why);

	for (size_t i = 0; i < KINDS && !err; i++)
		if (!strcmp(kinds[i].name, plot->kind))
			err = kinds[i].put(plot, &sets, out, why);
	if (!err && (fflush(out) || ferror(out)))
		err = why_say(why, "data: %s", strerror(errno));
	plot_sets_free(&sets);
	return err ? why_prefix(why, plot->kind) : 0;
}
