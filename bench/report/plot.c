/* SPDX-License-Identifier: BSD-3-Clause */
#include "plot.h"

#include <errno.h>
#include <string.h>

#include "plot_kinds.h"

static const struct {
	const char *name;
	enum plot_source source;
	int (*put)(const struct plot *plot, const struct plot_sets *sets, FILE *out,
		   struct why *why);
} kinds[] = {
	{"percentiles", PLOT_OF_RESULTS, plot_percentiles},
	{"histogram", PLOT_OF_RESULTS, plot_histogram},
	{"series", PLOT_OF_RESULTS, plot_series},
	{"heatmap", PLOT_OF_RESULTS, plot_heatmap},
	{"scaling", PLOT_OF_RESULTS, plot_scaling},
	{"tax", PLOT_OF_RESULTS, plot_tax},
	{"nodes", PLOT_OF_RESULTS, plot_nodes},
	{"compare", PLOT_OF_COMPARISON, plot_compare},
	{"trend", PLOT_OF_HISTORY, plot_trend},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

enum plot_source
plot_source(const char *kind)
{
	for (size_t i = 0; i < KINDS; i++)
		if (!strcmp(kinds[i].name, kind))
			return kinds[i].source;
	return PLOT_OF_NOTHING;
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
	struct plot_sets sets = {0};
	int err = 0;

	if (plot_source(plot->kind) == PLOT_OF_RESULTS)
		err = plot_sets_make(&sets, plot, why);
	for (size_t i = 0; i < KINDS && !err; i++)
		if (!strcmp(kinds[i].name, plot->kind))
			err = kinds[i].put(plot, &sets, out, why);
	if (!err && (fflush(out) || ferror(out)))
		err = why_say(why, "data: %s", strerror(errno));
	plot_sets_free(&sets);
	return err ? why_prefix(why, plot->kind) : 0;
}
