/* SPDX-License-Identifier: BSD-3-Clause */
#include "verify_state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uuid/uuid.h>

#define MAGIC       "BTTBENCH-STATE2"
#define HEADER_SIZE 4096u
#define DAX_ALIGN   (2u << 20)

struct header {
	char magic[16];
	uint64_t nlba, tag;
	uint32_t bs, reserved;
	uint8_t layout[16];
	/* Set last: 0 means that the process was killed while it created the file. */
	_Atomic uint64_t complete;
};

static int
draw_tag(uint64_t *tag, struct why *why)
{
	if (getrandom(tag, sizeof(*tag), 0) == (ssize_t)sizeof(*tag))
		return 0;
	return why_say(why, "verify=stamp: no random number: %s", strerror(errno));
}

static int
open_memory(struct verify_state *state, const struct verify_state_options *o, struct why *why)
{
	void *words;

	if (draw_tag(&state->tag, why))
		return -1;
	state->bytes = o->nlba * sizeof(blockstate);
	/* MAP_POPULATE: the load must not wait for pages; the caller knows that there is enough memory */
	words = mmap(NULL, state->bytes, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (words == MAP_FAILED)
		return why_say(why,
			       "verify=stamp: no memory for the state of %" PRIu64
			       " blocks (%zu bytes each): %s",
			       o->nlba, sizeof(blockstate), strerror(errno));
	state->blocks = words;
	for (uint64_t i = 0; i < o->nlba; i++)
		blockstate_init(&state->blocks[i], o->start);
	return 0;
}

static int
error_file(const struct verify_state_options *o, const char *wrong, struct why *why)
{
	return why_say(why, "%s=%s: %s", o->option, o->path, wrong);
}

/* Creates a missing file with at least `bytes` bytes, unless it must exist; an existing one keeps its length. */
static struct btt_ns *
map_file(const struct verify_state_options *o, uint64_t bytes)
{
	const char *path = o->path;
	struct stat st;
	int missing = stat(path, &st);

	if (o->must_exist)
		return btt_ns_open_path(path, BTT_NS_READ_WRITE, 0, 0);

	if (!missing && S_ISREG(st.st_mode) && st.st_size == 0)
		missing = !unlink(path); /* a process was killed while it created the file */
	if (missing)
		return btt_ns_open_path(path, BTT_NS_READ_WRITE,
					(bytes + DAX_ALIGN - 1) / DAX_ALIGN * DAX_ALIGN, 0);
	return btt_ns_open_path(path, BTT_NS_READ_WRITE, 0, 0);
}

static int
resume_file(struct verify_state *state, const struct header *header,
	    const struct verify_state_options *o, struct why *why)
{
	char wrong[160];

	if (header->nlba != o->nlba || header->bs != o->bs) {
		snprintf(wrong, sizeof(wrong),
			 "is of %" PRIu64 " blocks of %" PRIu32 " bytes, and the namespace has "
			 "%" PRIu64 " of %" PRIu32,
			 header->nlba, header->bs, o->nlba, o->bs);
		return error_file(o, wrong, why);
	}
	if (!uuid_is_null(header->layout) && !uuid_is_null(o->layout) &&
	    uuid_compare(header->layout, o->layout) != 0) {
		char its[UUID_STR_LEN], ours[UUID_STR_LEN];

		uuid_unparse(header->layout, its);
		uuid_unparse(o->layout, ours);
		snprintf(wrong, sizeof(wrong),
			 "is of another layout, %s; the namespace has %s (a format in between?)",
			 its, ours);
		return error_file(o, wrong, why);
	}
	state->tag = header->tag;
	state->resumed = 1;
	return 0;
}

static int
init_file(struct verify_state *state, struct header *header, const struct verify_state_options *o,
	  struct why *why)
{
	if (draw_tag(&state->tag, why))
		return -1;
	memcpy(header->magic, MAGIC, sizeof(header->magic));
	header->nlba = o->nlba;
	header->bs = o->bs;
	header->tag = state->tag;
	memcpy(header->layout, o->layout, sizeof(header->layout));
	for (uint64_t i = 0; i < o->nlba; i++)
		blockstate_init(&state->blocks[i], o->start);
	atomic_store_explicit(&header->complete, 1, memory_order_release);
	return 0;
}

/* Returns 1 for nothing but zeros, and for a state whose creation was cut short by a kill. */
static int
is_blank(const struct header *header, size_t bytes)
{
	const uint8_t *all = (const uint8_t *)header;

	if (!memcmp(header->magic, MAGIC, sizeof(header->magic)))
		return !atomic_load_explicit(&header->complete, memory_order_acquire);
	return !all[0] && !memcmp(all, all + 1, bytes - 1);
}

static int
open_file(struct verify_state *state, const struct verify_state_options *o, struct why *why)
{
	struct btt_ns_facts facts;
	struct header *header;

	state->bytes = HEADER_SIZE + o->nlba * sizeof(blockstate);
	state->ns = map_file(o, state->bytes);
	if (!state->ns)
		return error_file(o, btt_errormsg(), why);
	btt_ns_get_facts(state->ns, &facts, sizeof(facts));
	if (facts.size < state->bytes)
		return error_file(o, "too short for the blocks of the namespace", why);
	/* A full file system must be an error now, not a signal later. */
	if (madvise(facts.base, state->bytes, MADV_POPULATE_WRITE) && errno != EINVAL)
		return error_file(o, strerror(errno), why);
	header = facts.base;
	state->blocks = (blockstate *)((uint8_t *)facts.base + HEADER_SIZE);
	if (is_blank(header, state->bytes) && !o->must_exist)
		return init_file(state, header, o, why);
	if (memcmp(header->magic, MAGIC, sizeof(header->magic)) || !header->complete)
		return error_file(o,
				  o->must_exist ? "is no state (allowed: a file that run made with "
						  "--verify-state)"
						: "is something else (allowed: a new file, or one "
						  "made by --verify-state)",
				  why);
	return resume_file(state, header, o, why);
}

int
verify_state_open(struct verify_state *state, const struct verify_state_options *options,
		  struct why *why)
{
	int err;

	*state = (struct verify_state){.nlba = options->nlba};
	err = options->path ? open_file(state, options, why) : open_memory(state, options, why);
	if (err)
		verify_state_close(state);
	return err;
}

void
verify_state_close(struct verify_state *state)
{
	if (state->ns)
		btt_ns_close(state->ns);
	else if (state->blocks)
		munmap(state->blocks, state->bytes);
	*state = (struct verify_state){0};
}
