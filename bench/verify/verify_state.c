/* SPDX-License-Identifier: BSD-3-Clause */
/* verify_state.c -- see verify_state.h. */
#include "verify_state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC       "BTTBENCH-STATE1"
#define HEADER_SIZE 4096u
#define DAX_ALIGN   (2u << 20)

struct header {
	char magic[16];
	uint64_t nlba, tag;
	uint32_t bs, reserved;
	/* last: a header without it is one whose maker was killed */
	_Atomic uint64_t complete;
};

static int
draw_tag(uint64_t *tag, char *why, size_t why_size)
{
	if (getrandom(tag, sizeof(*tag), 0) == (ssize_t)sizeof(*tag))
		return 0;
	snprintf(why, why_size, "verify=stamp: no random number: %s", strerror(errno));
	return -1;
}

static int
open_memory(struct verify_state *state, const struct verify_state_options *o, char *why,
	    size_t why_size)
{
	void *words;

	if (draw_tag(&state->tag, why, why_size))
		return -1;
	state->bytes = o->nlba * sizeof(blockstate);
	/* populated: a lack of memory is to be an error now, not a kill later */
	words = mmap(NULL, state->bytes, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (words == MAP_FAILED) {
		snprintf(why, why_size,
			 "verify=stamp: no memory for the state of %" PRIu64
			 " blocks (%zu bytes each): %s",
			 o->nlba, sizeof(blockstate), strerror(errno));
		return -1;
	}
	state->blocks = words;
	for (uint64_t i = 0; i < o->nlba; i++)
		blockstate_init(&state->blocks[i], o->start);
	return 0;
}

static int
deny_file(const char *path, const char *wrong, char *why, size_t why_size)
{
	snprintf(why, why_size, "--verify-state=%s: %s", path, wrong);
	return -1;
}

/* a file is made as long as it must be; what is there keeps its length */
static struct btt_ns *
map_file(const char *path, uint64_t bytes)
{
	struct stat st;
	int missing = stat(path, &st);

	if (!missing && S_ISREG(st.st_mode) && st.st_size == 0)
		missing = !unlink(path); /* its maker was killed early */
	if (missing)
		return btt_ns_open_path(path, BTT_NS_READ_WRITE,
					(bytes + DAX_ALIGN - 1) / DAX_ALIGN * DAX_ALIGN, 0);
	return btt_ns_open_path(path, BTT_NS_READ_WRITE, 0, 0);
}

static int
take_up(struct verify_state *state, const struct header *header,
	const struct verify_state_options *o, char *why, size_t why_size)
{
	char wrong[160];

	if (header->nlba != o->nlba || header->bs != o->bs) {
		snprintf(wrong, sizeof(wrong),
			 "is of %" PRIu64 " blocks of %" PRIu32 " bytes, and the namespace has "
			 "%" PRIu64 " of %" PRIu32,
			 header->nlba, header->bs, o->nlba, o->bs);
		return deny_file(o->path, wrong, why, why_size);
	}
	state->tag = header->tag;
	state->resumed = 1;
	return 0;
}

static int
start_anew(struct verify_state *state, struct header *header, const struct verify_state_options *o,
	   char *why, size_t why_size)
{
	if (draw_tag(&state->tag, why, why_size))
		return -1;
	memcpy(header->magic, MAGIC, sizeof(header->magic));
	header->nlba = o->nlba;
	header->bs = o->bs;
	header->tag = state->tag;
	for (uint64_t i = 0; i < o->nlba; i++)
		blockstate_init(&state->blocks[i], o->start);
	atomic_store_explicit(&header->complete, 1, memory_order_release);
	return 0;
}

/* 1: nothing but zeros, or what a killed maker left */
static int
is_blank(const struct header *header)
{
	static const struct header blank;

	return !atomic_load_explicit(&header->complete, memory_order_acquire) &&
	       (!memcmp(header->magic, blank.magic, sizeof(blank.magic)) ||
		!memcmp(header->magic, MAGIC, sizeof(header->magic)));
}

static int
open_file(struct verify_state *state, const struct verify_state_options *o, char *why,
	  size_t why_size)
{
	struct btt_ns_facts facts;
	struct header *header;

	state->bytes = HEADER_SIZE + o->nlba * sizeof(blockstate);
	state->ns = map_file(o->path, state->bytes);
	if (!state->ns)
		return deny_file(o->path, btt_errormsg(), why, why_size);
	btt_ns_get_facts(state->ns, &facts, sizeof(facts));
	if (facts.size < state->bytes)
		return deny_file(o->path, "too short for the blocks of the namespace", why,
				 why_size);
	/* a full file system is to be an error now, not a signal later */
	if (madvise(facts.base, state->bytes, MADV_POPULATE_WRITE) && errno != EINVAL)
		return deny_file(o->path, strerror(errno), why, why_size);
	header = facts.base;
	state->blocks = (blockstate *)((uint8_t *)facts.base + HEADER_SIZE);
	if (is_blank(header))
		return start_anew(state, header, o, why, why_size);
	if (memcmp(header->magic, MAGIC, sizeof(header->magic)))
		return deny_file(o->path,
				 "is something else (allowed: a new file, or one made by "
				 "--verify-state)",
				 why, why_size);
	return take_up(state, header, o, why, why_size);
}

int
verify_state_open(struct verify_state *state, const struct verify_state_options *options, char *why,
		  size_t why_size)
{
	int err;

	*state = (struct verify_state){.nlba = options->nlba};
	err = options->path ? open_file(state, options, why, why_size)
			    : open_memory(state, options, why, why_size);
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
