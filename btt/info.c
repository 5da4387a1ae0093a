/* SPDX-License-Identifier: BSD-3-Clause */
#include "info.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <uuid/uuid.h>

#include "errormsg.h"

uint64_t
info_checksum(const struct format_info *raw)
{
	const size_t words = offsetof(struct format_info, checksum) / sizeof(le32);
	uint32_t lo = 0, hi = 0;
	le32 word;

	for (size_t i = 0; i < words; i++) {
		memcpy(&word, (const uint8_t *)raw + i * sizeof(word), sizeof(word));
		lo += le32_get(word);
		hi += lo;
	}
	hi += 2 * lo; /* the two words of the checksum count as zeros */
	return (uint64_t)hi << 32 | lo;
}

enum info_state
info_decode(const struct format_info *raw, struct info *info)
{
	if (memcmp(raw->signature, FORMAT_SIGNATURE, FORMAT_SIGNATURE_LEN))
		return INFO_NONE;
	if (le64_get(raw->checksum) != info_checksum(raw))
		return INFO_DAMAGED;
	*info = (struct info){
		.flags = le32_get(raw->flags),
		.major = le16_get(raw->major),
		.minor = le16_get(raw->minor),
		.external_lbasize = le32_get(raw->external_lbasize),
		.external_nlba = le32_get(raw->external_nlba),
		.internal_lbasize = le32_get(raw->internal_lbasize),
		.internal_nlba = le32_get(raw->internal_nlba),
		.nfree = le32_get(raw->nfree),
		.infosize = le32_get(raw->infosize),
		.nextoff = le64_get(raw->nextoff),
		.dataoff = le64_get(raw->dataoff),
		.mapoff = le64_get(raw->mapoff),
		.flogoff = le64_get(raw->flogoff),
		.infooff = le64_get(raw->infooff),
	};
	memcpy(info->uuid, raw->uuid, sizeof(info->uuid));
	memcpy(info->parent_uuid, raw->parent_uuid, sizeof(info->parent_uuid));
	return INFO_GOOD;
}

void
info_encode(const struct info *info, struct format_info *raw)
{
	*raw = (struct format_info){
		.flags = le32_of(info->flags),
		.major = le16_of(info->major),
		.minor = le16_of(info->minor),
		.external_lbasize = le32_of(info->external_lbasize),
		.external_nlba = le32_of(info->external_nlba),
		.internal_lbasize = le32_of(info->internal_lbasize),
		.internal_nlba = le32_of(info->internal_nlba),
		.nfree = le32_of(info->nfree),
		.infosize = le32_of(info->infosize),
		.nextoff = le64_of(info->nextoff),
		.dataoff = le64_of(info->dataoff),
		.mapoff = le64_of(info->mapoff),
		.flogoff = le64_of(info->flogoff),
		.infooff = le64_of(info->infooff),
	};
	memcpy(raw->signature, FORMAT_SIGNATURE, FORMAT_SIGNATURE_LEN);
	memcpy(raw->uuid, info->uuid, sizeof(raw->uuid));
	memcpy(raw->parent_uuid, info->parent_uuid, sizeof(raw->parent_uuid));
	raw->checksum = le64_of(info_checksum(raw));
}

void
info_of_geometry(struct info *info, const struct geometry *g, enum btt_flavour flavour)
{
	*info = (struct info){
		.major = flavour == BTT_FLAVOUR_UEFI ? 2 : 1,
		.minor = flavour == BTT_FLAVOUR_UEFI ? 0 : 1,
		.external_lbasize = g->external_lbasize,
		.external_nlba = g->external_nlba,
		.internal_lbasize = g->internal_lbasize,
		.internal_nlba = g->internal_nlba,
		.nfree = g->nfree,
		.infosize = FORMAT_PAGE,
		.dataoff = g->dataoff,
		.mapoff = g->mapoff,
		.flogoff = g->flogoff,
		.infooff = g->infooff,
	};
}

static int
error_field(const char *field, uint64_t value, const char *allowed)
{
	return errormsg_set(EINVAL, "info block: %s=%ju: %s", field, (uintmax_t)value, allowed);
}

/* the fields that depend on no offset */
static int
check_numbers(const struct info *info)
{
	if (info->major != 1 && info->major != 2)
		return error_field("major", info->major, "unknown version (1 or 2)");
	if (info->infosize != FORMAT_PAGE)
		return error_field("infosize", info->infosize, "must be 4096");
	if (info->external_lbasize == 0)
		return error_field("external_lbasize", info->external_lbasize,
				   "must be at least 1");
	if (info->internal_lbasize < info->external_lbasize)
		return error_field("internal_lbasize", info->internal_lbasize,
				   "must not be below external_lbasize");
	if (info->nfree == 0)
		return error_field("nfree", info->nfree, "must be at least 1");
	if (info->external_nlba == 0)
		return error_field("external_nlba", info->external_nlba, "must be at least 1");
	if (info->internal_nlba > FORMAT_NLBA_MAX)
		return error_field("internal_nlba", info->internal_nlba, "must be at most 2^30");
	if ((uint64_t)info->external_nlba + info->nfree != info->internal_nlba)
		return error_field("internal_nlba", info->internal_nlba,
				   "must be external_nlba + nfree");
	if (info->nextoff != 0 && info->nextoff != BTT_ARENA_SIZE_MAX)
		return error_field("nextoff", info->nextoff, "must be 0 or 549755813888");
	return 0;
}

/* `least` is the end of the area before this offset */
static int
check_offset(const char *field, uint64_t off, uint64_t least, unsigned align)
{
	if (off % align)
		return error_field(field, off,
				   align == FORMAT_PAGE ? "must be a multiple of 4096"
							: "must be a multiple of 64");
	if (off < least)
		return error_field(field, off, "overlaps the area before it");
	return 0;
}

/*
 * No sum here overflows: check_numbers bounds the factors, and offsets are at most infooff < room.
 */
static int
check_areas(const struct info *info, uint64_t room)
{
	uint64_t data = (uint64_t)info->internal_nlba * info->internal_lbasize;
	uint64_t map = (uint64_t)info->external_nlba * sizeof(le32);
	uint64_t flog = (uint64_t)info->nfree * FORMAT_FLOG_GROUP;
	/* what the protocol needs; PMDK aligns to more only if the namespace does, see geometry_backups */
	unsigned align = info->major == 1 ? FORMAT_LINE : FORMAT_PAGE;
	uint64_t end = info->nextoff && info->nextoff < room ? info->nextoff : room;

	if (end < FORMAT_PAGE || info->infooff > end - FORMAT_PAGE)
		return error_field("infooff", info->infooff,
				   "lies beyond the end of the arena or namespace");
	if (info->flogoff > info->infooff || info->mapoff > info->infooff ||
	    info->dataoff > info->infooff)
		return errormsg_set(EINVAL,
				    "info block: dataoff=%ju, mapoff=%ju, flogoff=%ju: must not "
				    "pass infooff=%ju",
				    (uintmax_t)info->dataoff, (uintmax_t)info->mapoff,
				    (uintmax_t)info->flogoff, (uintmax_t)info->infooff);
	if (check_offset("dataoff", info->dataoff, FORMAT_PAGE, FORMAT_PAGE) ||
	    check_offset("mapoff", info->mapoff, info->dataoff + data, align) ||
	    check_offset("flogoff", info->flogoff, info->mapoff + map, align) ||
	    check_offset("infooff", info->infooff, info->flogoff + flog, align))
		return -1;
	if (info->nextoff && room < info->nextoff + BTT_ARENA_SIZE_MIN)
		return error_field("nextoff", info->nextoff,
				   "names an arena beyond the end of the namespace");
	return 0;
}

int
info_check(const struct info *info, uint64_t room)
{
	return check_numbers(info) || check_areas(info, room) ? -1 : 0;
}

const char *
info_state_text(enum info_state state)
{
	static const char *const texts[] = {"has no signature",
					    "cannot be read or has a wrong checksum", "is good"};

	return texts[state];
}

#define PLACE(field) offsetof(struct info, field), sizeof(((struct info *)0)->field)

/* all fields but flags */
static const struct field {
	const char *name;
	size_t at, bytes;
} fields[] = {
	{"uuid", PLACE(uuid)},
	{"parent_uuid", PLACE(parent_uuid)},
	/* NAMES fields up to here; the others say how to read the arena */
	{"major", PLACE(major)},
	{"minor", PLACE(minor)},
	{"external_lbasize", PLACE(external_lbasize)},
	{"external_nlba", PLACE(external_nlba)},
	{"internal_lbasize", PLACE(internal_lbasize)},
	{"internal_nlba", PLACE(internal_nlba)},
	{"nfree", PLACE(nfree)},
	{"infosize", PLACE(infosize)},
	{"nextoff", PLACE(nextoff)},
	{"dataoff", PLACE(dataoff)},
	{"mapoff", PLACE(mapoff)},
	{"flogoff", PLACE(flogoff)},
	{"infooff", PLACE(infooff)},
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))
#define NAMES  2u

static const void *
value_at(const struct info *info, const struct field *field)
{
	return (const uint8_t *)info + field->at;
}

static void
print_value(char text[UUID_STR_LEN], const struct info *info, const struct field *field)
{
	const void *value = value_at(info, field);
	uint16_t half;
	uint32_t word;
	uint64_t number;

	switch (field->bytes) {
	case sizeof(half):
		memcpy(&half, value, sizeof(half));
		number = half;
		break;
	case sizeof(word):
		memcpy(&word, value, sizeof(word));
		number = word;
		break;
	case sizeof(number):
		memcpy(&number, value, sizeof(number));
		break;
	default:
		uuid_unparse(value, text);
		return;
	}
	snprintf(text, UUID_STR_LEN, "%ju", (uintmax_t)number);
}

static const struct field *
first_difference(const struct info *a, const struct info *b, size_t from)
{
	for (size_t i = from; i < FIELDS; i++) {
		if (memcmp(value_at(a, &fields[i]), value_at(b, &fields[i]), fields[i].bytes) != 0)
			return &fields[i];
	}
	return NULL;
}

static int
check_same_from(const struct info *first, const struct info *backup, size_t from)
{
	const struct field *field = first_difference(first, backup, from);
	char one[UUID_STR_LEN], other[UUID_STR_LEN];

	if (!field)
		return 0;
	print_value(one, first, field);
	print_value(other, backup, field);
	return errormsg_set(EINVAL,
			    "the info block and its backup are both valid and differ: %s=%s, in "
			    "the backup %s",
			    field->name, one, other);
}

int
info_check_same(const struct info *first, const struct info *backup)
{
	return check_same_from(first, backup, 0);
}

int
info_check_same_geometry(const struct info *first, const struct info *backup)
{
	return check_same_from(first, backup, NAMES);
}

int
info_read(const struct persist *media, struct persist_lane *lane, uint64_t off,
	  enum info_state *state, struct info *info)
{
	struct format_info raw;

	if (!persist_read(media, lane, &raw, sizeof(raw), off))
		*state = info_decode(&raw, info);
	else if (errno == EIO)
		*state = INFO_DAMAGED;
	else
		return -1;
	return 0;
}

int
info_store(const struct persist *media, struct persist_lane *lane, uint64_t off,
	   const struct info *info)
{
	struct format_info raw;

	info_encode(info, &raw);
	return persist_store(media, lane, off + FORMAT_SIGNATURE_LEN,
			     (const uint8_t *)&raw + FORMAT_SIGNATURE_LEN,
			     sizeof(raw) - FORMAT_SIGNATURE_LEN) ||
			       persist_fence(media, lane) ||
			       persist_store(media, lane, off, raw.signature, FORMAT_SIGNATURE_LEN)
		       ? -1
		       : 0;
}
