/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * qualify_modules.c -- the gates about the modules that hold the namespace: at the preflight, and again at the end, where
 * no counter may have moved.
 *
 * A count or a figure that the profile has no demand for is no gate: the reason then has the figure. A flag or a health
 * that the module itself raises is always one.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "host/devices.h"
#include "qualify_parts.h"

#define PREFLIGHT "preflight"
#define POSTCHECK "post-check"

static const char no_module[] = "no module is behind the namespace";

/* Shorthand for the gates of this file, which all blame the hardware. */
#define GATE(result, step_, name_, state_, ...)                        \
	qualify_gate(result,                                           \
		     &(struct result_gate){.step = (char *)(step_),    \
					   .name = (char *)(name_),    \
					   .state = (state_),          \
					   .if_red = RESULT_RED_FAIL}, \
		     __VA_ARGS__)

static enum result_gate_state
pass_if(int is_good)
{
	return is_good ? RESULT_GATE_PASS : RESULT_GATE_FAIL;
}

/* "nmem3 not_armed, nmem4 save_failed" for the flags from `first` to `last`; "" if none is set. -1: unknown. */
static int
write_flags(const struct device *device, enum device_flag first, enum device_flag last, char *text,
	    size_t size)
{
	size_t used = 0;
	int known = 0;

	text[0] = '\0';
	for (size_t i = 0; i < device->ndimms; i++)
		for (unsigned flag = first; flag <= last; flag++) {
			known |= device->dimms[i].flags[flag] >= 0;
			if (device->dimms[i].flags[flag] == 1 && used < size)
				used += (size_t)snprintf(text + used, size - used, "%s%s %s",
							 used ? ", " : "", device->dimms[i].name,
							 device_flag_name((enum device_flag)flag));
		}
	return known ? 0 : -1;
}

static int
check_flags(struct result *result, const char *step, const char *name, enum device_flag first,
	    const struct device *device)
{
	enum device_flag last = first == DEVICE_NOT_ARMED ? DEVICE_NOT_ARMED : DEVICE_SMART_EVENT;
	char text[256];

	if (!device || !device->ndimms)
		return GATE(result, step, name, RESULT_GATE_NOT_APPLICABLE, "%s", no_module);
	if (write_flags(device, first, last, text, sizeof(text)))
		return GATE(result, step, name, RESULT_GATE_NOT_APPLICABLE,
			    "the kernel has no flags of these modules");
	return GATE(result, step, name, pass_if(!text[0]), "%s%s",
		    text[0] ? text : "no flag is set on the ",
		    text[0]               ? ""
		    : device->ndimms == 1 ? "module"
					  : "modules");
}

static int
check_health(struct result *result, const char *step, const struct device *device)
{
	enum device_health health = device ? device_health(device) : HEALTH_UNKNOWN;

	if (!device || !device->ndimms)
		return GATE(result, step, "health", RESULT_GATE_NOT_APPLICABLE, "%s", no_module);
	if (health == HEALTH_UNKNOWN)
		return GATE(result, step, "health", RESULT_GATE_NOT_APPLICABLE,
			    "the firmware does not tell the health of all modules (SMART needs "
			    "root)");
	return GATE(result, step, "health", pass_if(health == HEALTH_OK),
		    "the worst of %zu modules is %s", device->ndimms, device_health_name(health));
}

/* A figure of all modules beside the demand of the profile. `worst` NAN: unknown. */
static int
check_figure(struct result *result, const char *name, const struct profile_demand *demand,
	     double worst, const char *unit)
{
	int at_least = !strcmp(name, "spares");

	if (isnan(worst))
		return GATE(result, PREFLIGHT, name, RESULT_GATE_NOT_APPLICABLE,
			    "no module tells it");
	if (!demand->is_given)
		return GATE(result, PREFLIGHT, name, RESULT_GATE_NOT_APPLICABLE,
			    "%.4g%s; the profile has no demand", worst, unit);
	return GATE(result, PREFLIGHT, name,
		    pass_if(at_least ? worst >= demand->number : worst <= demand->number),
		    "%.4g%s (allowed: %s %.4g%s)", worst, unit,
		    at_least ? ">=" : "<=", demand->number, unit);
}

/* Without a demand on the number, the last shutdown must have been clean. */
static int
check_shutdowns(struct result *result, const struct profile_demand *demand,
		const struct device *device)
{
	long long most = -1;
	const char *unclean = NULL, *of = NULL;

	for (size_t i = 0; device && i < device->ndimms; i++) {
		const struct device_dimm *dimm = &device->dimms[i];

		if (dimm->dirty_shutdowns > most) {
			most = dimm->dirty_shutdowns;
			of = dimm->name;
		}
		if (dimm->last_shutdown_clean == 0)
			unclean = dimm->name;
	}
	if (unclean)
		return GATE(result, PREFLIGHT, "dirty shutdowns", RESULT_GATE_FAIL,
			    "the last shutdown of %s was not clean", unclean);
	if (most < 0)
		return GATE(result, PREFLIGHT, "dirty shutdowns", RESULT_GATE_NOT_APPLICABLE, "%s",
			    device && device->ndimms ? "no module counts them" : no_module);
	if (!demand->is_given)
		return GATE(result, PREFLIGHT, "dirty shutdowns", RESULT_GATE_PASS,
			    "at most %lld, of %s; the post-check fails if a count rises", most, of);
	return GATE(result, PREFLIGHT, "dirty shutdowns", pass_if((double)most <= demand->number),
		    "%lld of %s (allowed: <= %.0f)", most, of, demand->number);
}

static int
check_bad_blocks(struct result *result, const struct profile_demand *demand,
		 const struct device *device)
{
	double most = demand->is_given ? demand->number : 0;

	if (!device || device->badblocks < 0)
		return GATE(result, PREFLIGHT, "bad blocks", RESULT_GATE_NOT_APPLICABLE, "%s",
			    device ? "the list of the kernel can't be read (it needs root)"
				   : no_module);
	return GATE(result, PREFLIGHT, "bad blocks", pass_if((double)device->badblocks <= most),
		    "%lld of 512 bytes are known (allowed: <= %.0f)", device->badblocks, most);
}

int
qualify_modules_before(struct result *result, const struct profile *profile,
		       const struct device *device)
{
	double spares = NAN, life = NAN, temperature = NAN;

	for (size_t i = 0; device && i < device->ndimms; i++) {
		const struct device_dimm *dimm = &device->dimms[i];

		if (dimm->spares_percent >= 0)
			spares = fmin(spares, dimm->spares_percent); /* a number beats NAN */
		if (dimm->life_used_percent >= 0)
			life = fmax(life, dimm->life_used_percent);
		temperature = fmax(temperature, dimm->temperature_c);
	}
	return check_flags(result, PREFLIGHT, "armed", DEVICE_NOT_ARMED, device) ||
			       check_flags(result, PREFLIGHT, "flags", DEVICE_SAVE_FAILED,
					   device) ||
			       check_health(result, PREFLIGHT, device) ||
			       check_shutdowns(result, &profile->demands[PROFILE_DIRTY_SHUTDOWNS],
					       device) ||
			       check_bad_blocks(result, &profile->demands[PROFILE_BAD_BLOCKS],
						device) ||
			       check_figure(result, "spares", &profile->demands[PROFILE_SPARES],
					    spares, "%") ||
			       check_figure(result, "life used",
					    &profile->demands[PROFILE_LIFE_USED], life, "%") ||
			       check_figure(result, "temperature",
					    &profile->demands[PROFILE_TEMPERATURE], temperature,
					    "C")
		       ? -1
		       : 0;
}

/* The module with the name at the end, or NULL. */
static const struct device_dimm *
find_dimm(const struct device *device, const char *name)
{
	for (size_t i = 0; device && i < device->ndimms; i++)
		if (!strcmp(device->dimms[i].name, name))
			return &device->dimms[i];
	return NULL;
}

/* A counter that may not move in the wrong direction; -1 unknown. */
struct counter {
	const char *name;
	long long before, after;
	int may_rise; /* 1: it may not fall; 0: it may not rise */
};

/* The first counter of a module that moved, or NULL. Adds the number of known counters to *known. */
static const struct counter *
find_moved(const struct counter *counters, size_t count, size_t *known)
{
	for (size_t i = 0; i < count; i++) {
		const struct counter *c = &counters[i];

		if (c->before < 0 || c->after < 0)
			continue;
		++*known;
		if (c->may_rise ? c->after < c->before : c->after > c->before)
			return c;
	}
	return NULL;
}

/* No counter of the first preflight may have moved, and no module may be gone. */
static int
compare_counters(struct result *result, const struct device *device)
{
	const struct result_namespace *ns = &result->namespaces[0];
	size_t known = 0;

	for (size_t i = 0; i < ns->nmodules; i++) {
		const struct device_dimm *a = &ns->modules[i], *b = find_dimm(device, a->name);
		const struct counter *moved;

		if (!b)
			return GATE(result, POSTCHECK, "counters", RESULT_GATE_FAIL, "%s is gone",
				    a->name);
		const struct counter counters[] = {
			{"dirty shutdowns", a->dirty_shutdowns, b->dirty_shutdowns, 0},
			{"life used in percent", a->life_used_percent, b->life_used_percent, 0},
			{"poisoned bytes", a->poisoned_bytes, b->poisoned_bytes, 0},
			{"corrected errors", a->corrected_errors, b->corrected_errors, 0},
			{"spares in percent", a->spares_percent, b->spares_percent, 1},
		};
		moved = find_moved(counters, sizeof(counters) / sizeof(counters[0]), &known);
		if (moved)
			return GATE(result, POSTCHECK, "counters", RESULT_GATE_FAIL,
				    "the %s of %s went from %lld to %lld", moved->name, a->name,
				    moved->before, moved->after);
	}
	if (!known)
		return GATE(result, POSTCHECK, "counters", RESULT_GATE_NOT_APPLICABLE, "%s",
			    ns->nmodules ? "no module has a counter" : no_module);
	return GATE(result, POSTCHECK, "counters", RESULT_GATE_PASS,
		    "%zu counters of %zu modules did not move", known, ns->nmodules);
}

static int
compare_bad_blocks(struct result *result, const struct device *device)
{
	int64_t before = result->qualification.bad_blocks;

	if (before < 0 || !device || device->badblocks < 0)
		return GATE(result, POSTCHECK, "bad blocks", RESULT_GATE_NOT_APPLICABLE, "%s",
			    device ? "the list of the kernel can't be read (it needs root)"
				   : no_module);
	return GATE(result, POSTCHECK, "bad blocks", pass_if(device->badblocks <= before),
		    "%lld of 512 bytes are known, %" PRId64 " were at the preflight",
		    device->badblocks, before);
}

int
qualify_modules_after(struct result *result, const struct device *device)
{
	return check_flags(result, POSTCHECK, "armed", DEVICE_NOT_ARMED, device) ||
			       check_flags(result, POSTCHECK, "flags", DEVICE_SAVE_FAILED,
					   device) ||
			       check_health(result, POSTCHECK, device) ||
			       compare_counters(result, device) ||
			       compare_bad_blocks(result, device)
		       ? -1
		       : 0;
}
