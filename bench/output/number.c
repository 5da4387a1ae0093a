/* SPDX-License-Identifier: BSD-3-Clause */
#include "number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define DIGITS_MIN 9
#define DIGITS_MAX 17 /* of a double */

struct number_text
number_text(double value)
{
	struct number_text t = {""};

	for (int digits = DIGITS_MIN; isfinite(value) && digits <= DIGITS_MAX; digits++) {
		snprintf(t.text, sizeof(t.text), "%.*g", digits, value);
		if (strtod(t.text, NULL) == value)
			break;
	}
	return t;
}

struct number_text
number_percent(double percent)
{
	struct number_text t;

	snprintf(t.text, sizeof(t.text), "%.10g", percent);
	return t;
}
