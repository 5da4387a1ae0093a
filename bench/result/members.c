/* SPDX-License-Identifier: BSD-3-Clause */
#include "members.h"

#include <math.h>
#include <stdlib.h>

#include "measure/robust.h"

#define HOSTS_LEAST 3
#define SCALE       1.4826 /* the standard deviation of normal values by their MAD */
#define ALIKE       0.01   /* hosts whose figures differ by this share of the median are alike */

size_t
members_metrics(const struct job *job, struct metric *metrics)
{
	static const double percentiles[] = {50, 99, 99.9};
	size_t n = 0;

	metrics[n++] = (struct metric){.kind = METRIC_IOPS, .op = METRIC_TOTAL};
	for (unsigned op = 0; op < OP_KINDS; op++)
		for (size_t i = 0; i < 3 && job->percent[op]; i++)
			metrics[n++] = (struct metric){METRIC_PERCENTILE, op, percentiles[i]};
	return n;
}

static struct robust
look(const struct result *result, size_t index, double *scratch)
{
	struct robust unknown = {.median = NAN, .mad = NAN}, found;

	for (size_t i = 0; i < result->nhosts; i++)
		scratch[i] = result->hosts[i].figures[index].value;
	found = robust_look(scratch, result->nhosts);
	return found.count < HOSTS_LEAST ? unknown : found;
}

int
members_compare(struct result *result)
{
	double *scratch = calloc(result->nhosts + 1, sizeof(*scratch));

	if (!scratch)
		return -1;
	for (size_t k = 0; result->nhosts && k < result->hosts[0].nfigures; k++) {
		struct robust found = look(result, k, scratch);
		double unit = fmax(SCALE * found.mad, ALIKE / RESULT_DEVIATION_MAX * found.median);

		for (size_t i = 0; i < result->nhosts; i++) {
			struct result_figure *figure = &result->hosts[i].figures[k];
			double off = figure->value - found.median;

			figure->deviation = unit > 0 ? off / unit : NAN;
		}
	}
	free(scratch);
	return 0;
}

double
members_median(const struct result *result, size_t index)
{
	double *scratch = calloc(result->nhosts + 1, sizeof(*scratch)), median;

	if (!scratch)
		return NAN;
	median = look(result, index, scratch).median;
	free(scratch);
	return median;
}

double
members_chance(size_t nhosts)
{
	static const struct {
		size_t nhosts;
		double deviation;
	} rows[] = {{3, 22}, {4, 18}, {6, 15}, {8, 13}, {16, 7.5}, {32, 5.9}, {64, 5.2}};
	size_t i = 0;

	while (i + 1 < sizeof(rows) / sizeof(rows[0]) && rows[i + 1].nhosts <= nhosts)
		i++;
	return rows[i].deviation;
}

int
members_is_apart(const struct result_figure *figure)
{
	return fabs(figure->deviation) > RESULT_DEVIATION_MAX; /* NAN is not */
}
