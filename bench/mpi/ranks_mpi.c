/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ranks_mpi.c -- the ranks of Open MPI.
 *
 * 1. Every exchange begins with a meeting, in which each rank says if it is good. The exchange follows only if all are.
 *    So a rank that fails takes part in exactly one more meeting, that of ranks_close, and no rank waits for it.
 * 2. A rank that fails sends an alarm to all others first. A rank that waits for a meeting, or whose workers run, looks
 *    for alarms, and then fails too. So the meeting of ranks_close comes soon.
 * 3. ranks_close receives the alarms of all ranks that sent one, whoever has looked at them before.
 * 4. A signal means that mpirun ends the job: then other ranks may be dead, and nobody waits for anything.
 *
 * Blocking calls of MPI spin. So all waiting is done by tests with pauses between them, which leave the CPUs to the
 * workers of this machine.
 */
#include "ranks.h"

#include <errno.h>
#include <limits.h>
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "run/monitor.h"
#include "run/run.h"

#define RANK_NAME_MAX (MPI_MAX_PROCESSOR_NAME + 32)
#define TAG_ALARM     1
#define TAG_TEXT      2
#define PAUSE_NS      200000    /* between two tests: phases begin together up to this */
#define LOOK_NS       50000000u /* between two looks for alarms of a rank whose workers run */

struct ranks {
	int number, count;
	int has_failed; /* 1: the last meeting found a rank that has failed; the next one would wait for ever */
	int is_alarmed; /* 1: an alarm of another rank was seen */
	uint64_t looked_ns;
	char (*names)[RANK_NAME_MAX];
	MPI_Comm machine; /* the ranks on this machine */
	struct run_peers peers;
};

/* 0, or -1 when a signal came. */
static int
wait_for(MPI_Request *request, struct why *why)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};
	int done = 0;

	for (;;) {
		MPI_Test(request, &done, MPI_STATUS_IGNORE);
		if (done)
			return 0;
		if (run_signalled())
			return why_say(why, "ended by signal %d", run_signalled());
		nanosleep(&pause, NULL);
	}
}

/* *flag becomes 0 unless it is 1 on all ranks. -1: a rank has failed, which may be this one. */
static int
meet(struct ranks *r, int is_good, int *flag, struct why *why)
{
	int mine[2] = {is_good, *flag}, least[2] = {0, 0};
	MPI_Request request;

	MPI_Iallreduce(mine, least, 2, MPI_INT, MPI_MIN, MPI_COMM_WORLD, &request);
	if (wait_for(&request, why))
		return -1;
	*flag = least[1];
	r->has_failed = !least[0];
	return r->has_failed ? why_say(why, "another rank has failed") : 0;
}

static int
peers_meet(void *arg, struct why *why)
{
	int flag = 1;

	return meet(arg, 1, &flag, why);
}

static int
peers_agree(void *arg, int *flag, struct why *why)
{
	return meet(arg, 1, flag, why);
}

/* Memory that all ranks need at once: they go on only if all have it. */
static int
agree_on_memory(struct ranks *r, int has_memory, struct why *why)
{
	int flag = has_memory;

	if (meet(r, 1, &flag, why))
		return -1;
	return flag ? 0 : why_say(why, "%s", strerror(ENOMEM));
}

static int
peers_lead(void *arg, const char *text, char **first, struct why *why)
{
	struct ranks *r = arg;
	uint64_t size = strlen(text) + 1;
	MPI_Request request;

	if (peers_meet(r, why))
		return -1;
	MPI_Ibcast(&size, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD, &request);
	if (wait_for(&request, why))
		return -1;
	*first = size <= INT_MAX ? malloc(size) : NULL;
	if (agree_on_memory(r, *first != NULL, why))
		return -1;
	if (!r->number)
		memcpy(*first, text, size);
	MPI_Ibcast(*first, (int)size, MPI_CHAR, 0, MPI_COMM_WORLD, &request);
	return wait_for(&request, why);
}

/* The list has the CPUs of this rank too; their place in it tells them from those of others. */
static int
peers_share_cpus(void *arg, const int *cpus, size_t count, char *is_shared, struct why *why)
{
	struct ranks *r = arg;
	int nranks, number, own = (int)count, total = 0, err = 0;
	int *counts, *starts, *all = NULL;
	MPI_Request request;

	MPI_Comm_size(r->machine, &nranks);
	MPI_Comm_rank(r->machine, &number);
	counts = calloc((size_t)nranks, sizeof(*counts));
	starts = calloc((size_t)nranks, sizeof(*starts));
	if (agree_on_memory(r, counts && starts, why)) {
		err = -1;
	} else {
		MPI_Iallgather(&own, 1, MPI_INT, counts, 1, MPI_INT, r->machine, &request);
		err = wait_for(&request, why);
	}
	for (int i = 0; i < nranks && !err; i++) {
		starts[i] = total;
		total += counts[i];
	}
	if (!err) {
		all = calloc((size_t)total + 1, sizeof(*all));
		err = agree_on_memory(r, all != NULL, why);
	}
	if (!err) {
		MPI_Iallgatherv(cpus, own, MPI_INT, all, counts, starts, MPI_INT, r->machine,
				&request);
		err = wait_for(&request, why);
	}
	for (size_t i = 0; i < count && !err; i++)
		for (int k = 0; k < total && !is_shared[i]; k++) {
			int is_own = k >= starts[number] && k < starts[number] + own;

			is_shared[i] = !is_own && all[k] == cpus[i];
		}
	free(counts);
	free(starts);
	free(all);
	return err;
}

static void
look_for_alarm(struct ranks *r)
{
	int found = 0;

	MPI_Iprobe(MPI_ANY_SOURCE, TAG_ALARM, MPI_COMM_WORLD, &found, MPI_STATUS_IGNORE);
	r->is_alarmed |= found;
}

static int
peers_is_over(void *arg)
{
	struct ranks *r = arg;
	uint64_t now = monitor_now_ns();

	if (!r->is_alarmed && now - r->looked_ns > LOOK_NS) {
		r->looked_ns = now;
		look_for_alarm(r);
	}
	return r->is_alarmed || r->has_failed;
}

struct ranks *
ranks_open(struct why *why)
{
	struct ranks *r = calloc(1, sizeof(*r));
	char name[RANK_NAME_MAX] = "";
	int length, provided;

	if (!r) {
		why_say(why, "%s", strerror(errno));
		return NULL;
	}
	MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
	MPI_Comm_rank(MPI_COMM_WORLD, &r->number);
	MPI_Comm_size(MPI_COMM_WORLD, &r->count);
	MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &r->machine);
	MPI_Get_processor_name(name, &length);
	snprintf(name + length, sizeof(name) - (size_t)length, " (rank %d)", r->number);
	r->names = calloc((size_t)r->count, sizeof(*r->names));
	if (!r->names) {
		why_say(why, "%s", strerror(errno));
		MPI_Abort(MPI_COMM_WORLD, 1);
	}
	MPI_Allgather(name, sizeof(name), MPI_CHAR, r->names, sizeof(name), MPI_CHAR,
		      MPI_COMM_WORLD);
	r->peers = (struct run_peers){r,          peers_meet,       peers_agree,
				      peers_lead, peers_share_cpus, peers_is_over};
	return r;
}

int
ranks_number(const struct ranks *r)
{
	return r->number;
}

int
ranks_count(const struct ranks *r)
{
	return r->count;
}

const char *
ranks_name(const struct ranks *r, int rank)
{
	return r->names[rank];
}

const struct run_peers *
ranks_peers(const struct ranks *r)
{
	return &r->peers;
}

int
ranks_is_over(struct ranks *r)
{
	r->looked_ns = 0;
	return peers_is_over(r);
}

/* On rank 0: room for the texts. NULL: no memory. */
static char **
make_room(const struct ranks *r, const uint64_t *sizes)
{
	char **texts = calloc((size_t)r->count + 1, sizeof(*texts));

	for (int i = 0; i < r->count && texts; i++) {
		texts[i] = sizes[i] <= INT_MAX ? malloc(sizes[i]) : NULL;
		if (texts[i])
			continue;
		while (i-- > 0)
			free(texts[i]);
		free(texts);
		texts = NULL;
	}
	return texts;
}

static int
receive_texts(const struct ranks *r, char **texts, const uint64_t *sizes, struct why *why)
{
	for (int i = 1; i < r->count; i++) {
		MPI_Request request;

		MPI_Irecv(texts[i], (int)sizes[i], MPI_CHAR, i, TAG_TEXT, MPI_COMM_WORLD, &request);
		if (wait_for(&request, why))
			return -1;
	}
	return 0;
}

int
ranks_gather(struct ranks *r, const char *text, char ***texts, struct why *why)
{
	uint64_t size = strlen(text) + 1, *sizes = calloc((size_t)r->count, sizeof(*sizes));
	MPI_Request request;
	int err;

	*texts = NULL;
	err = agree_on_memory(r, sizes != NULL, why);
	if (!err) {
		MPI_Igather(&size, 1, MPI_UINT64_T, sizes, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD,
			    &request);
		err = wait_for(&request, why);
	}
	if (!err) {
		if (!r->number)
			*texts = make_room(r, sizes);
		err = agree_on_memory(r, r->number || *texts, why);
	}
	if (!err && r->number) {
		MPI_Isend(text, (int)size, MPI_CHAR, 0, TAG_TEXT, MPI_COMM_WORLD, &request);
		err = wait_for(&request, why);
	} else if (!err) {
		memcpy((*texts)[0], text, size);
		err = receive_texts(r, *texts, sizes, why);
	}
	free(sizes);
	return err;
}

/* What each rank tells the others at the end. */
struct ending {
	int has_line;
	char line[WHY_TEXT_MAX];
};

static void
send_alarms(const struct ranks *r, MPI_Request *requests)
{
	for (int i = 0; i < r->count; i++) {
		requests[i] = MPI_REQUEST_NULL;
		if (i != r->number)
			MPI_Isend(NULL, 0, MPI_CHAR, i, TAG_ALARM, MPI_COMM_WORLD, &requests[i]);
	}
}

static void
receive_alarms(const struct ranks *r, const struct ending *endings)
{
	for (int i = 0; i < r->count; i++)
		if (i != r->number && endings[i].has_line)
			MPI_Recv(NULL, 0, MPI_CHAR, i, TAG_ALARM, MPI_COMM_WORLD,
				 MPI_STATUS_IGNORE);
}

static void
name_first(const struct ranks *r, const struct ending *endings, struct why *first)
{
	int others = 0, number = -1;

	for (int i = r->count - 1; i > 0; i--)
		if (endings[i].has_line) {
			others += number >= 0;
			number = i;
		}
	if (number < 0)
		return;
	if (others)
		why_say(first, "%s, and %d more: %s", r->names[number], others,
			endings[number].line);
	else
		why_say(first, "%s: %s", r->names[number], endings[number].line);
}

void
ranks_close(struct ranks *r, const char *failure, struct why *first)
{
	struct ending *endings = calloc((size_t)r->count, sizeof(*endings));
	MPI_Request *requests = calloc((size_t)r->count, sizeof(*requests)), request;
	struct ending own = {.has_line = failure != NULL};
	int flag = 1;

	first->text[0] = '\0';
	if (!endings || !requests)
		MPI_Abort(MPI_COMM_WORLD, 1);
	snprintf(own.line, sizeof(own.line), "%s", failure ? failure : "");
	if (failure)
		send_alarms(r, requests);
	if (!r->has_failed)
		meet(r, !failure, &flag, first);
	MPI_Iallgather(&own, sizeof(own), MPI_BYTE, endings, sizeof(own), MPI_BYTE, MPI_COMM_WORLD,
		       &request);
	first->text[0] = '\0';
	if (!run_signalled() && !wait_for(&request, first)) {
		receive_alarms(r, endings);
		if (failure)
			MPI_Waitall(r->count, requests, MPI_STATUSES_IGNORE);
		if (!failure || r->number)
			name_first(r, endings, first);
		MPI_Finalize();
	}
	free(endings);
	free(requests);
	free(r->names);
	free(r);
}
