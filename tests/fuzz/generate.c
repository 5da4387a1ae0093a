/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * generate.c FOLDER -- makes the first inputs of `corpus/`: FOLDER/TARGET for each target, the same every time.
 * Inputs that fuzzing finds are added under the name of their hash.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "format.h"
#include "fuzz.h"
#include "info.h"

#define IMAGES   60u
#define SCRIPTS  20u
#define OVERLAYS 8u

static uint64_t state = 0x9e3779b97f4a7c15u;

static uint64_t
next_random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void
save(const char *folder, const char *target, unsigned number, const void *input, size_t len)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, target);
	if (mkdir(path, 0777) && errno != EEXIST) {
		perror(path);
		exit(1);
	}
	snprintf(path, sizeof(path), "%s/%s/seed-%03u", folder, target, number);
	file = fopen(path, "we");
	if (!file || fwrite(input, 1, len, file) != len || fclose(file)) {
		perror(path);
		exit(1);
	}
}

/* A sound block of each flavour, then the same block with one field at a time at a bad value. */
static void
generate_info(const char *folder)
{
	static const uint32_t bad[] = {0, 1, 4097, 0x80000000, UINT32_MAX};
	unsigned number = 0;

	for (int flavour = BTT_FLAVOUR_UEFI; flavour <= BTT_FLAVOUR_PMDK; flavour++) {
		const uint64_t room = 17 << 20;
		struct {
			uint8_t options, room[8], block[120];
		} input = {.options = 1};
		struct format_info raw;
		struct geometry g;
		struct info info;

		if (geometry_of_arena(&g, room, 512, 256, (enum btt_flavour)flavour))
			exit(1);
		info_of_geometry(&info, &g, (enum btt_flavour)flavour);
		info_encode(&info, &raw);
		memcpy(input.room, &room, sizeof(room));
		memcpy(input.block, &raw, sizeof(input.block));
		save(folder, "info", number++, &input, sizeof(input));
		for (unsigned at = 48; at < 120; at += 4) {
			memcpy(input.block, &raw, sizeof(input.block));
			memcpy(input.block + at, &bad[number % 5], 4);
			save(folder, "info", number++, &input, sizeof(input));
		}
	}
}

/* Each area starts one page too early. */
static void
generate_overlaps(const char *folder)
{
	const uint64_t room = 17 << 20;

	for (unsigned at = 88; at < 120; at += 8) {
		struct {
			uint8_t options, room[8], block[120];
		} input = {.options = 1};
		struct format_info raw;
		struct geometry g;
		struct info info;

		if (geometry_of_arena(&g, room, 512, 256, BTT_FLAVOUR_UEFI))
			exit(1);
		info_of_geometry(&info, &g, BTT_FLAVOUR_UEFI);
		info_encode(&info, &raw);
		memcpy(input.room, &room, sizeof(room));
		memcpy(input.block, &raw, sizeof(input.block));
		input.block[at + 1] = (uint8_t)(input.block[at + 1] - 0x10);
		save(folder, "info", 900 + at, &input, sizeof(input));
	}
}

/* A sound block with some words replaced: {byte, word}, ended by byte 0. */
static void
save_edited(const char *folder, unsigned number, int is_sealed, uint64_t room,
	    const uint32_t (*edits)[2])
{
	struct {
		uint8_t options, room[8], block[120];
	} input = {.options = (uint8_t)is_sealed};
	struct format_info raw;
	struct geometry g;
	struct info info;

	if (geometry_of_arena(&g, 17 << 20, 512, 256, BTT_FLAVOUR_UEFI))
		exit(1);
	info_of_geometry(&info, &g, BTT_FLAVOUR_UEFI);
	info_encode(&info, &raw);
	memcpy(input.room, &room, sizeof(room));
	memcpy(input.block, &raw, sizeof(input.block));
	for (; (*edits)[0]; edits++)
		memcpy(input.block + (*edits)[0], &(*edits)[1], sizeof(uint32_t));
	save(folder, "info", number, &input, sizeof(input));
}

/* A sum that overflows when there is room for so large a map, a backup one page too late, no checksum. */
static void
generate_edges(const char *folder)
{
	enum { EXTERNAL_NLBA = 60, INTERNAL_NLBA = 68, NFREE = 72, MAPOFF = 96 };
	enum { FLOGOFF = 104, INFOOFF = 112, HIGH = 4 };
	static const uint32_t wraps[][2] = {
		{EXTERNAL_NLBA, UINT32_MAX}, {INTERNAL_NLBA, 999}, {NFREE, 1000},
		{MAPOFF, 1 << 20},           {FLOGOFF, 0},         {FLOGOFF + HIGH, 8},
		{INFOOFF, 1 << 20},          {INFOOFF + HIGH, 8},  {0, 0}};
	static const uint32_t late[][2] = {{INFOOFF, 17 << 20}, {0, 0}};
	static const uint32_t none[][2] = {{0, 0}};

	save_edited(folder, 1100, 1, 64ull << 30, wraps);
	save_edited(folder, 1101, 1, 17 << 20, late);
	save_edited(folder, 1102, 0, 17 << 20, none);
}

/*
 * One number that is the first out of range, or a mapped free block. The choices and values are those of the records
 * of fuzz_image.c.
 */
static void
generate_bounds(const char *folder)
{
	enum { EXTERNAL = 1 << 1, INTERNAL = 2 << 1, ZERO = 32, FLOG = 3, MAP = 5 };
	static const struct {
		uint8_t kind, choice, field, value;
	} bounds[] = {{FLOG, EXTERNAL, 0, ZERO},     {FLOG, INTERNAL, 4, ZERO},
		      {FLOG, INTERNAL, 8, ZERO},     {FLOG, EXTERNAL, 4, ZERO + 9},
		      {MAP, INTERNAL, 0, ZERO},      {MAP, INTERNAL, 0, ZERO + 31},
		      {MAP, EXTERNAL, 0, ZERO + 10}, {MAP, EXTERNAL, 0, ZERO + 15}};

	for (unsigned i = 0; i < 8 * 5; i++) {
		uint8_t input[2 + 8 * 12] = {(uint8_t)(i / 8), (uint8_t)(i % 2)};

		for (unsigned slot = 0; slot < 2; slot++) {
			uint8_t *record = input + 2 + 8 * (size_t)slot;
			uint8_t off = bounds[i % 8].kind == MAP
					      ? 60
					      : (uint8_t)(64 * 3 + 16 * slot + bounds[i % 8].field);

			memcpy(record,
			       (uint8_t[8]){bounds[i % 8].kind, bounds[i % 8].choice, off, 0,
					    bounds[i % 8].value, 0, 0,
					    bounds[i % 8].kind == MAP ? 0xc0 : 0},
			       8);
		}
		for (unsigned k = 2; k < 12; k++)
			memcpy(input + 2 + 8 * (size_t)k,
			       (uint8_t[8]){0xc2, (uint8_t)k, (uint8_t)(k * 7), 0}, 8);
		save(folder, "image", 900 + i, input, sizeof(input));
	}
}

/* Up to four damages, most of them of one kind, and some calls; the kinds of image.c by turns. */
static void
generate_images(const char *folder)
{
	for (unsigned i = 0; i < IMAGES; i++) {
		uint8_t input[2 + 8 * 24] = {(uint8_t)i, (uint8_t)(i / 5)};
		unsigned ndamage = i / 5 % 5;

		for (unsigned k = 0; k < 24; k++) {
			uint8_t *record = input + 2 + 8 * (size_t)k;
			uint64_t random = next_random();

			memcpy(record, &random, 8);
			record[0] = k < ndamage ? (uint8_t)(i % 6 + 6 * (record[0] % 20))
						: (uint8_t)(0xc0 | record[0]);
			if (i % 3)
				record[3] = 0;
		}
		save(folder, "image", i, input, sizeof(input));
	}
}

static void
generate_scripts(const char *folder)
{
	for (unsigned i = 0; i < SCRIPTS; i++) {
		uint8_t input[200];

		for (unsigned k = 0; k < sizeof(input); k++)
			input[k] = (uint8_t)next_random();
		save(folder, "peer", i, input, 20 + 9 * i);
	}
}

/*
 * The states after a cut or after an old kernel, and blocks that one of two checks covers: records of fuzz_image.c and
 * fuzz_damage.c in each image, followed by some calls.
 */
static void
generate_states(const char *folder)
{
	enum { MAPPED = 1, READ_ONLY = 2, UNSEALED = 8 };
	enum { PRIMARY = 0, BACKUP = 1, FLOG = 3, MAP = 5, TAKE_BACK = 0xb8, SLOT_2 = 0xb9 };
	static const struct {
		uint8_t options, record[8];
	} states[] = {
		{MAPPED, {TAKE_BACK, 0, 2}},
		{0, {TAKE_BACK, 0, 3}},
		{READ_ONLY, {TAKE_BACK, 0, 5}},
		{0, {SLOT_2}},
		{MAPPED, {FLOG, 0, (64 * 9 + 44) & 0xff, (64 * 9 + 44) >> 8, 2}},
		{0, {BACKUP, 0, 48, 0, 1}},
		{0, {PRIMARY, 0, 48, 0, 1}},
		{UNSEALED, {PRIMARY, 0, 16, 0, 1}},
		{UNSEALED, {BACKUP, 0, 16, 0, 1}},
		{0, {MAP, 2 << 1, 14, 0, 32, 0, 0, 0xc0}}, /* the first number out of range */
		{0, {MAP, 2 << 1, 21, 0, 32, 0, 0, 0x80}},
		/* the log keeps the error flag of a replaced entry, which is not flavour pmdk */
		{0, {FLOG, 1 << 1, (64 * 9 + 4) & 0xff, (64 * 9 + 4) >> 8, 32 + 9, 0, 0, 0x40}},
	};
	const unsigned count = sizeof(states) / sizeof(states[0]);

	for (unsigned i = 0; i < count * 5; i++) {
		uint8_t input[2 + 8 * 12] = {(uint8_t)(i % 5), states[i / 5].options};

		memcpy(input + 2, states[i / 5].record, 8);
		for (unsigned k = 1; k < 12; k++)
			memcpy(input + 2 + 8 * (size_t)k,
			       (uint8_t[8]){0xc2, (uint8_t)k, (uint8_t)(k * 7), 0}, 8);
		save(folder, "image", 1000 + i, input, sizeof(input));
	}
}

/* Calls of all kinds, then only calls with short ranges inside one page. */
static void
generate_overlays(const char *folder)
{
	for (unsigned i = 0; i < OVERLAYS; i++) {
		uint8_t input[8 * 40];

		for (unsigned k = 0; k < sizeof(input); k++)
			input[k] = (uint8_t)next_random();
		for (unsigned k = 5; i % 2 && k < sizeof(input); k += 8)
			input[k] = 0;
		save(folder, "overlay", i, input, sizeof(input));
	}
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: generate FOLDER\n");
		return 2;
	}
	generate_info(argv[1]);
	generate_overlaps(argv[1]);
	generate_edges(argv[1]);
	generate_bounds(argv[1]);
	generate_images(argv[1]);
	generate_scripts(argv[1]);
	generate_overlays(argv[1]);
	generate_states(argv[1]);
	return 0;
}
