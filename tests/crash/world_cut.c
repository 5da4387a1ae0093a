/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * world_cut.c -- the images that a power cut may leave: one for each combination of fates of the pending
 * pieces.
 */
#include <stdlib.h>
#include <string.h>

#include "world_impl.h"

#define IMAGES_MAX 65536u
#define FEW_WORDS  3u

/* How a bulk tears. Values after TEAR_ALL apply only to a bulk of many words. */
enum tear { TEAR_NOTHING, TEAR_ALL, TEAR_FIRST, TEAR_LAST, TEAR_RANDOM, TEARS };

/* One independent choice: the fate of a piece, or in MODEL_LINE the number of durable pieces of a line. */
struct axis {
	unsigned first; /* piece */
	unsigned choices, choice;
	int is_line;
	unsigned nfew; /* the bulk changes only these words: one bit of the choice each; 0 = many */
	uint32_t few[FEW_WORDS];
};

static int
is_torn_in(const struct piece *p, uint32_t word, unsigned tear)
{
	switch (tear) {
	case TEAR_NOTHING:
		return 0;
	case TEAR_ALL:
		return 1;
	case TEAR_FIRST:
		return word == 0;
	case TEAR_LAST:
		return word + WORD >= p->len;
	default:
		return (int)(world_mix(p->at, word) >> 17 & 1);
	}
}

static int
is_durable_in(const struct piece *p, uint32_t word, const struct axis *axis)
{
	if (!axis->nfew)
		return is_torn_in(p, word, axis->choice);
	for (unsigned i = 0; i < axis->nfew; i++) {
		if (axis->few[i] == word)
			return axis->choice >> i & 1;
	}
	return 0; /* the word has not changed */
}

static void
apply_bulk(const struct world *w, const struct piece *p, const struct axis *axis, uint8_t *image,
	   uint64_t *hash)
{
	for (uint32_t word = 0; word < p->len; word += WORD) {
		if (is_durable_in(p, word, axis))
			world_put_word(image, hash, p->at + word, w->heap + p->heap + word, 0xff);
	}
}

static int
is_line_piece(const struct world *w, unsigned i, uint32_t line)
{
	return !world_is_bulk(&w->pieces[i]) && w->pieces[i].at / LINE == line;
}

static int
is_alone(const struct world *w, const struct piece *p)
{
	for (unsigned i = 0; i < w->npieces; i++) {
		if (&w->pieces[i] != p && world_do_overlap(&w->pieces[i], p))
			return 0;
	}
	return 1;
}

static void
find_few_words(const struct world *w, const struct piece *p, struct axis *axis)
{
	axis->nfew = 0;
	if (!is_alone(w, p))
		return;
	for (uint32_t word = 0; word < p->len; word += WORD) {
		if (!memcmp(w->durable + p->at + word, w->heap + p->heap + word, WORD))
			continue;
		if (axis->nfew == FEW_WORDS) {
			axis->nfew = 0;
			return;
		}
		axis->few[axis->nfew++] = word;
	}
}

/* 0: an earlier piece of the same line makes the choice. */
static int
find_axis(const struct world *w, unsigned i, struct axis *axis)
{
	uint32_t line = w->pieces[i].at / LINE;
	unsigned n = 0;

	*axis = (struct axis){.first = i};
	if (world_is_bulk(&w->pieces[i])) {
		find_few_words(w, &w->pieces[i], axis);
		axis->choices = axis->nfew ? 1u << axis->nfew : TEARS;
		return 1;
	}
	axis->is_line = w->model == MODEL_LINE;
	axis->choices = 2;
	if (!axis->is_line)
		return 1;
	for (unsigned j = 0; j < w->npieces; j++) {
		if (j < i && is_line_piece(w, j, line))
			return 0;
		n += (unsigned)is_line_piece(w, j, line);
	}
	axis->choices = n + 1;
	return 1;
}

static unsigned
find_axes(const struct world *w, struct axis axes[WORLD_PIECES])
{
	unsigned naxes = 0;
	uint64_t images = 1;

	for (unsigned i = 0; i < w->npieces; i++) {
		if (!find_axis(w, i, &axes[naxes]))
			continue;
		images *= axes[naxes++].choices;
		if (images > IMAGES_MAX)
			world_fail("%ju images of one cut: too many for the model",
				   (uintmax_t)images);
	}
	return naxes;
}

static const struct axis *
axis_of(const struct world *w, const struct axis *axes, unsigned naxes, unsigned piece)
{
	for (unsigned i = 0; i < naxes; i++) {
		uint32_t line = w->pieces[axes[i].first].at / LINE;

		if (axes[i].is_line ? is_line_piece(w, piece, line) : axes[i].first == piece)
			return &axes[i];
	}
	world_fail("a piece without a choice");
}

/* The first `choice` pieces of a line. */
static int
is_word_durable(const struct world *w, const struct axis *axis, unsigned piece)
{
	uint32_t line = w->pieces[piece].at / LINE;
	unsigned rank = 0;

	if (!axis->is_line)
		return axis->choice == TEAR_ALL;
	for (unsigned j = 0; j < piece; j++)
		rank += (unsigned)is_line_piece(w, j, line);
	return rank < axis->choice;
}

static int
next_choice(struct axis *axes, unsigned naxes)
{
	for (unsigned i = 0; i < naxes; i++) {
		if (++axes[i].choice < axes[i].choices)
			return 1;
		axes[i].choice = 0;
	}
	return 0;
}

static uint8_t *
new_image(const struct world *w)
{
	uint8_t *image = malloc(world_bytes(w->shape));

	if (!image)
		world_fail("no memory");
	memcpy(image, w->durable, world_bytes(w->shape));
	return image;
}

static void
apply_choices(const struct world *w, const struct axis *axes, unsigned naxes, uint8_t *image,
	      uint64_t *hash)
{
	for (unsigned i = 0; i < w->npieces; i++) {
		const struct axis *axis = axis_of(w, axes, naxes, i);
		const struct piece *p = &w->pieces[i];

		if (world_is_bulk(p))
			apply_bulk(w, p, axis, image, hash);
		else if (is_word_durable(w, axis, i))
			world_put_word(image, hash, p->at, w->heap + p->heap, p->mask);
	}
}

void
world_each_image(const struct world *w,
		 void (*each)(void *arg, const uint8_t *image, uint64_t hash), void *arg)
{
	struct axis axes[WORLD_PIECES];
	unsigned naxes = find_axes(w, axes);
	uint8_t *image = new_image(w);

	do {
		uint64_t hash = w->durable_hash;

		apply_choices(w, axes, naxes, image, &hash);
		each(arg, image, hash);
		for (unsigned i = 0; i < w->npieces; i++)
			memcpy(image + w->pieces[i].at, w->durable + w->pieces[i].at,
			       w->pieces[i].len);
	} while (next_choice(axes, naxes));
	free(image);
}

void
world_end_images(const struct world *w,
		 void (*each)(void *arg, const uint8_t *image, uint64_t hash), void *arg)
{
	struct axis axes[WORLD_PIECES];
	unsigned naxes = find_axes(w, axes);
	uint8_t *image = new_image(w);
	uint64_t hash = w->durable_hash;

	each(arg, image, hash);
	for (unsigned i = 0; i < naxes; i++)
		axes[i].choice = axes[i].is_line || axes[i].nfew ? axes[i].choices - 1 : TEAR_ALL;
	if (w->npieces) {
		apply_choices(w, axes, naxes, image, &hash);
		each(arg, image, hash);
	}
	free(image);
}
