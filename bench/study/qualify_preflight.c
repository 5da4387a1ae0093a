/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * qualify_preflight.c -- the steps before and after the measurements, which change nothing: modules, settings of the
 * machine, other load. A red gate about the settings makes figures useless, so its verdict is INVALID.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/conditions.h"
#include "host/devices.h"
#include "human.h"
#include "qualify_parts.h"

#define LOAD_DEFAULT_PERCENT 5
#define LOAD_LOOK_NS         1000000000L

static __attribute__((format(printf, 4, 5))) int
condition(struct result *result, const char *name, enum result_gate_state state, const char *format,
	  ...)
{
	const struct result_gate gate = {.step = (char *)"preflight",
					 .name = (char *)name,
					 .state = state,
					 .if_red = RESULT_RED_INVALID};
	va_list args;
	int err;

	va_start(args, format);
	err = qualify_gate_args(result, &gate, format, args);
	va_end(args);
	return err;
}

/* The node of the namespace: known, that of its region, with cores, and the one that the profile demands. */
static int
check_node(struct result *result, const struct profile *profile, const struct topology *t,
	   const struct device *device)
{
	static const struct placement local = {.kind = PLACEMENT_LOCAL, .smt = SMT_AVOID};
	const struct profile_demand *demand = &profile->demands[PROFILE_NODE];
	struct result_gate gate = {.step = (char *)"preflight",
				   .name = (char *)"node",
				   .state = RESULT_GATE_FAIL,
				   .if_red = RESULT_RED_FAIL};
	const struct result_namespace *ns = &result->namespaces[0];
	int node = ns->node, is_given = ns->node_source == DEVICE_NODE_JOB;
	const struct device_doubt doubt = device_node_doubt(&ns->nodes);
	unsigned cores;
	struct why why;

	if (*doubt.text && !is_given && !demand->is_given)
		return qualify_gate(result, &gate, "%d: %s (allowed: with --set namespace_node=N)",
				    node, doubt.text);
	if (node < 0 && topology_nodes(t) < 2 && !demand->is_given) {
		gate.state = RESULT_GATE_NOT_APPLICABLE;
		return qualify_gate(result, &gate, "the machine has one node");
	}
	if (node < 0)
		return qualify_gate(result, &gate, "unknown, and the machine has %u nodes",
				    topology_nodes(t));
	if (device && device->node >= 0 && device->node != node && !is_given)
		return qualify_gate(result, &gate, "%d, but the kernel has its region on node %d",
				    node, device->node);
	if (demand->is_given && node != (int)demand->number)
		return qualify_gate(result, &gate, "%d (allowed: %.0f)", node, demand->number);
	cores = topology_capacity(t, &local, node, &why);
	if (!cores)
		return qualify_gate(result, &gate, "%d: %s", node, why.text);
	gate.state = RESULT_GATE_PASS;
	return qualify_gate(result, &gate, "%d, with %u cores near it", node, cores);
}

static int
check_far_node(struct result *result, const struct topology *t)
{
	static const struct placement remote = {.kind = PLACEMENT_REMOTE, .smt = SMT_AVOID};
	struct why why;
	unsigned cores = topology_capacity(t, &remote, result->namespaces[0].node, &why);

	if (!cores)
		return condition(result, "far node", RESULT_GATE_NOT_APPLICABLE, "%s",
				 topology_nodes(t) < 2 ? "the machine has one node"
						       : "no core is away from the namespace");
	return condition(result, "far node", RESULT_GATE_PASS, "%u cores away from node %d", cores,
			 result->namespaces[0].node);
}

static int
check_governor(struct result *result, const struct profile_demand *demand)
{
	const char *wanted = demand->is_given ? demand->word : "performance";
	const char *governor = result->host.governor;

	if (!governor)
		return condition(result, "governor", RESULT_GATE_NOT_APPLICABLE,
				 "the kernel does not control the frequency");
	if (!strcmp(wanted, "any"))
		return condition(result, "governor", RESULT_GATE_NOT_APPLICABLE,
				 "%s; the profile allows any", governor);
	return condition(result, "governor",
			 strcmp(governor, wanted) ? RESULT_GATE_FAIL : RESULT_GATE_PASS,
			 "%s (allowed: %s)", governor, wanted);
}

static int
check_switch(struct result *result, const char *name, const struct profile_demand *demand,
	     int is_on)
{
	const char *state = is_on ? "on" : "off";

	if (is_on < 0)
		return condition(result, name, RESULT_GATE_NOT_APPLICABLE,
				 "the kernel does not tell");
	if (!demand->is_given)
		return condition(result, name, RESULT_GATE_NOT_APPLICABLE,
				 "%s; the profile has no demand", state);
	return condition(result, name,
			 (demand->number > 0) == is_on ? RESULT_GATE_PASS : RESULT_GATE_FAIL,
			 "%s (allowed: %s)", state, demand->number > 0 ? "on" : "off");
}

/* Small pages would measure the translation of addresses. Only device DAX decides its page size itself. */
static int
check_pages(struct result *result, const struct device *device)
{
	const struct result_namespace *ns = &result->namespaces[0];

	if (!strcmp(ns->kind, "dram"))
		return condition(result, "huge pages",
				 result->host.thp && !strcmp(result->host.thp, "never")
					 ? RESULT_GATE_FAIL
					 : RESULT_GATE_PASS,
				 "transparent huge pages: %s (allowed: always, madvise)",
				 result->host.thp ? result->host.thp : "unknown");
	if (strcmp(ns->kind, "dax") != 0 || !device || !device->align_bytes)
		return condition(result, "huge pages", RESULT_GATE_NOT_APPLICABLE, "%s",
				 strcmp(ns->kind, "dax")
					 ? "the file system decides the pages of a file"
					 : "the kernel does not tell the alignment");
	return condition(result, "huge pages",
			 device->align_bytes >= 2u << 20 ? RESULT_GATE_PASS : RESULT_GATE_FAIL,
			 "pages of %s (allowed: 2MiB or more)",
			 human_size(device->align_bytes).text);
}

static int
check_balancing(struct result *result, const struct topology *t)
{
	int is_on = host_numa_balancing("");

	if (topology_nodes(t) < 2 || is_on < 0)
		return condition(result, "NUMA balancing", RESULT_GATE_NOT_APPLICABLE, "%s",
				 is_on < 0 ? "the kernel has none" : "the machine has one node");
	return condition(result, "NUMA balancing", is_on ? RESULT_GATE_FAIL : RESULT_GATE_PASS,
			 "%s (allowed: off, with 'sysctl kernel.numa_balancing=0')",
			 is_on ? "on" : "off");
}

/* The time of all processes while this one sleeps. */
static int
check_load(struct result *result, const struct profile_demand *demand)
{
	double most = demand->is_given ? demand->number : LOAD_DEFAULT_PERCENT, busy_s, percent;
	struct timespec look = {LOAD_LOOK_NS / 1000000000L, LOAD_LOOK_NS % 1000000000L};
	struct timespec from, to;
	unsigned cpus;

	clock_gettime(CLOCK_MONOTONIC, &from);
	busy_s = host_busy_s("", &cpus);
	nanosleep(&look, NULL);
	busy_s = host_busy_s("", &cpus) - busy_s;
	clock_gettime(CLOCK_MONOTONIC, &to);
	if (isnan(busy_s))
		return condition(result, "other load", RESULT_GATE_NOT_APPLICABLE,
				 "/proc/stat can't be read");
	percent = 100 * busy_s /
		  ((double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9) /
		  cpus;
	if (percent > 100) /* the two clocks differ a little */
		percent = 100;
	return condition(
		result, "other load", percent <= most ? RESULT_GATE_PASS : RESULT_GATE_FAIL,
		"%.1f %% of %u CPUs in one second (allowed: <= %.4g %%)", percent, cpus, most);
}

/* Each worker needs a lane, and each lane a free block of the layout. */
static int
check_lanes(struct result *result, const struct topology *t)
{
	unsigned most = 0, lanes = 0;

	for (size_t i = 0; i < result->jobs.count; i++) {
		const struct job *job = &result->jobs.jobs[i];
		unsigned nfree = job->nfree ? job->nfree : BTT_NFREE_DEFAULT;
		unsigned threads = job->threads;
		struct why why;

		if (threads == JOB_THREADS_ALL)
			threads = topology_capacity(t, &job->placement, result->namespaces[0].node,
						    &why);
		if (job->lanes)
			threads = job->lanes;
		if (threads > nfree)
			return condition(result, "lanes", RESULT_GATE_FAIL,
					 "job '%s' needs %u lanes (allowed: the %u free blocks of "
					 "its layout)",
					 job->name, threads, nfree);
		if (threads > most) {
			most = threads;
			lanes = nfree;
		}
	}
	return condition(result, "lanes", RESULT_GATE_PASS, "%u of %u are used at most", most,
			 lanes);
}

static int
check_conditions(struct result *result, const struct profile *profile, const struct topology *t,
		 const struct device *device)
{
	const struct profile_demand *demands = profile->demands;

	return check_node(result, profile, t, device) || check_far_node(result, t) ||
			       check_governor(result, &demands[PROFILE_GOVERNOR]) ||
			       check_switch(result, "turbo", &demands[PROFILE_TURBO],
					    result->host.turbo) ||
			       check_switch(result, "SMT", &demands[PROFILE_SMT],
					    result->host.smt) ||
			       check_pages(result, device) || check_balancing(result, t) ||
			       check_load(result, &demands[PROFILE_LOAD]) || check_lanes(result, t)
		       ? -1
		       : 0;
}

int
qualify_preflight(const struct qualify_options *options, struct result *result, struct why *why)
{
	struct topology *t = topology_open(why);
	struct device_list list = {0};
	const struct device *device;
	int err;

	if (!t)
		return -1;
	if (devices_read(&list)) {
		topology_close(t);
		return why_say(why, "the list of devices: %s", strerror(errno));
	}
	device = host_find_device(options->targets->targets[0].spec, &list);
	if (!options->old)
		result->qualification.bad_blocks = device ? device->badblocks : -1;
	err = qualify_modules_before(result, options->profile, device) ||
	      check_conditions(result, options->profile, t, device);
	devices_free(&list);
	topology_close(t);
	return err ? why_say(why, "out of memory") : 0;
}

int
qualify_postcheck(const struct qualify_options *options, struct result *result, struct why *why)
{
	struct device_list list;
	int err;

	if (devices_read(&list))
		return why_say(why, "the list of devices: %s", strerror(errno));
	err = qualify_modules_after(result,
				    host_find_device(options->targets->targets[0].spec, &list));
	devices_free(&list);
	return err ? why_say(why, "out of memory") : 0;
}
