/* SPDX-License-Identifier: BSD-3-Clause */
/* output.c -- the table of output formats. A new format is one row here and one file in this folder. */
#include "output.h"

#include <string.h>

static const struct output_ops outputs[] = {
	{"text", output_text},
	{"json", output_json},
	{"csv", output_csv},
	{"fio-json", output_fio},
	{"bmf", output_bmf},
	{"openmetrics", output_openmetrics},
	{"hgrm", output_hgrm},
	{"hgrm-read", output_hgrm_read},
	{"hgrm-write", output_hgrm_write},
	{"hgrm-zero", output_hgrm_zero},
	{"hgrm-response", output_hgrm_response},
	{"hgrm-response-read", output_hgrm_response_read},
	{"hgrm-response-write", output_hgrm_response_write},
	{"hgrm-response-zero", output_hgrm_response_zero},
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
