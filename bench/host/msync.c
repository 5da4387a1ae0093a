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

#define SIZE (8ul << 20)

double
host_msync_rate(const char *path)
{
	char *copy = strdup(path);
	int fd = copy ? open(dirname(copy), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) : -1;
	struct timespec before, after;
	void *pages = MAP_FAILED;
	double rate = NAN;

	free(copy);
	if (fd >= 0 && !ftruncate(fd, (off_t)SIZE))
		pages = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (pages != MAP_FAILED) {
		memset(pages, 1, SIZE);
		clock_gettime(CLOCK_MONOTONIC, &before);
		msync(pages, SIZE, MS_SYNC);
		clock_gettime(CLOCK_MONOTONIC, &after);
		rate = (double)SIZE / ((double)(after.tv_sec - before.tv_sec) +
				       (double)(after.tv_nsec - before.tv_nsec) / 1e9);
		munmap(pages, SIZE);
	}
	if (fd >= 0)
		close(fd);
	return rate;
}
