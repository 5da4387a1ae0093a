/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cmd_info.c -- bttbench info NS: the place of the BTT, every field of its info blocks, a summary of flog and map.
 *
 * Both formats print one JSON tree; text has one line for each leaf. So they never differ.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <uuid/uuid.h>

#include "output/json_value.h"
#include "cmd.h"

static const struct argp_option options[] = {
	CMD_OPTION_FORMAT,
	CMD_OPTION_PARENT,
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static const struct argp argp = {
	options,
	cmd_parse_target_alone,
	"NS",
	"Looks for a BTT at bytes 0, 4096 and 8192 of NS. Prints every field of its info blocks "
	"and a summary of log and map "
	"for each arena. Changes nothing.",
	NULL,
	NULL,
	NULL,
};

static json_t *
uuid_json(const uint8_t uuid[16])
{
	char text[UUID_STR_LEN];

	uuid_unparse_lower(uuid, text);
	return value_text(text);
}

static json_t *
places_json(const struct btt_probe *probe)
{
	static const char *const names[] = {"nothing", "layout", "backup only", "damage", "trace"};
	json_t *places = json_array();
	int failed = !places;

	for (int i = 0; i < BTT_PLACES; i++) {
		const struct value_member members[] = {
			{"start", value_count(probe->places[i].start)},
			{"found", value_text(names[probe->places[i].found])},
		};

		failed |= json_array_append_new(places, VALUE_OBJECT(members));
	}
	return value_unless(places, failed);
}

static json_t *
usage_json(const struct btt_arena_usage *u)
{
	const struct value_member members[] = {
		{"map_initial", value_count(u->initial)},
		{"map_zero", value_count(u->zero)},
		{"map_error", value_count(u->error)},
		{"map_normal", value_count(u->normal)},
		{"map_out_of_range", value_count(u->out_of_range)},
		{"flog_lanes_unused", value_count(u->lanes_unused)},
		{"map_unreadable", value_count(u->unreadable)},
		{"flog_lanes_used", value_count(u->lanes_used)},
		{"flog_lanes_damaged", value_count(u->lanes_damaged)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
arena_json(const struct btt_arena_info *a, const struct btt_arena_usage *usage)
{
	const struct value_member members[] = {
		{"start", value_count(a->start)},
		{"uuid", uuid_json(a->uuid)},
		{"parent_uuid", uuid_json(a->parent_uuid)},
		{"flags", value_count(a->flags)},
		{"major", value_count(a->major)},
		{"minor", value_count(a->minor)},
		{"external_lbasize", value_count(a->external_lbasize)},
		{"external_nlba", value_count(a->external_nlba)},
		{"internal_lbasize", value_count(a->internal_lbasize)},
		{"internal_nlba", value_count(a->internal_nlba)},
		{"nfree", value_count(a->nfree)},
		{"infosize", value_count(a->infosize)},
		{"nextoff", value_count(a->nextoff)},
		{"dataoff", value_count(a->dataoff)},
		{"mapoff", value_count(a->mapoff)},
		{"flogoff", value_count(a->flogoff)},
		{"infooff", value_count(a->infooff)},
		{"flog_second_slot", value_count(a->flog_second_slot)},
		{"damage", value_text(a->damage)},
		{"map_initial_reads_as", value_text(a->initial_is_data ? "data" : "zeros")},
		{"usage", usage_json(usage)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
arenas_json(struct btt *btt, uint32_t narenas)
{
	json_t *arenas = json_array();
	int failed = !arenas;

	for (uint32_t i = 0; i < narenas && !failed; i++) {
		struct btt_arena_usage usage;
		struct btt_arena_info info;

		failed = btt_get_arena(btt, i, &info, sizeof(info)) ||
			 btt_get_usage(btt, i, &usage, sizeof(usage)) ||
			 json_array_append_new(arenas, arena_json(&info, &usage));
	}
	return value_unless(arenas, failed);
}

static json_t *
btt_json(struct btt *btt)
{
	struct btt_layout layout;

	btt_get_layout(btt, &layout, sizeof(layout));

	const struct value_member members[] = {
		{"flavour", value_text(btt_flavour_name(layout.flavour))},
		{"start", value_count(layout.start)},
		{"lbasize", value_count(layout.lbasize)},
		{"nlba", value_count(layout.nlba)},
		{"nfree", value_count(layout.nfree)},
		{"size_unused", value_count(layout.size_unused)},
		{"parent_uuid", uuid_json(layout.parent_uuid)},
		{"arenas", arenas_json(btt, layout.narenas)},
	};

	return VALUE_OBJECT(members);
}

/* NULL with errno ENOMEM, or with the error of the library, which btt_errormsg() describes */
static json_t *
namespace_json(const struct cmd_target *target, const struct btt_ns_facts *facts,
	       const struct btt_probe *probe)
{
	const struct value_member members[] = {
		{"namespace", value_text(target->spec)},
		{"kind", value_text(btt_ns_kind_name(facts->kind))},
		{"size", value_count(facts->size)},
		{"pmemblk_pool", json_boolean(probe->is_pool)},
		{"probed", places_json(probe)},
		{"btt", btt_json(target->btt)},
	};

	return VALUE_OBJECT(members);
}

/* one line for each leaf: "a.b[2].c: value" */
static void
print_tree(const char *path, json_t *tree)
{
	char below[256];
	const char *key;
	json_t *value;
	size_t i;

	switch (json_typeof(tree)) {
	case JSON_OBJECT:
		json_object_foreach(tree, key, value)
		{
			snprintf(below, sizeof(below), "%s%s%s", path, *path ? "." : "", key);
			print_tree(below, value);
		}
		break;
	case JSON_ARRAY:
		json_array_foreach(tree, i, value)
		{
			snprintf(below, sizeof(below), "%s[%zu]", path, i);
			print_tree(below, value);
		}
		break;
	case JSON_STRING:
		printf("%s: %s\n", path, json_string_value(tree));
		break;
	case JSON_INTEGER:
		printf("%s: %" JSON_INTEGER_FORMAT "\n", path, json_integer_value(tree));
		break;
	default:
		printf("%s: %s\n", path,
		       json_is_true(tree)    ? "yes"
		       : json_is_false(tree) ? "no"
					     : "-");
	}
}

static enum cmd_exit
inspect(struct cmd_target *target)
{
	struct btt_probe probe;
	struct btt_ns_facts facts;
	json_t *tree;

	btt_ns_get_facts(target->ns, &facts, sizeof(facts));
	if (btt_probe(facts.size, target->ns, btt_ns_callbacks(target->ns), &probe, sizeof(probe)))
		return cmd_fail("%s: %s", target->spec, btt_errormsg());
	target->btt = cmd_open_btt(target->ns, target->spec, BTT_READ_ONLY, &target->parent);
	if (!target->btt)
		return CMD_FAILED;
	tree = namespace_json(target, &facts, &probe);
	if (!tree)
		return cmd_fail("%s: %s", target->spec,
				errno == ENOMEM ? "out of memory" : btt_errormsg());
	if (target->as_json)
		return value_write(tree, stdout) ? cmd_fail("standard output: %s", strerror(errno))
						 : CMD_OK;
	print_tree("", tree);
	json_decref(tree);
	return cmd_finish_output(CMD_OK);
}

enum cmd_exit
cmd_info(int argc, char **argv)
{
	struct cmd_target target = {0};
	enum cmd_exit code = cmd_parse(&argp, argc, argv, &target);

	if (!code)
		code = cmd_open_target_namespace(argv[0], &target, BTT_NS_READ_ONLY);
	if (!code)
		code = inspect(&target);
	cmd_close_target(&target);
	return code;
}
