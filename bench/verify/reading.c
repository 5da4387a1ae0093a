/* SPDX-License-Identifier: BSD-3-Clause */
#include "reading.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "stamp.h"

static void
describe_expected(const struct reading *r, char *text)
{
	const struct blockstate_view *view = &r->view;
	size_t size = RESULT_FINDING_TEXT_MAX;

	if (r->is_stateless)
		snprintf(text, size, "one stamp of lba %" PRIu64 ", or zeros", r->lba);
	else if (view->unknown)
		snprintf(text, size,
			 "anything but another block's stamp, or one above seq %" PRIu64,
			 view->started);
	else
		snprintf(text, size, "lba %" PRIu64 " seq %" PRIu64 " to %" PRIu64 "%s", r->lba,
			 view->floor, view->started, view->zero ? ", or zeros" : "");
}

static struct result_finding *
count_finding(const struct reading *r, enum result_finding_kind kind)
{
	struct findings *into = r->into;
	struct result_finding *finding;

	into->counts[kind]++;
	if (into->nfirst == RESULT_FINDINGS_MAX)
		return NULL;
	finding = &into->first[into->nfirst++];
	*finding = (struct result_finding){.kind = kind, .lane = r->lane->number, .lba = r->lba};
	return finding;
}

static __attribute__((noinline, cold)) void
note_finding(const struct reading *r, enum result_finding_kind kind)
{
	struct result_finding *finding = count_finding(r, kind);

	if (!finding)
		return;
	finding->in_sweep = r->in_sweep;
	describe_expected(r, finding->expected);
	stamp_describe(r->block, r->lane->engine->bs, r->tag, finding->found,
		       sizeof(finding->found));
}

static void
check_whole(const struct reading *r, const struct stamp *stamp)
{
	const struct blockstate_view *view = &r->view;

	if (stamp->lba != r->lba)
		note_finding(r, RESULT_MISDIRECTED);
	else if (stamp->seq < view->floor && !view->unknown)
		note_finding(r, RESULT_STALE);
	else if (stamp->seq > view->started)
		note_finding(r, RESULT_FUTURE);
	else
		blockstate_saw(r->state, stamp->seq);
}

void
reading_check(const struct reading *r)
{
	struct stamp stamp = {.tag = r->tag};
	enum stamp_found found = stamp_read(r->block, r->lane->engine->bs, &stamp);

	if (found == STAMP_WHOLE && stamp.tag == r->tag)
		check_whole(r, &stamp);
	else if (found == STAMP_ZERO && r->view.zero)
		blockstate_saw_zero(r->state, &r->view);
	else if (r->view.unknown)
		return;
	else if (found == STAMP_ZERO)
		note_finding(r, RESULT_STALE);
	else
		note_finding(r, found == STAMP_TORN ? RESULT_TORN : RESULT_FOREIGN);
}

void
reading_check_stamp(const struct reading *r)
{
	struct stamp stamp = {.tag = r->tag};

	switch (stamp_read(r->block, r->lane->engine->bs, &stamp)) {
	case STAMP_WHOLE:
		if (stamp.lba != r->lba)
			note_finding(r, RESULT_MISDIRECTED);
		break;
	case STAMP_ZERO:
		break;
	case STAMP_TORN:
		note_finding(r, RESULT_TORN);
		break;
	case STAMP_FOREIGN:
		note_finding(r, RESULT_FOREIGN);
		break;
	}
}

void
reading_note_unreadable(const struct reading *r, int err)
{
	struct result_finding *finding = count_finding(r, RESULT_UNREADABLE);

	if (!finding)
		return;
	finding->in_sweep = r->in_sweep;
	describe_expected(r, finding->expected);
	snprintf(finding->found, sizeof(finding->found), "%s: %s", strerror(err), btt_errormsg());
}
