/* SPDX-License-Identifier: BSD-3-Clause */
/* pages.c -- reads the page size of a mapping from /proc/self/smaps. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "host.h"

#define KIB       1024u
#define HUGE_PAGE (2u << 20)

struct mapping {
	uint64_t rss_kib, page_kib;
	uint64_t huge_kib; /* the part of rss in transparent huge pages */
};

static void
add_line(struct mapping *m, const char *line)
{
	static const char *const huge[] = {"AnonHugePages", "ShmemPmdMapped", "FilePmdMapped"};
	char name[32];
	uint64_t kib;

	if (sscanf(line, "%31[^:]: %" SCNu64 " kB", name, &kib) != 2)
		return;
	if (!strcmp(name, "Rss"))
		m->rss_kib = kib;
	else if (!strcmp(name, "KernelPageSize"))
		m->page_kib = kib;
	for (unsigned i = 0; i < sizeof(huge) / sizeof(huge[0]); i++)
		m->huge_kib += strcmp(name, huge[i]) ? 0 : kib;
}

uint64_t
host_page_bytes(const void *addr)
{
	FILE *smaps = fopen("/proc/self/smaps", "re");
	struct mapping m = {0};
	uintptr_t from, to;
	int inside = 0;
	char line[512];

	if (!smaps)
		return 0;
	while (fgets(line, sizeof(line), smaps)) {
		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &from, &to) == 2)
			inside = from <= (uintptr_t)addr && (uintptr_t)addr < to;
		else if (inside)
			add_line(&m, line);
	}
	fclose(smaps);
	return m.huge_kib > m.rss_kib / 2 ? HUGE_PAGE : m.page_kib * KIB;
}
