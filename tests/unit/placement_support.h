/* SPDX-License-Identifier: BSD-3-Clause */
/* placement_support.h -- made-up machines, and placements on them as text. */
#ifndef PLACEMENT_SUPPORT_H
#define PLACEMENT_SUPPORT_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "numa/topology.h"

#define PLACES_MAX 32
#define UNKNOWN    -1

/* two sockets with one node, four cores and eight processing units each, numbered core by core */
#define TWO_SOCKETS "package:2 numa:1 core:4 pu:2"
/* the same, in the numbering of x86 firmware: the first unit of every core, then the second ones */
#define TWO_SOCKETS_X86 \
	"package:2 numa:1 core:4 pu:2(indexes=0,8,1,9,2,10,3,11,4,12,5,13,6,14,7,15)"
/* nodes 0 and 2 belong to the sockets; nodes 1 and 3 are memory without cores */
#define WITH_MEMORY_NODES "package:2 [numa(memory=16GB)] [numa(memory=128GB)] core:2 pu:1"
/* sockets without memory (nodes 0 and 1); all memory is on node 2 */
#define WITHOUT_LOCAL_MEMORY "[numa(memory=64GB)] package:2 [numa(memory=0)] core:2 pu:1"

static inline struct topology *
open_limited(const char *machine, struct topology_limits limits)
{
	struct topology *t = topology_open_synthetic(machine, &limits);

	assert_non_null(t);
	return t;
}

static inline struct topology *
open_within(const char *machine, const char *cpuset)
{
	return open_limited(machine, (struct topology_limits){.cpuset = cpuset});
}

static inline struct topology *
open_synthetic(const char *machine)
{
	return open_within(machine, NULL);
}

/* "cpu@node cpu@node ...", or the error line. */
static inline const char *
outcome_on(struct topology *t, struct placement placement, int near_node, unsigned count)
{
	static struct why outcome;
	struct place places[PLACES_MAX] = {0};
	char *end = outcome.text;

	outcome.text[0] = '\0';
	if (topology_place(t, &placement, near_node, places, count, &outcome) == 0)
		for (unsigned i = 0; i < count; i++)
			end += sprintf(end, "%s%d@%d", i ? " " : "", places[i].cpu, places[i].node);
	topology_close(t);
	return outcome.text;
}

static inline const char *
outcome(const char *machine, struct placement placement, int near_node, unsigned count)
{
	return outcome_on(open_synthetic(machine), placement, near_node, count);
}

static inline struct placement
kind(enum placement_kind k)
{
	return (struct placement){.kind = k};
}

static inline struct placement
node(int n)
{
	return (struct placement){.kind = PLACEMENT_NODE, .node = n};
}

static inline struct placement
cpus(const char *list)
{
	struct placement p = {.kind = PLACEMENT_CPUS};

	assert_null(cpus_parse(list, &p.cpus));
	return p;
}

/* The cores that one worker each gets. */
static inline unsigned
cores_of(const struct topology *t)
{
	struct placement spread = kind(PLACEMENT_SPREAD);
	struct why why;

	return topology_capacity(t, &spread, UNKNOWN, &why);
}

static inline struct placement
with_smt(struct placement p)
{
	p.smt = SMT_USE;
	return p;
}

#endif
