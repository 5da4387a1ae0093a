/* SPDX-License-Identifier: BSD-3-Clause */
#include "samples.h"

#include <math.h>
#include <stdlib.h>

static void
take(struct samples *samples, const struct result *result, int good)
{
	for (size_t i = 0; i < result->nruns; i++) {
		const struct result_run *run = &result->runs[i];

		if (run->job == samples->job && !run->settling && result_is_good(run) == good)
			samples->runs[samples->nruns++] = run;
	}
}

int
samples_take(struct samples *samples, const struct result *result, const struct job *job)
{
	*samples = (struct samples){.job = job,
				    .runs = calloc(result->nruns + 1, sizeof(*samples->runs)),
				    .values = calloc(result->nruns + 1, sizeof(*samples->values))};
	if (!samples->runs || !samples->values) {
		samples_free(samples);
		return -1;
	}
	take(samples, result, 1);
	samples->ngood = samples->nruns;
	take(samples, result, 0);
	samples->nbad = samples->nruns - samples->ngood;
	if (!samples->ngood)
		samples->ngood = samples->nruns;
	return 0;
}

void
samples_free(struct samples *samples)
{
	free(samples->runs);
	free(samples->values);
	*samples = (struct samples){0};
}

struct robust
samples_look(const struct samples *samples, const struct metric *metric)
{
	for (size_t i = 0; i < samples->ngood; i++)
		samples->values[i] = metric_of(samples->runs[i], metric);
	return robust_look(samples->values, samples->ngood);
}

struct robust
samples_look_service(const struct samples *samples, const struct metric *metric)
{
	for (size_t i = 0; i < samples->ngood; i++)
		samples->values[i] =
			metric_of_histogram(&samples->runs[i]->ops[metric->op].service, metric);
	return robust_look(samples->values, samples->ngood);
}

int
samples_have(const struct samples *samples, unsigned kind)
{
	for (size_t i = 0; i < samples->nruns; i++)
		if (samples->runs[i]->ops[kind].count || samples->runs[i]->ops[kind].errors)
			return 1;
	return 0;
}
