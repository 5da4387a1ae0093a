/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * verify.c -- stamp.h reads the content of a block, blockstate.h knows its legal values, reading.h
 * compares the two.
 */
#include "verify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reading.h"
#include "stamp.h"
#include "verify_state.h"

#define PAD 128

/* Buffers and findings of one lane. Only its worker writes them. */
struct verify_lane {
	_Alignas(PAD) struct blockstate_view *views; /* one per block of a submit */
	unsigned *order;                             /* the same, by lba */
	uint64_t read, by_stamp, unchecked;          /* blocks: see struct result_verify */
	struct findings found;
};

struct verify {
	const struct engine_ops *inner;
	struct engine_ops ops; /* a copy of *inner with another submit */
	struct verify_state state;
	enum verify_content content;
	struct verify_lane *lanes; /* one per worker, the last one for the sweep */
	unsigned nlanes;
	uint64_t swept, unknown;
	int layout;
	uint64_t layout_errors;
	char layout_first[RESULT_FINDING_TEXT_MAX];
};

static struct reading
reading_of(struct verify *v, const struct engine_lane *lane, uint64_t lba, void *block)
{
	return (struct reading){
		.lane = lane,
		.state = &v->state.blocks[lba],
		.lba = lba,
		.block = block,
		.tag = v->state.tag,
	};
}

/* Completes the reading: what is known of the block decides how it can be checked. */
static void
check_block(struct verify *v, struct reading *r, struct verify_lane *into)
{
	r->is_stateless = v->content == VERIFY_STAMPED && (!v->state.resumed || r->view.unknown);
	if (r->is_stateless) {
		into->by_stamp++;
		reading_check_stamp(r);
	} else {
		into->unchecked += r->view.unknown != 0;
		reading_check(r);
	}
}

static uint8_t *
block_of(const struct engine_lane *lane, enum op_kind kind, unsigned i)
{
	return engine_lane_buf(lane, kind, 0) + (size_t)i * lane->engine->bs;
}

/* The blocks of a submit: of one op of many consecutive blocks, or of a batch of ops of one block. */
static uint64_t
lba_of(const struct op *ops, unsigned n, unsigned i)
{
	return n > 1 ? ops[i].lba : ops->lba + i;
}

/* 0 if block i of a submit was done, after the submit returned `err`. An op that failed may have done some blocks. */
static int
error_of(const struct engine_lane *lane, unsigned n, unsigned i, int err)
{
	return err && n > 1 ? lane->errors[i] : err;
}

static int
submit_read(struct verify *v, const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	struct verify_lane *into = &v->lanes[lane->number];
	unsigned count = n * lane->blocks;
	int err, saved;

	for (unsigned i = 0; i < count; i++) {
		stamp_spoil(block_of(lane, OP_READ, i), lane->engine->bs);
		into->views[i] = blockstate_look(&v->state.blocks[lba_of(ops, n, i)]);
	}
	err = v->inner->submit(lane, ops, n);
	saved = errno;
	for (unsigned i = 0; i < count; i++) {
		struct reading r =
			reading_of(v, lane, lba_of(ops, n, i), block_of(lane, OP_READ, i));

		if (error_of(lane, n, i, err))
			continue;
		r.into = &into->found;
		r.view = into->views[i];
		blockstate_close(r.state, &r.view);
		check_block(v, &r, into);
		into->read++;
	}
	errno = saved;
	return err;
}

/*
 * Sorts the blocks of a submit by lba. If a batch has an lba several times, only the last of them is in `order`: the
 * engine must write only that one. Returns the number of blocks in `order`.
 */
static unsigned
sort_blocks(const struct op *ops, unsigned n, unsigned count, unsigned *order)
{
	unsigned sorted = 0, at;

	for (unsigned i = 0; i < count; i++) {
		uint64_t lba = lba_of(ops, n, i);

		for (at = sorted; at && lba_of(ops, n, order[at - 1]) > lba; at--)
			;
		if (at && lba_of(ops, n, order[at - 1]) == lba) {
			order[at - 1] = i;
			continue;
		}
		memmove(&order[at + 1], &order[at], (sorted - at) * sizeof(*order));
		order[at] = i;
		sorted++;
	}
	return sorted;
}

/*
 * Does writes or zeroes. A submit of many blocks enters them in ascending order and waits for a block
 * only while it holds lower ones: no two submits wait for each other. While it waits, another one may
 * finish its write of a block that this one has entered. The check then accepts that value as
 * possibly the last one (G1), although it is not. A write of a batch that a later one replaces has data without a
 * stamp, which no read may find.
 */
static int
submit_change(struct verify *v, const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	struct stamp stamp = {.tag = v->state.tag, .writer = lane->number};
	unsigned *order = v->lanes[lane->number].order;
	unsigned count = n * lane->blocks, sorted = sort_blocks(ops, n, count, order);
	int err, saved;

	for (unsigned i = 0; i < count && sorted < count; i++)
		if (ops->kind == OP_WRITE)
			stamp_spoil(block_of(lane, OP_WRITE, i), lane->engine->bs);
	for (unsigned k = 0; k < sorted; k++) {
		stamp.lba = lba_of(ops, n, order[k]);
		stamp.seq = blockstate_enter(&v->state.blocks[stamp.lba], ops->kind == OP_ZERO);
		if (ops->kind == OP_WRITE)
			stamp_fill(block_of(lane, OP_WRITE, order[k]), lane->engine->bs, &stamp);
	}
	err = v->inner->submit(lane, ops, n);
	saved = errno;
	for (unsigned k = 0; k < sorted; k++)
		blockstate_leave(&v->state.blocks[lba_of(ops, n, order[k])],
				 error_of(lane, n, order[k], err));
	errno = saved;
	return err;
}

static int
verify_submit(const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	struct verify *v = lane->engine->verify;

	return ops->kind == OP_READ ? submit_read(v, lane, ops, n) : submit_change(v, lane, ops, n);
}

static void
free_verify(struct verify *v)
{
	for (unsigned i = 0; v->lanes && i < v->nlanes; i++) {
		free(v->lanes[i].views);
		free(v->lanes[i].order);
	}
	free(v->lanes);
	free(v);
}

static struct verify *
make_verify(const struct verify_options *options)
{
	struct verify *v = calloc(1, sizeof(*v));
	int failed;

	if (!v)
		return NULL;
	v->nlanes = options->nworkers + 1;
	v->lanes = aligned_alloc(PAD, v->nlanes * sizeof(*v->lanes));
	failed = !v->lanes;
	if (v->lanes)
		memset(v->lanes, 0, v->nlanes * sizeof(*v->lanes));
	for (unsigned i = 0; i < v->nlanes && !failed; i++) {
		v->lanes[i].views = calloc(options->blocks, sizeof(*v->lanes[i].views));
		v->lanes[i].order = calloc(options->blocks, sizeof(*v->lanes[i].order));
		failed = !v->lanes[i].views || !v->lanes[i].order;
	}
	if (!failed)
		return v;
	free_verify(v);
	return NULL;
}

static int
check_limits(const struct engine *engine, const struct verify_options *options, struct why *why)
{
	if (engine->ops == &engine_null)
		return why_say(why, "verify=stamp: engine=null keeps nothing that could be "
				    "checked (allowed: another engine)");
	if (engine->ops == &engine_floor)
		return why_say(why, "verify=stamp: engine=floor keeps the data of zeroed blocks "
				    "(allowed: another engine)");
	if (engine->bs < STAMP_SIZE_MIN || options->nworkers > BLOCKSTATE_MEMBERS_MAX)
		return why_say(
			why,
			"verify=stamp: %u workers on blocks of %u bytes (allowed: at most %u, on "
			"at "
			"least %u)",
			options->nworkers, engine->bs, BLOCKSTATE_MEMBERS_MAX, STAMP_SIZE_MIN);
	return 0;
}

/* Checks all blocks against the state of the last process, then removes its dead writers. */
static int
check_resumed(struct verify *v, const struct engine *engine, struct why *why)
{
	if (verify_sweep(v, engine))
		return why_say(why, "verify=stamp: %s", strerror(errno));
	v->swept = v->unknown = 0; /* the report counts the blocks of the sweep after the load */
	for (uint64_t lba = 0; lba < v->state.nlba; lba++)
		blockstate_bury(&v->state.blocks[lba]);
	return 0;
}

struct verify *
verify_open(struct engine *engine, const struct verify_options *options, struct why *why)
{
	struct verify_state_options state = {
		.path = options->state_path,
		.option = options->state_option,
		.must_exist = options->state_must_exist,
		.nlba = engine->nlba,
		.bs = engine->bs,
		.start = options->content == VERIFY_ZERO ? BLOCKSTATE_ZERO : BLOCKSTATE_UNKNOWN,
	};
	struct verify *v;
	struct btt_arena_info first;

	if (engine->btt && !btt_get_arena(engine->btt, 0, &first, sizeof(first)))
		memcpy(state.layout, first.uuid, sizeof(state.layout));
	if (check_limits(engine, options, why))
		return NULL;
	v = make_verify(options);
	if (!v) {
		why_say(why, "verify=stamp: %s", strerror(errno));
		return NULL;
	}
	if (verify_state_open(&v->state, &state, why)) {
		free_verify(v);
		return NULL;
	}
	v->content = options->content;
	v->layout = -1;
	v->inner = engine->ops;
	v->ops = *engine->ops;
	v->ops.submit = verify_submit;
	engine->ops = &v->ops;
	engine->verify = v;
	if (!v->state.resumed || options->content == VERIFY_STAMPED ||
	    !check_resumed(v, engine, why))
		return v;
	verify_close(v, engine);
	return NULL;
}

void
verify_close(struct verify *v, struct engine *engine)
{
	engine->ops = v->inner;
	engine->verify = NULL;
	verify_state_close(&v->state);
	free_verify(v);
}

static void
sweep_block(struct verify *v, const struct engine_lane *lane, uint64_t lba)
{
	struct reading r = reading_of(v, lane, lba, lane->read_buf);

	r.into = &v->lanes[v->nlanes - 1].found;
	r.in_sweep = 1;
	r.view = blockstate_look(r.state);
	if (r.view.unknown && v->content != VERIFY_STAMPED) {
		v->unknown++;
		return;
	}
	blockstate_close(r.state, &r.view);
	v->swept++;
	stamp_spoil(lane->read_buf, lane->engine->bs);
	if (v->inner->submit(lane, &(struct op){.lba = lba, .kind = OP_READ}, 1))
		reading_note_unreadable(&r, errno);
	else
		check_block(v, &r, &v->lanes[v->nlanes - 1]);
}

int
verify_sweep_range(struct verify *v, const struct engine *engine, uint64_t first, uint64_t count)
{
	struct engine_lane lane = {.engine = engine, .blocks = 1};

	lane.read_buf = aligned_alloc(4096, (engine->bs + 4095u) / 4096 * 4096);
	if (!lane.read_buf)
		return -1;
	for (uint64_t lba = first; lba < first + count; lba++)
		sweep_block(v, &lane, lba);
	free(lane.read_buf);
	return 0;
}

int
verify_sweep(struct verify *v, const struct engine *engine)
{
	return verify_sweep_range(v, engine, 0, v->state.nlba);
}

static void
note_layout(void *arg, const struct btt_finding *f)
{
	struct verify *v = arg;

	if (f->severity != BTT_ERROR)
		return;
	if (v->layout_errors++ == 0)
		snprintf(v->layout_first, sizeof(v->layout_first),
			 "arena %u, %s, lane %" PRId64 ", block %" PRId64
			 ", post-map block %" PRId64 ": %s",
			 f->arena, f->field, f->lane, f->premap, f->postmap, f->text);
}

void
verify_layout(struct verify *v, const struct engine *engine)
{
	if (!engine->btt)
		return;
	v->layout = btt_check_each(engine->btt, note_layout, v);
	if (v->layout < 0)
		snprintf(v->layout_first, sizeof(v->layout_first), "%s", btt_errormsg());
}

static void
move_lane_findings(struct result_verify *report, struct verify_lane *lane)
{
	const struct findings *found = &lane->found;

	report->read += lane->read;
	report->by_stamp += lane->by_stamp;
	report->unchecked += lane->unchecked;
	for (int kind = 0; kind < RESULT_FINDING_KINDS; kind++)
		report->counts[kind] += found->counts[kind];
	for (unsigned i = 0; i < found->nfirst && report->nfirst < RESULT_FINDINGS_MAX; i++)
		report->first[report->nfirst++] = found->first[i];
	lane->read = lane->by_stamp = lane->unchecked = 0;
	lane->found = (struct findings){0};
}

void
verify_report(struct verify *v, struct result_verify *report)
{
	*report = (struct result_verify){
		.valid = 1,
		.swept = v->swept,
		.unknown = v->unknown,
		.state_bytes = v->state.bytes,
		.layout = v->layout,
		.layout_errors = v->layout_errors,
	};
	memcpy(report->layout_first, v->layout_first, sizeof(report->layout_first));
	for (unsigned i = 0; i < v->nlanes; i++)
		move_lane_findings(report, &v->lanes[i]);
	v->swept = v->unknown = v->layout_errors = 0;
	v->layout_first[0] = '\0';
}
