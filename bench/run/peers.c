/* SPDX-License-Identifier: BSD-3-Clause */
#include "peers.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect.h"
#include "group.h"
#include "job/job_key.h"

/* A fact is a line: subject, tab, value. */
static void
print_key(void *arg, const char *key, const char *value)
{
	if (strcmp(key, "namespace") != 0)
		fprintf(arg, "%s\t%s\n", key, value);
}

static void
print_layout(const struct engine *engine, FILE *out)
{
	struct result_layout layout;

	collect_layout(&layout, engine);
	if (!layout.valid)
		return;
	fprintf(out, "start of the layout\t%" PRIu64 "\n", layout.start_off);
	fprintf(out, "flavour of the layout\t%s\n", layout.flavour);
	fprintf(out, "sector size of the layout\t%" PRIu32 "\n", layout.lbasize);
	fprintf(out, "blocks of the layout\t%" PRIu64 "\n", layout.nlba);
	fprintf(out, "nfree of the layout\t%" PRIu32 "\n", layout.nfree);
}

/* The facts that a merge of results compares, and the number of runs. The caller frees it; NULL: no memory. */
static char *
facts_of(const struct group *g)
{
	const struct result *result = g->session->result;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fprintf(out, "version of bttbench\t%s\n", result_version(result));
	fprintf(out, "commit of bttbench\t%s\n", result_commit(result));
	fprintf(out, "clock\t%s\n", clock_source_name(result->clock.source));
	fprintf(out, "unit of the clock in ns\t%" PRIu64 "\n", result->clock.unit_ns);
	fprintf(out, "number of jobs\t%zu\n", result->jobs.count);
	for (unsigned i = 0; i < g->count; i++) {
		fprintf(out, "name of a job\t%s\n", g->jobs[i].name);
		job_each_key(&g->jobs[i], print_key, out);
	}
	fprintf(out, "kind of the namespace\t%s\n", g->ns->kind);
	fprintf(out, "size of the namespace\t%" PRIu64 "\n", g->ns->size_bytes);
	fprintf(out, "is_pmem of the namespace\t%d\n", g->ns->is_pmem);
	print_layout(&g->engine, out);
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

/* Both texts lose their lines. */
static int
check_facts(char *mine, char *first, struct why *why)
{
	while (*mine || *first) {
		const char *line = strsep(&mine, "\n"), *other = strsep(&first, "\n");
		const char *value = strchr(line, '\t'), *other_value = strchr(other, '\t');

		if (!mine || !first || !value || !other_value)
			return why_say(why, "not like the first rank: one has more facts");
		if (strcmp(line, other) != 0)
			return why_say(why,
				       "not like the first rank: %.*s: %.80s, not %.80s (allowed: "
				       "one build, one job and like namespaces)",
				       (int)(value - line), line, value + 1, other_value + 1);
	}
	return 0;
}

static int
compare_facts(struct group *g, const struct run_peers *peers)
{
	char *mine = facts_of(g), *first = NULL;
	int err;

	if (!mine)
		return why_say(g->session->why, "%s", strerror(ENOMEM));
	err = peers->lead(peers->arg, mine, &first, g->session->why);
	if (!err)
		err = check_facts(mine, first, g->session->why);
	free(mine);
	free(first);
	return err;
}

static int
share_cpus(struct group *g, const struct run_peers *peers)
{
	int *cpus = calloc(g->seats.total, sizeof(*cpus)), err;

	g->is_shared = calloc(g->seats.total, 1);
	if (!cpus || !g->is_shared) {
		free(cpus);
		return why_say(g->session->why, "%s", strerror(ENOMEM));
	}
	for (unsigned i = 0; i < g->seats.total; i++)
		cpus[i] = g->seats.places[i].cpu;
	err = peers->share_cpus(peers->arg, cpus, g->seats.total, g->is_shared, g->session->why);
	for (unsigned i = 0, job = 0, end = g->seats.counts[0]; i < g->seats.total && !err; i++) {
		while (i == end)
			end += g->seats.counts[++job];
		if (g->is_shared[i] && !g->jobs[job].placement.oversubscribe)
			err = why_say(
				g->session->why,
				"CPU %d has a worker of this rank and of another one (allowed: "
				"'mpirun --map-by ppr:1:numa --bind-to numa', fewer threads, or "
				"oversubscribe=1)",
				cpus[i]);
	}
	free(cpus);
	return err;
}

int
peers_compare(struct group *g)
{
	const struct run_peers *peers = g->session->options->peers;

	if (!peers)
		return 0;
	/* a rank that finds a difference fails, and the others hear of it when they meet next */
	return compare_facts(g, peers) || share_cpus(g, peers) ? -1 : 0;
}
