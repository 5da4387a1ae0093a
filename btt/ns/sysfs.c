/* SPDX-License-Identifier: BSD-3-Clause */
#include "sysfs.h"

#include <stdio.h>

long long
sysfs_read_number(const char *path, long long otherwise)
{
	FILE *file = fopen(path, "re");
	long long number;

	if (!file)
		return otherwise;
	if (fscanf(file, "%lli", &number) != 1)
		number = otherwise;
	fclose(file);
	return number;
}
