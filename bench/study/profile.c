/* SPDX-License-Identifier: BSD-3-Clause */
/* profile.c -- reads a profile and checks its section [qualify]; profile_expand.c makes the jobs of it. */
#include "profile.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job/job_key.h"
#include "job/key_type.h"
#include "job/source.h"
#include "job/units.h"
#include "profile_setting.h"

const char *const profile_steps[] = {"precondition", "steady-state", "matrix",   "latency",
				     "saturation",   "verification", "recovery", NULL};

/* A demand: its name behind "gate.", its sign, and the unit that may follow its number. */
static const struct {
	const char *name, *sign, *unit, *allowed;
} gates[PROFILE_GATES] = {
	[PROFILE_DIRTY_SHUTDOWNS] = {"dirty_shutdowns", "<=", "", "a count"},
	[PROFILE_BAD_BLOCKS] = {"bad_blocks", "<=", "", "a count"},
	[PROFILE_SPARES] = {"spares", ">=", "%", "a percentage"},
	[PROFILE_LIFE_USED] = {"life_used", "<=", "%", "a percentage"},
	[PROFILE_TEMPERATURE] = {"temperature", "<=", "C", "degrees Celsius"},
	[PROFILE_NODE] = {"node", "=", "", "the number of a node"},
	[PROFILE_GOVERNOR] = {"governor", "=", NULL, "the name of a governor, or any"},
	[PROFILE_TURBO] = {"turbo", "=", NULL, "on or off"},
	[PROFILE_SMT] = {"smt", "=", NULL, "on or off"},
	[PROFILE_LOAD] = {"load", "<=", "%", "a percentage of all CPUs"},
};

/* Writes "FILE: line 7: [qualify] NAME: ..."; the sign of a comparison may end the name. Always returns -1. */
int
profile_error(const struct profile *profile, const struct job_setting *s, const char *wrong,
	      struct why *why)
{
	return why_say(why, "%s: %s: [qualify] %.60s=%.60s: %s", profile->name,
		       source_line(profile->jobs.source, s->line).text, s->name, s->value, wrong);
}

/* Takes the setting apart: "gate.spares >" and "50" are the name gate.spares, the sign >= and the value 50. */
static int
split(const struct job_setting *s, struct profile_setting *parts)
{
	size_t len = strlen(s->name);
	const char *value = s->value;
	char sign = len ? s->name[len - 1] : '\0';

	strcpy(parts->sign, "=");
	if (sign == '<' || sign == '>') {
		snprintf(parts->sign, sizeof(parts->sign), "%c=", sign);
		len--;
	}
	while (len && isblank((unsigned char)s->name[len - 1]))
		len--;
	if (len >= sizeof(parts->name))
		return -1;
	snprintf(parts->name, sizeof(parts->name), "%.*s", (int)len, s->name);
	parts->value = value;
	return 0;
}

static int
take_gate(struct profile *profile, const struct job_setting *s, const struct profile_setting *parts,
	  struct why *why)
{
	const char *name = parts->name + strlen(PROFILE_GATE_PREFIX);
	struct profile_demand *demand;
	char *end, wrong[128];
	unsigned gate = 0;

	while (gate < PROFILE_GATES && strcmp(gates[gate].name, name) != 0)
		gate++;
	if (gate == PROFILE_GATES)
		return profile_error(profile, s,
				     "no such gate (allowed: dirty_shutdowns, bad_blocks, spares, "
				     "life_used, temperature, node, governor, turbo, smt, load)",
				     why);
	demand = &profile->demands[gate];
	if (demand->is_given)
		return profile_error(profile, s, "given twice", why);
	snprintf(wrong, sizeof(wrong), "not a demand of this gate (allowed: gate.%s %s %s)", name,
		 gates[gate].sign, gates[gate].allowed);
	if (strcmp(parts->sign, gates[gate].sign) != 0)
		return profile_error(profile, s, wrong, why);
	demand->is_given = 1;
	if (gate == PROFILE_GOVERNOR) {
		if (!*parts->value || strlen(parts->value) >= sizeof(demand->word))
			return profile_error(profile, s, wrong, why);
		strcpy(demand->word, parts->value);
		return 0;
	}
	if (!gates[gate].unit) {
		demand->number = !strcmp(parts->value, "on");
		return demand->number > 0 || !strcmp(parts->value, "off")
			       ? 0
			       : profile_error(profile, s, wrong, why);
	}
	demand->number = strtod(parts->value, &end);
	end += strspn(end, " ");
	if (end == parts->value || !isfinite(demand->number) || demand->number < 0 ||
	    (*end && strcmp(end, gates[gate].unit) != 0))
		return profile_error(profile, s, wrong, why);
	return 0;
}

static int
take_ratio(struct profile *profile, const struct job_setting *s,
	   const struct profile_setting *parts, struct why *why)
{
	struct profile_ratio *ratio = &profile->ratios[profile->nratios];
	struct why wrong;
	char *end;

	if (profile->nratios == PROFILE_RATIOS_MAX)
		return profile_error(profile, s, "too many ratios (allowed: 16)", why);
	if (metric_parse(&ratio->metric, parts->name + strlen(PROFILE_RATIO_PREFIX), &wrong))
		return profile_error(profile, s, wrong.text, why);
	ratio->most = strtod(parts->value, &end);
	if (strcmp(parts->sign, "<=") != 0 || end == parts->value || *end ||
	    !isfinite(ratio->most) || ratio->most <= 0)
		return profile_error(
			profile, s,
			"not a ratio (allowed: limit.near_far.OP.METRIC <= NUMBER like 1.6)", why);
	profile->nratios++;
	return 0;
}

static int
take_setting(struct profile *profile, const struct job_setting *s, struct why *why)
{
	struct profile_setting parts;
	uint64_t rounds;

	if (!strcmp(s->name, "vary"))
		return 0; /* profile_expand.c, which knows the cores */
	if (!strcmp(s->name, "repeat")) {
		if (units_parse_count(s->value, &rounds) || rounds < 1 || rounds > 10000)
			return profile_error(profile, s, "not a count (allowed: 1 to 10000)", why);
		profile->rounds = (unsigned)rounds;
		return 0;
	}
	if (split(s, &parts))
		return profile_error(profile, s, "too long", why);
	if (!strncmp(parts.name, PROFILE_GATE_PREFIX, strlen(PROFILE_GATE_PREFIX)))
		return take_gate(profile, s, &parts, why);
	if (!strncmp(parts.name, PROFILE_RATIO_PREFIX, strlen(PROFILE_RATIO_PREFIX)))
		return take_ratio(profile, s, &parts, why);
	if (!strncmp(parts.name, PROFILE_LIMIT_PREFIX, strlen(PROFILE_LIMIT_PREFIX)))
		return 0; /* profile_expand.c, which knows the jobs */
	return profile_error(profile, s,
			     "no such setting (allowed: vary, repeat, gate.NAME, limit.OP.METRIC, "
			     "limit.near_far.OP.METRIC)",
			     why);
}

int
profile_is_of_step(const struct job *job, const char *step)
{
	return !strcmp(profile_step_of(job).name, step);
}

struct profile_step
profile_step_of(const struct job *job)
{
	struct profile_step step;

	snprintf(step.name, sizeof(step.name), "%.*s", (int)strcspn(job->name, " "), job->name);
	return step;
}

static int
check_job(const struct profile *profile, const struct job *job, struct why *why)
{
	size_t step = 0;
	int has_stamps;

	while (profile_steps[step] && !profile_is_of_step(job, profile_steps[step]))
		step++;
	if (!profile_steps[step])
		return why_say(why,
			       "%s: job '%s': its first word is no step (allowed: precondition, "
			       "steady-state, matrix, latency, saturation, verification, "
			       "recovery)",
			       profile->name, job->name);
	has_stamps = profile_is_of_step(job, "verification") || profile_is_of_step(job, "recovery");
	if (job->ns_spec[0])
		return why_say(why,
			       "%s: job '%s': namespace=%s: not in a profile (allowed: default)",
			       profile->name, job->name, job->ns_spec);
	if (job->engine != JOB_ENGINE_BTT)
		return why_say(why, "%s: job '%s': engine=%s: not in a profile (allowed: btt)",
			       profile->name, job->name, job_key_text(job, "engine").text);
	if ((job->verify == JOB_VERIFY_STAMP) != has_stamps)
		return why_say(why,
			       "%s: job '%s': verify=%s (allowed: stamp in the steps verification "
			       "and recovery, none in the others)",
			       profile->name, job->name, job_key_text(job, "verify").text);
	if (has_stamps && (job->percent[OP_READ] == 100 || job->steady.rounds))
		return why_say(why,
			       "%s: job '%s': verifies nothing of its own (allowed: writes among "
			       "its operations, and no steady_state)",
			       profile->name, job->name);
	return 0;
}

int
profile_load(struct profile *profile, const struct job_input *from, char *const *sets, size_t nsets,
	     struct why *why)
{
	*profile = (struct profile){.from = *from,
				    .name = from->name,
				    .sets = sets,
				    .nsets = nsets,
				    .rounds = PROFILE_ROUNDS_DEFAULT};
	if (job_list_load_text(&profile->jobs, from, sets, nsets, why))
		return -1;
	if (!profile->jobs.nqualify)
		return why_say(why, "%s: no section [qualify] (allowed: a profile)", from->name);
	if (profile->jobs.nstudy)
		return why_say(why, "%s: has a section [study] (allowed: [qualify])", from->name);
	for (size_t i = 0; i < profile->jobs.nqualify; i++)
		if (take_setting(profile, &profile->jobs.qualify[i], why))
			return -1;
	for (size_t i = 0; i < profile->jobs.count; i++)
		if (check_job(profile, &profile->jobs.jobs[i], why))
			return -1;
	return 0;
}

void
profile_free(struct profile *profile)
{
	job_list_free(&profile->jobs);
}
