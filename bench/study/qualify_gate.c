/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>

#include "qualify_parts.h"

int
qualify_gate_args(struct result *result, const struct result_gate *gate, const char *format,
		  va_list args)
{
	struct result_gate whole = *gate;
	int err;

	if (vasprintf(&whole.reason, format, args) < 0)
		return -1;
	err = qualification_set_gate(&result->qualification, &whole);
	free(whole.reason);
	return err;
}

int
qualify_gate(struct result *result, const struct result_gate *gate, const char *format, ...)
{
	va_list args;
	int err;

	va_start(args, format);
	err = qualify_gate_args(result, gate, format, args);
	va_end(args);
	return err;
}
