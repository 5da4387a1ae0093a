/* SPDX-License-Identifier: BSD-3-Clause */
#include "conditions.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static FILE *
open_below(const char *root, const char *path)
{
	char full[PATH_MAX];
	int len = snprintf(full, sizeof(full), "%s%s", root, path);

	return len < (int)sizeof(full) ? fopen(full, "re") : NULL;
}

int
host_numa_balancing(const char *root)
{
	FILE *file = open_below(root, "/proc/sys/kernel/numa_balancing");
	int mode = -1;

	if (!file)
		return -1;
	if (fscanf(file, "%d", &mode) != 1)
		mode = -1;
	fclose(file);
	/* 2 moves pages between tiers of memory */
	return mode < 0 ? -1 : mode > 0;
}

double
host_busy_s(const char *root, unsigned *cpus)
{
	FILE *file = open_below(root, "/proc/stat");
	uint64_t user, nice, system, irq, softirq;
	double busy_s = NAN;
	char *line = NULL;
	size_t size = 0;
	int cpu;

	*cpus = 0;
	while (file && getline(&line, &size, file) > 0) {
		/* user nice system idle iowait irq softirq */
		if (!strncmp(line, "cpu ", 4)) {
			if (sscanf(line,
				   "cpu %" SCNu64 " %" SCNu64 " %" SCNu64 " %*u %*u %" SCNu64
				   " %" SCNu64,
				   &user, &nice, &system, &irq, &softirq) == 5)
				busy_s = (double)(user + nice + system + irq + softirq) /
					 (double)sysconf(_SC_CLK_TCK);
		} else {
			*cpus += sscanf(line, "cpu%d", &cpu) == 1;
		}
	}
	free(line);
	if (file)
		fclose(file);
	return *cpus ? busy_s : NAN;
}
