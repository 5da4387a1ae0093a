/* SPDX-License-Identifier: BSD-3-Clause */
/* output.c -- the table of output formats. A new format is one row here and one file in this folder. */
#include "output.h"

#include <string.h>

static const struct output_ops outputs[] = {
	{.name = "text", .write = output_text, .has_reasons = 1, .takes_study = 1},
	{.name = "json", .write = output_json, .has_reasons = 1, .takes_study = 1},
	{.name = "csv", .write = output_csv, .takes_study = 1},
	{.name = "fio-json", .write = output_fio},
	{.name = "fio-json+", .write = output_fio_plus},
	{.name = "bmf", .write = output_bmf, .only_good_runs = 1},
	{.name = "openmetrics", .write = output_openmetrics},
	{.name = "openmetrics-timestamps", .write = output_openmetrics_timestamps},
	{.name = "hgrm", .write = output_hgrm, .check = output_check_hgrm},
	{.name = "hgrm-read", .write = output_hgrm_read, .check = output_check_hgrm_read},
	{.name = "hgrm-write", .write = output_hgrm_write, .check = output_check_hgrm_write},
	{.name = "hgrm-zero", .write = output_hgrm_zero, .check = output_check_hgrm_zero},
	{.name = "hgrm-response",
	 .write = output_hgrm_response,
	 .check = output_check_hgrm_response},
	{.name = "hgrm-response-read",
	 .write = output_hgrm_response_read,
	 .check = output_check_hgrm_response_read},
	{.name = "hgrm-response-write",
	 .write = output_hgrm_response_write,
	 .check = output_check_hgrm_response_write},
	{.name = "hgrm-response-zero",
	 .write = output_hgrm_response_zero,
	 .check = output_check_hgrm_response_zero},
};

#define OUTPUTS (sizeof(outputs) / sizeof(outputs[0]))

const struct output_ops *
output_find(const char *name)
{
	for (size_t i = 0; i < OUTPUTS; i++)
		if (!strcmp(outputs[i].name, name))
			return &outputs[i];
	return NULL;
}

void
output_names(char *text, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < OUTPUTS && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "",
					 outputs[i].name);
}
