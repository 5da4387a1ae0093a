/* SPDX-License-Identifier: BSD-3-Clause */
#include "disturbance.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static FILE *
open_below(const char *root, const char *path)
{
	char *whole = NULL;
	FILE *file = NULL;

	if (asprintf(&whole, "%s%s", root, path) >= 0)
		file = fopen(whole, "re");
	free(whole);
	return file;
}

double
host_steal_s(const char *root, const int *cpus, unsigned count)
{
	FILE *file = open_below(root, "/proc/stat");
	char *line = NULL;
	size_t size = 0;
	uint64_t ticks = 0, steal;
	int cpu, ncpus = 0;

	while (file && getline(&line, &size, file) > 0) {
		/* user nice system idle iowait irq softirq steal */
		if (sscanf(line, "cpu%d %*u %*u %*u %*u %*u %*u %*u %" SCNu64, &cpu, &steal) != 2)
			continue;
		for (unsigned i = 0; i < count; i++) {
			if (cpus[i] != cpu)
				continue;
			ticks += steal;
			ncpus++;
			break; /* several workers may share a CPU */
		}
	}
	free(line);
	if (file)
		fclose(file);
	return ncpus ? (double)ticks / (double)sysconf(_SC_CLK_TCK) / ncpus : NAN;
}

/* the throttled time of one group; -1 without a cpu.stat that has it */
static double
read_throttled(const char *root, const char *mount, const char *group)
{
	char *path = NULL, *line = NULL;
	double throttled = -1;
	size_t size = 0;
	uint64_t value;
	FILE *file;

	if (asprintf(&path, "%s%s/cpu.stat", mount, group) < 0)
		return -1;
	file = open_below(root, path);
	free(path);
	while (file && getline(&line, &size, file) > 0) {
		if (sscanf(line, "throttled_usec %" SCNu64, &value) == 1)
			throttled = (double)value / 1e6;
		else if (sscanf(line, "throttled_time %" SCNu64, &value) == 1)
			throttled = (double)value / 1e9;
	}
	free(line);
	if (file)
		fclose(file);
	return throttled;
}

double
host_throttled_s(const char *root)
{
	FILE *file = open_below(root, "/proc/self/cgroup");
	char *line = NULL, *controllers, *group, *slash;
	double sum = 0;
	size_t size = 0;
	int any = 0;

	/* "0::/group" in version 2, "4:cpu,cpuacct:/group" in version 1 */
	while (file && getline(&line, &size, file) > 0) {
		const char *mount = "/sys/fs/cgroup";

		line[strcspn(line, "\n")] = '\0';
		controllers = strchr(line, ':');
		group = controllers ? strchr(controllers + 1, ':') : NULL;
		if (!group)
			continue;
		*group++ = '\0';
		if (controllers[1]) {
			if (strcmp(controllers + 1, "cpu") && !strstr(controllers + 1, "cpu,") &&
			    !strstr(controllers + 1, ",cpu"))
				continue;
			mount = "/sys/fs/cgroup/cpu";
		}
		for (;; *slash = '\0') {
			double throttled = read_throttled(root, mount, group);

			if (throttled >= 0) {
				sum += throttled;
				any = 1;
			}
			slash = strrchr(group, '/');
			if (!slash)
				break;
		}
	}
	free(line);
	if (file)
		fclose(file);
	return any ? sum : NAN;
}
