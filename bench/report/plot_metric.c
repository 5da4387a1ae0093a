/* SPDX-License-Identifier: BSD-3-Clause */
#include "plot_metric.h"

struct metric
plot_metric(const struct plot *plot, const struct plot_sets *sets)
{
	struct metric metric =
		plot->metric ? *plot->metric : (struct metric){METRIC_IOPS, METRIC_TOTAL, 0};
	int is_of_run = metric.kind >= METRIC_FENCES;

	if (!is_of_run && metric.op == METRIC_TOTAL && plot->op != METRIC_TOTAL)
		metric.op = plot->op;
	if (!metric_is_latency(&metric) || metric.op != METRIC_TOTAL)
		return metric;
	for (size_t i = 0; i < sets->count; i++)
		for (unsigned op = 0; op < OP_KINDS; op++)
			if (metric.op == METRIC_TOTAL && plot_set_has_op(plot, &sets->sets[i], op))
				metric.op = op;
	return metric;
}

struct plot_name
plot_metric_label(const struct metric *metric)
{
	struct plot_name label;
	int has_op = metric->op != METRIC_TOTAL;

	snprintf(label.text, sizeof(label.text), "%s%s%s [%s]",
		 has_op ? op_kind_name((enum op_kind)metric->op) : "", has_op ? " " : "",
		 metric_title(metric).text, metric_unit(metric));
	return label;
}

int
plot_no_metric(const struct metric *metric, struct why *why)
{
	return why_say(why, "no run has the metric %s (allowed: one that the runs have)",
		       metric_name(metric).text);
}
