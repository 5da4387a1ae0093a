/* SPDX-License-Identifier: BSD-3-Clause */
/* pages.c -- reads facts of a mapping from /proc/self/smaps. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "host.h"

#define KIB       1024u
#define HUGE_PAGE (2u << 20)

struct mapping {
	uint64_t rss_kib, page_kib;
	uint64_t huge_kib; /* the part of rss in transparent huge pages */
	int is_sync;       /* 1: MAP_SYNC; 0: without; -1: the kernel shows no flags */
};

static void
add_line(struct mapping *m, const char *line)
{
	static const char *const huge[] = {"AnonHugePages", "ShmemPmdMapped", "FilePmdMapped"};
	char name[32];
	uint64_t kib;

	if (!strncmp(line, "VmFlags:", strlen("VmFlags:")))
		m->is_sync = strstr(line, " sf") != NULL;
	if (sscanf(line, "%31[^:]: %" SCNu64 " kB", name, &kib) != 2)
		return;
	if (!strcmp(name, "Rss"))
		m->rss_kib = kib;
	else if (!strcmp(name, "KernelPageSize"))
		m->page_kib = kib;
	for (unsigned i = 0; i < sizeof(huge) / sizeof(huge[0]); i++)
		m->huge_kib += strcmp(name, huge[i]) ? 0 : kib;
}

static int
is_dax_file(const char *path)
{
	struct statx st;

	return path && !statx(AT_FDCWD, path, 0, STATX_TYPE, &st) &&
	       (st.stx_attributes & STATX_ATTR_DAX) != 0;
}

void
host_read_mapping(const void *addr, struct result_namespace *ns)
{
	FILE *smaps = fopen("/proc/self/smaps", "re");
	int is_file = ns->kind && !strcmp(ns->kind, "file");
	int is_dax = ns->kind && !strcmp(ns->kind, "dax");
	struct mapping m = {.is_sync = -1};
	uintptr_t from, to;
	int inside = 0;
	char line[512];

	if (!smaps)
		return;
	while (fgets(line, sizeof(line), smaps)) {
		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &from, &to) == 2)
			inside = from <= (uintptr_t)addr && (uintptr_t)addr < to;
		else if (inside)
			add_line(&m, line);
	}
	fclose(smaps);
	ns->map_sync = is_file || is_dax ? m.is_sync : -1;
	/* for a file with DAX, and without counted pages, KernelPageSize is only that of the page cache */
	ns->page_bytes = m.huge_kib > m.rss_kib / 2                         ? HUGE_PAGE
			 : is_file && (!m.rss_kib || is_dax_file(ns->spec)) ? 0
									    : m.page_kib * KIB;
}
