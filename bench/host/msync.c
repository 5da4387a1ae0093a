/* SPDX-License-Identifier: BSD-3-Clause */
#include "msync.h"

#include <fcntl.h>
#include <libgen.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define CALLS 9
#define PAGE  4096u

static double
now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int
by_value(const void *left, const void *right)
{
	const double *l = left, *r = right;

	return (*l > *r) - (*l < *r);
}

double
host_msync_s(const char *path)
{
	char *copy = strdup(path);
	int fd = copy ? open(dirname(copy), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) : -1;
	double took[CALLS], median = NAN;
	char *page = MAP_FAILED;

	free(copy);
	if (fd >= 0 && !ftruncate(fd, PAGE))
		page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page != MAP_FAILED) {
		for (int i = 0; i < CALLS; i++) {
			page[0] = (char)(i + 1);
			took[i] = now_s();
			msync(page, PAGE, MS_SYNC);
			took[i] = now_s() - took[i];
		}
		qsort(took, CALLS, sizeof(took[0]), by_value);
		median = took[CALLS / 2];
		munmap(page, PAGE);
	}
	if (fd >= 0)
		close(fd);
	return median;
}
