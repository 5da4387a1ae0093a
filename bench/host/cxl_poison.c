/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cxl_poison.c -- the poison list of a CXL memory device.
 *
 * From Linux 6.4 on, a write to trigger_poison_list makes the kernel read the list and trace one event for each record.
 * libcxl 76 has no call for it. The events go to a trace instance of this process alone, so that a trace of another user
 * is not disturbed.
 */
#include "cxl.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRIGGER   "/sys/bus/cxl/devices/%s/trigger_poison_list"
#define INSTANCES "/sys/kernel/tracing/instances"

static int
write_one(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err;

	if (fd < 0)
		return -1;
	err = write(fd, "1", 1) == 1 ? 0 : -1;
	close(fd);
	return err;
}

/* Bytes of one record; 0: the line is no record of this device; -1: a record in an unknown form, or lost records. */
static long long
record_bytes(const char *line, const char *memory_device)
{
	const char *event = strstr(line, " cxl_poison: "), *length;
	char want[DEVICE_NAME_MAX + 16];
	unsigned long long kept, written;
	long long bytes;

	if (sscanf(line, "# entries-in-buffer/entries-written: %llu/%llu", &kept, &written) == 2)
		return kept == written ? 0 : -1;
	snprintf(want, sizeof(want), " memdev=%s ", memory_device);
	if (!event)
		return 0;
	if (!strstr(event, " memdev="))
		return -1;
	if (!strstr(event, want))
		return 0;
	length = strstr(event, " dpa_length=0x");
	return length && sscanf(length, " dpa_length=%lli", &bytes) == 1 && bytes > 0 ? bytes : -1;
}

static long long
sum_records(const char *path, const char *memory_device)
{
	FILE *trace = fopen(path, "re");
	long long sum = 0, bytes;
	char *line = NULL;
	size_t size = 0;

	if (!trace)
		return -1;
	while (sum >= 0 && getline(&line, &size, trace) > 0) {
		bytes = record_bytes(line, memory_device);
		sum = bytes < 0 ? -1 : sum + bytes;
	}
	if (ferror(trace))
		sum = -1;
	free(line);
	fclose(trace);
	return sum;
}

void
cxl_read_poison(struct device_dimm *dimm)
{
	char trigger[PATH_MAX], instance[64], path[128];

	snprintf(trigger, sizeof(trigger), TRIGGER, dimm->memory_device);
	if (access(trigger, W_OK))
		return;
	snprintf(instance, sizeof(instance), INSTANCES "/bttbench-%ld", (long)getpid());
	if (mkdir(instance, 0700))
		return;
	snprintf(path, sizeof(path), "%s/events/cxl/cxl_poison/enable", instance);
	if (!write_one(path) && !write_one(trigger)) {
		snprintf(path, sizeof(path), "%s/trace", instance);
		dimm->poisoned_bytes = sum_records(path, dimm->memory_device);
	}
	rmdir(instance);
}
