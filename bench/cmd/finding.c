/* SPDX-License-Identifier: BSD-3-Clause */
#include "finding.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "output/json_value.h"

static const char *
severity_name(const struct btt_finding *f)
{
	return f->severity == BTT_ERROR ? "error" : "warning";
}

static void
print_place(const char *unit, int64_t number)
{
	if (number != BTT_NOT_SAID)
		printf(", %s %" PRId64, unit, number);
}

static void
print_range(const char *units, int64_t first, uint64_t count)
{
	printf(", %s %" PRId64 "-%" PRId64, units, first, first + (int64_t)count - 1);
}

/* The number that counts up within a run. */
static int64_t
position(const struct btt_finding *f)
{
	if (f->lba != BTT_NOT_SAID)
		return f->lba;
	if (f->lane != BTT_NOT_SAID)
		return f->lane;
	return f->premap != BTT_NOT_SAID ? f->premap : f->postmap;
}

/* The places of more than one finding. A number that neither stays nor counts up is only in the JSON. */
static void
print_places(const struct finding_run *run)
{
	const struct btt_finding *f = &run->first;

	if (f->lba == BTT_NOT_SAID && f->lane != BTT_NOT_SAID)
		print_range("lanes", f->lane, run->count);
	else if (run->lane_is_same)
		print_place("lane", f->lane);
	if (f->lba != BTT_NOT_SAID)
		printf(", %" PRIu64 " blocks from lba %" PRId64, run->count, f->lba);
	else if (f->lane == BTT_NOT_SAID && f->premap != BTT_NOT_SAID)
		print_range("blocks", f->premap, run->count);
	if (run->postmap_is_same)
		print_place("post-map block", f->postmap);
	else if (run->postmap_is_next)
		print_range("post-map blocks", f->postmap, run->count);
}

static void
print_run(const struct finding_run *run)
{
	const struct btt_finding *f = &run->first;

	if (run->outcome)
		printf("%s: ", run->outcome);
	if (!run->outcome || f->severity != BTT_ERROR || !strcmp(run->outcome, "left"))
		printf("%s: ", severity_name(f));
	printf("arena %u, %s", f->arena, run->field);
	if (run->count > 1) {
		print_places(run);
	} else {
		print_place("lane", f->lane);
		print_place("lba", f->lba);
		print_place("block", f->premap);
		print_place("post-map block", f->postmap);
	}
	printf(": %s\n", run->text);
}

/* 1 if both are given, or none */
static int
are_alike(int64_t one, int64_t other)
{
	return (one == BTT_NOT_SAID) == (other == BTT_NOT_SAID);
}

/* 1 if the finding is the next one of the run */
static int
continues(const struct finding_run *run, const char *outcome, const struct btt_finding *f)
{
	const struct btt_finding *first = &run->first;

	return position(f) != BTT_NOT_SAID &&
	       position(f) == position(first) + (int64_t)run->count && outcome == run->outcome &&
	       f->severity == first->severity && f->arena == first->arena &&
	       are_alike(f->lba, first->lba) && are_alike(f->lane, first->lane) &&
	       are_alike(f->premap, first->premap) && are_alike(f->postmap, first->postmap) &&
	       !strcmp(f->field, run->field) && !strcmp(f->text, run->text);
}

static void
extend(struct finding_run *run, const struct btt_finding *f)
{
	run->count++;
	run->lane_is_same &= f->lane == run->first.lane;
	run->postmap_is_same &= f->postmap == run->first.postmap;
	run->postmap_is_next &= f->postmap == run->postmap_last + 1;
	run->postmap_last = f->postmap;
}

/* Prints the run with this index and removes it. */
static void
close_run(struct finding_list *list, unsigned index)
{
	print_run(&list->runs[index]);
	list->nruns--;
	memmove(&list->runs[index], &list->runs[index + 1],
		(list->nruns - index) * sizeof(list->runs[0]));
}

/* Closes the run that has waited longest for its next finding. */
static void
close_oldest(struct finding_list *list)
{
	unsigned oldest = 0;

	for (unsigned i = 1; i < list->nruns; i++)
		if (list->runs[i].extended < list->runs[oldest].extended)
			oldest = i;
	close_run(list, oldest);
}

static void
fold(struct finding_list *list, const char *outcome, const struct btt_finding *f)
{
	struct finding_run *run = list->runs;

	while (run < list->runs + list->nruns && !continues(run, outcome, f))
		run++;
	if (run < list->runs + list->nruns) {
		extend(run, f);
	} else {
		if (list->nruns == FINDING_RUNS)
			close_oldest(list);
		run = &list->runs[list->nruns++];
		*run = (struct finding_run){.first = *f,
					    .outcome = outcome,
					    .count = 1,
					    .postmap_last = f->postmap,
					    .postmap_is_same = 1,
					    .postmap_is_next = 1,
					    .lane_is_same = 1};
		snprintf(run->field, sizeof(run->field), "%s", f->field);
		snprintf(run->text, sizeof(run->text), "%s", f->text);
	}
	run->extended = list->count;
}

static json_t *
number_json(int64_t number)
{
	return number == BTT_NOT_SAID ? json_null() : json_integer(number);
}

/* Takes ownership of `value`. Prints null when memory ran out, to keep the JSON well-formed; finding_end reports it. */
static void
dump(struct finding_list *list, json_t *value)
{
	if (!value || json_dumpf(value, stdout, JSON_ENCODE_ANY)) {
		list->failed = 1;
		fputs("null", stdout);
	}
	json_decref(value);
}

static void
print_object(struct finding_list *list, const char *outcome, const struct btt_finding *f)
{
	const struct value_member members[] = {
		{"outcome", value_text(outcome)},   {"severity", value_text(severity_name(f))},
		{"arena", value_count(f->arena)},   {"field", value_text(f->field)},
		{"lane", number_json(f->lane)},     {"lba", number_json(f->lba)},
		{"premap", number_json(f->premap)}, {"postmap", number_json(f->postmap)},
		{"text", value_text(f->text)},
	};
	const size_t count = sizeof(members) / sizeof(members[0]);

	/* check has no outcome: skip the first member, a json_null(), which needs no json_decref */
	dump(list, outcome ? value_object(members, count) : value_object(members + 1, count - 1));
}

void
finding_start(struct finding_list *list)
{
	if (!list->as_json)
		return;
	printf("{\n  \"schema\": \"bttbench.findings/1\",\n  \"namespace\": ");
	dump(list, value_text(list->spec));
	printf(",\n  \"findings\": [");
}

void
finding_print(struct finding_list *list, const char *outcome, const struct btt_finding *f)
{
	if (list->as_json) {
		printf("%s\n    ", list->count ? "," : "");
		print_object(list, outcome, f);
	} else {
		fold(list, outcome, f);
	}
	list->count++;
}

int
finding_end(struct finding_list *list, int result)
{
	while (list->nruns)
		close_run(list, 0);
	if (list->as_json)
		printf("%s],\n  \"consistent\": %s\n}\n", list->count ? "\n  " : "",
		       result < 0 ? "null"
		       : result   ? "true"
				  : "false");
	if (!list->failed)
		return 0;
	cmd_fail("%s: out of memory for some of the findings", list->spec);
	return -1;
}
