/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * qualify_recovery.c -- the step recovery: a child writes under verify=stamp, is killed with SIGKILL, and its blocks are
 * checked.
 *
 * The child's record of acknowledged writes is a file, which outlives it. Then the namespace is closed and opened again,
 * so that the BTT replays its log; each block must hold the data of an acknowledged write, or of the one that ran when
 * the child was killed.
 *
 * Plain memory ends with its process. There the child writes to a file in memory that both processes share.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "human.h"
#include "pattern/rng.h"
#include "qualify_parts.h"
#include "run/region.h"
#include "run/run.h"
#include "verify/verify.h"

#define STEP           "recovery"
#define SHARED_MAX     (256ull << 20)   /* bytes of the file that takes the place of plain memory */
#define STATUS_NS      50000000u        /* between two lines of the child */
#define CHILD_RUN_NS   3600000000000ull /* of the child: the kill comes earlier */
#define CHILD_START_MS 600000           /* until its first line; it may touch all pages before */

struct recovery {
	const struct qualify_options *options;
	struct result *result;
	struct target_list targets; /* one */
	struct target shared;       /* in place of plain memory */
	char shared_path[64];
	int shared_fd;
	struct job job;
	unsigned cycle;
	struct why *why;
};

static int
set_gate(struct recovery *r, const char *name, int is_good, const char *text)
{
	const struct result_gate gate = {.step = (char *)STEP,
					 .name = (char *)name,
					 .state = is_good ? RESULT_GATE_PASS : RESULT_GATE_FAIL,
					 .if_red = RESULT_RED_FAIL};
	const struct result_gate *before =
		qualification_gate(&r->result->qualification, STEP, name);

	/* an earlier kill that failed is the verdict */
	if (r->cycle && before && before->state == RESULT_GATE_FAIL)
		return 0;
	if (!qualify_gate(r->result, &gate, "%s", text))
		return 0;
	return why_say(r->why, "out of memory");
}

/* Writes status lines, and at last an error, to `out`. Does not return. */
static _Noreturn void
run_child(struct recovery *r, pid_t parent, FILE *out)
{
	const struct run_options options = {
		.targets = &r->targets,
		.verify_state = r->options->stamps,
		.monitor = {.status = out, .status_interval_ns = STATUS_NS},
	};
	struct result result = {0};
	struct session *session;
	struct why why;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it ended before the call, so no signal comes */
		_exit(1);
	result.jobs.jobs = &r->job;
	result.jobs.count = 1;
	result.qualification.profile = (char *)STEP; /* a visit: it begins with a new layout */
	session = run_open(&options, &result, &why);
	if (session && !run_point(session, 0, 0))
		why_say(&why, "it ended before it was killed");
	fprintf(out, "error: %s\n", why.text);
	fflush(out);
	_exit(1);
}

/* Waits for a line of the child. 0; 1 after a signal to this process; -1 with the child's error in `why`. */
static int
wait_for_line(struct recovery *r, int fd, int timeout_ms)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	char line[WHY_TEXT_MAX + 16] = "";
	int ready = poll(&wait, 1, timeout_ms);
	ssize_t got = ready > 0 ? read(fd, line, sizeof(line) - 1) : 0;
	char *error;

	if (run_signalled())
		return 1;
	if (ready < 0 || !ready)
		return ready ? why_say(r->why, "the child: %s", strerror(errno)) : 0;
	line[got > 0 ? got : 0] = '\0';
	error = strstr(line, "error: ");
	if (got > 0 && !error)
		return 0;
	if (error)
		error[strcspn(error, "\n")] = '\0';
	return why_say(r->why, "the child that was to be killed: %s",
		       error ? error + strlen("error: ") : "it ended");
}

/* A moment within the runtime of the job, another one for each kill. */
static int
sleep_random(struct recovery *r, uint64_t runtime_ns)
{
	struct timespec length;
	struct rng rng;
	uint64_t ns;

	rng_seed(&rng, r->job.seed + r->cycle, RNG_STREAM_SHARED);
	ns = rng_below(&rng, runtime_ns ? runtime_ns : 1);
	length = (struct timespec){(time_t)(ns / 1000000000u), (long)(ns % 1000000000u)};
	nanosleep(&length, NULL);
	return run_signalled() ? 1 : 0;
}

/* Starts the child and kills it while it writes. 0, 1 after a signal, or -1. */
static int
kill_writer(struct recovery *r)
{
	uint64_t runtime_ns = r->job.runtime_ns;
	pid_t parent = getpid(), child;
	int ends[2], status, err;
	FILE *out;

	if (pipe(ends))
		return why_say(r->why, "a pipe: %s", strerror(errno));
	r->job.runtime_ns = CHILD_RUN_NS;
	r->job.ops = 0;
	child = fork();
	if (child < 0) {
		err = why_say(r->why, "a child: %s", strerror(errno));
		close(ends[0]);
		close(ends[1]);
		return err;
	}
	if (!child) {
		close(ends[0]);
		out = fdopen(ends[1], "w");
		if (!out)
			_exit(1);
		run_child(r, parent, out);
	}
	close(ends[1]);
	err = wait_for_line(r, ends[0], CHILD_START_MS);
	if (!err)
		err = sleep_random(r, runtime_ns);
	kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (!err && !WIFSIGNALED(status)) /* its error waits in the pipe */
		err = wait_for_line(r, ends[0], 0) < 0
			      ? -1
			      : why_say(r->why, "the child ended before it was killed");
	close(ends[0]);
	return err;
}

static int
reopen(struct recovery *r)
{
	struct target *target = &r->targets.targets[0];
	const char *spec = target->spec;
	struct btt_ns *ns;
	int may_format = target->may_format;
	const uint8_t *uuid = target->layout_uuid;

	btt_ns_close(target->ns);
	*target = (struct target){.spec = spec, .facts = {.fd = -1}};
	ns = btt_ns_open_path(spec, BTT_NS_READ_WRITE, 0, 0);
	if (!ns)
		return why_say(r->why, "%s", btt_errormsg());
	target_set_namespace(target, spec, ns);
	target->may_format = may_format;
	target->layout_uuid = uuid;
	return 0;
}

/* Checks each block of the region, and the layout. */
static int
check_blocks(struct recovery *r, struct engine *engine, struct result_verify *found)
{
	const struct verify_options how = {.state_path = r->options->stamps,
					   .state_option = "recovery",
					   .state_must_exist = 1,
					   .nworkers = 1,
					   .blocks = 1,
					   .content = VERIFY_STAMPED};
	struct verify *verify;
	struct region region;
	int err = 0;

	if (region_resolve(&region, &r->job, engine, 1, r->why))
		return -1;
	verify = verify_open(engine, &how, r->why);
	if (!verify)
		return -1;
	if (verify_sweep_range(verify, engine, region.first, region.count))
		err = why_say(r->why, "checking the blocks: %s", strerror(errno));
	verify_layout(verify, engine);
	verify_report(verify, found);
	verify_close(verify, engine);
	return err;
}

static int
set_gates(struct recovery *r, const struct result_verify *found)
{
	uint64_t findings = result_verify_findings(found) - found->layout_errors;
	uint64_t by_record = found->swept - found->by_stamp - found->counts[RESULT_UNREADABLE];
	char text[512];

	snprintf(text, sizeof(text), "%u kill%s%s: the layout is %s%s%s", r->cycle + 1,
		 r->cycle ? "s" : "", r->shared_fd >= 0 ? ", in shared memory" : "",
		 found->layout == 1 ? "consistent" : "NOT consistent",
		 found->layout == 1 ? "" : ": ", found->layout == 1 ? "" : found->layout_first);
	if (set_gate(r, "replay", found->layout == 1, text))
		return -1;
	if (!by_record)
		snprintf(text, sizeof(text),
			 "no block was checked: the child had not acknowledged any write");
	else if (findings && found->nfirst)
		snprintf(text, sizeof(text),
			 "%" PRIu64 " of %" PRIu64
			 " blocks are wrong; the first, %s, block %" PRIu64 ": expected %.100s; "
			 "found %.100s",
			 findings, found->swept, result_finding_name(found->first[0].kind),
			 found->first[0].lba, found->first[0].expected, found->first[0].found);
	else
		snprintf(text, sizeof(text),
			 "%" PRIu64 " of %" PRIu64 " blocks are wrong, %" PRIu64
			 " checked against the record of the killed process",
			 findings, found->swept, by_record);
	return set_gate(r, "contents", !findings && by_record, text);
}

static int
check_namespace(struct recovery *r)
{
	const struct btt_open_options open = {.mode = BTT_READ_WRITE, .start = BTT_START_PROBE};
	struct target *target = &r->targets.targets[0];
	struct engine engine = {.ops = &engine_btt, .ns = target->ns, .facts = target->facts};
	struct result_verify found = {.layout = -1};
	struct btt_layout layout;
	int err;

	engine.btt = btt_open(&open, target->facts.size, target->ns, btt_ns_callbacks(target->ns));
	if (!engine.btt) /* the namespace did not survive, which is a finding and no error */
		return set_gate(r, "replay", 0, btt_errormsg());
	btt_get_layout(engine.btt, &layout, sizeof(layout));
	engine.bs = layout.lbasize;
	engine.nlba = layout.nlba;
	engine.nlane = layout.nlane;
	err = check_blocks(r, &engine, &found);
	btt_fini(engine.btt);
	return err ? -1 : set_gates(r, &found);
}

/* A file in memory in place of plain memory. */
static int
open_shared(struct recovery *r, const struct target *dram)
{
	uint64_t size = dram->facts.size < SHARED_MAX ? dram->facts.size : SHARED_MAX;
	struct btt_ns *ns;

	r->shared_fd = memfd_create("bttbench", 0);
	if (r->shared_fd < 0 || ftruncate(r->shared_fd, (off_t)size))
		return why_say(r->why, "shared memory: %s", strerror(errno));
	snprintf(r->shared_path, sizeof(r->shared_path), "/proc/self/fd/%d", r->shared_fd);
	ns = btt_ns_open_path(r->shared_path, BTT_NS_READ_WRITE, 0, 0);
	if (!ns)
		return why_say(r->why, "shared memory: %s", btt_errormsg());
	target_set_namespace(&r->shared, r->shared_path, ns);
	r->shared.may_format = 1;
	r->targets = (struct target_list){&r->shared, 1, r->shared_path};
	r->job.region = (struct job_region){.to_end = 1};
	return 0;
}

int
qualify_recover(const struct qualify_options *options, struct result *result, const struct job *job,
		unsigned cycle, struct why *why)
{
	struct recovery r = {.options = options,
			     .result = result,
			     .targets = *options->targets,
			     .shared_fd = -1,
			     .job = *job,
			     .cycle = cycle,
			     .why = why};
	int err = 0;

	r.job.repeat = 1;
	if (unlink(options->stamps) && errno != ENOENT)
		return why_say(why, "%s: %s", options->stamps, strerror(errno));
	if (options->targets->targets[0].facts.kind == BTT_NS_DRAM)
		err = open_shared(&r, &options->targets->targets[0]);
	if (!err)
		err = kill_writer(&r);
	if (!err)
		err = reopen(&r);
	if (!err)
		err = check_namespace(&r);
	if (r.shared.ns)
		btt_ns_close(r.shared.ns);
	if (r.shared_fd >= 0)
		close(r.shared_fd);
	unlink(options->stamps);
	return err < 0 ? why_prefix(why, STEP) : err;
}
