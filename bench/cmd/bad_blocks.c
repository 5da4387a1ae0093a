/* SPDX-License-Identifier: BSD-3-Clause */
#include "bad_blocks.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "output/json_value.h"

/* Takes ownership of `value`. Prints null when memory ran out, to keep the JSON well-formed. */
static void
dump(struct bad_blocks *bad, json_t *value)
{
	if (!value || json_dumpf(value, stdout, JSON_ENCODE_ANY)) {
		bad->failed = 1;
		fputs("null", stdout);
	}
	json_decref(value);
}

static void
print_member(struct bad_blocks *bad, const char *name, json_t *value)
{
	printf(",\n  \"%s\": ", name);
	dump(bad, value);
}

void
bad_blocks_start(struct bad_blocks *bad)
{
	const struct value_member region[] = {
		{"first_lba", value_count(bad->first_lba)},
		{"count", value_count(bad->count)},
	};
	json_t *value = VALUE_OBJECT(region);

	if (bad->as_json) {
		printf("{\n  \"schema\": \"bttbench.verify/1\"");
		print_member(bad, "namespace", value_text(bad->spec));
		print_member(bad, "state", value_text(bad->state));
		print_member(bad, "region", json_incref(value));
		printf(",\n  \"findings\": [");
	}
	json_decref(value);
}

static void
print_object(struct bad_blocks *bad, const struct result_finding *f)
{
	const struct value_member members[] = {
		{"kind", value_text(result_finding_name(f->kind))},
		{"lba", value_count(f->lba)},
		{"expected", value_text(f->expected)},
		{"found", value_text(f->found)},
	};

	printf("%s\n    ", bad->printed++ ? "," : "");
	dump(bad, VALUE_OBJECT(members));
}

static void
close_line(struct bad_blocks *bad)
{
	const struct result_finding *f = &bad->open;

	if (!bad->open_count || bad->lines++ >= BAD_BLOCKS_LINES)
		return;
	if (bad->open_count == 1)
		printf("%s: block %" PRIu64 ": expected %s; found %s\n",
		       result_finding_name(f->kind), f->lba, f->expected, f->found);
	else
		printf("%s: %" PRIu64 " blocks from %" PRIu64
		       ": in the first, expected %s; found %s\n",
		       result_finding_name(f->kind), bad->open_count, f->lba, f->expected,
		       f->found);
}

void
bad_blocks_add(struct bad_blocks *bad, const struct result_finding *f)
{
	if (bad->as_json) {
		print_object(bad, f);
	} else if (bad->open_count && f->kind == bad->open.kind &&
		   f->lba == bad->open.lba + bad->open_count) {
		bad->open_count++;
	} else {
		close_line(bad);
		bad->open = *f;
		bad->open_count = 1;
	}
}

static json_t *
counts_value(const struct result_verify *found)
{
	struct value_member members[RESULT_FINDING_KINDS];

	for (int kind = 0; kind < RESULT_FINDING_KINDS; kind++)
		members[kind] = (struct value_member){
			result_finding_name((enum result_finding_kind)kind),
			value_count(found->counts[kind]),
		};
	return VALUE_OBJECT(members);
}

/* The blocks that were checked against the state file. */
static uint64_t
checked_by_state(const struct result_verify *found)
{
	return found->swept - found->by_stamp - found->counts[RESULT_UNREADABLE];
}

static void
end_json(struct bad_blocks *bad, const struct result_verify *found, int is_good, int complete)
{
	const struct value_member checked[] = {
		{"total", value_count(found->swept)},
		{"by_state", value_count(checked_by_state(found))},
		{"by_stamp", value_count(found->by_stamp)},
		{"unreadable", value_count(found->counts[RESULT_UNREADABLE])},
	};
	const struct value_member skipped[] = {
		{"outside_region", value_count(bad->nlba - bad->count)},
		{"unknown", value_count(found->unknown)},
	};
	const struct value_member layout[] = {
		{"consistent", value_flag(found->layout)},
		{"errors", value_count(found->layout_errors)},
		{"first", value_text(found->layout_first[0] ? found->layout_first : NULL)},
	};

	printf("%s]", bad->printed ? "\n  " : "");
	print_member(bad, "counts", counts_value(found));
	print_member(bad, "checked", VALUE_OBJECT(checked));
	print_member(bad, "skipped", VALUE_OBJECT(skipped));
	print_member(bad, "layout", VALUE_OBJECT(layout));
	print_member(bad, "good", complete ? json_boolean(is_good) : json_null());
	printf("\n}\n");
}

static const char *
plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static void
end_text(struct bad_blocks *bad, const struct result_verify *found, int is_good)
{
	uint64_t outside = bad->nlba - bad->count;

	close_line(bad);
	if (bad->lines > BAD_BLOCKS_LINES)
		printf("... and %" PRIu64 " more; --format=json has every block\n",
		       bad->lines - BAD_BLOCKS_LINES);
	for (int kind = 0; kind < RESULT_FINDING_KINDS; kind++) {
		if (found->counts[kind])
			printf("%s: %" PRIu64 " block%s\n",
			       result_finding_name((enum result_finding_kind)kind),
			       found->counts[kind], plural(found->counts[kind]));
	}
	if (found->layout != 1)
		printf("layout: %s\n", found->layout_first);
	printf("%s: %s: %" PRIu64 " block%s checked", bad->spec, is_good ? "good" : "NOT good",
	       found->swept, plural(found->swept));
	if (bad->state)
		printf(": %" PRIu64 " against the state file, %" PRIu64
		       " against their stamps alone",
		       checked_by_state(found), found->by_stamp);
	else
		printf(" against their stamps alone");
	if (found->unknown)
		printf("; %" PRIu64 " skipped, as their content is unknown", found->unknown);
	if (outside)
		printf("; %" PRIu64 " skipped, as they are outside the region", outside);
	printf("; layout %sconsistent\n", found->layout == 1 ? "" : "NOT ");
}

int
bad_blocks_end(struct bad_blocks *bad, const struct result_verify *found, int complete)
{
	int is_good = !result_verify_findings(found) && found->layout == 1;

	if (bad->as_json)
		end_json(bad, found, is_good, complete);
	else if (complete)
		end_text(bad, found, is_good);
	return is_good;
}
