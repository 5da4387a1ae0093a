/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * plot_draw.c -- draws a plot with gnuplot: a child process that gets a private folder with the scripts and the data.
 * It starts without a shell and without the user's gnuplot settings.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "embedded.h"
#include "plot.h"

#define NO_GNUPLOT  "no gnuplot (apt install gnuplot-nox)"
#define ERROR_CHARS 300
#define COPY_BYTES  65536

extern char **environ;

struct workplace {
	char folder[PATH_MAX / 2];
	char data[PATH_MAX], picture[PATH_MAX], errors[PATH_MAX];
	char script[PATH_MAX];
	char script_folder[PATH_MAX]; /* where gnuplot runs */
	sigset_t signals;             /* that gnuplot blocks: as before plot_draw */
	int is_missing;               /* 1: there is no gnuplot */
};

static void
remove_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	/* gnuplot may leave files of its own there */
	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	rmdir(folder);
}

/* Writes all scripts, because one loads another. */
static int
write_scripts(const struct workplace *place)
{
	for (const struct embedded *file = embedded_files; file->name; file++) {
		size_t len = strlen(file->name);
		char path[PATH_MAX];
		FILE *out;
		int err;

		if (len < 3 || strcmp(file->name + len - 3, ".gp") != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", place->folder, file->name);
		out = fopen(path, "we");
		if (!out)
			return -1;
		err = fwrite(file->text, 1, file->size, out) != file->size;
		if (fclose(out) || err)
			return -1;
	}
	return 0;
}

static int
choose_script(struct workplace *place, const struct plot *plot, struct why *why)
{
	char *slash;

	if (!plot->script) {
		snprintf(place->script, sizeof(place->script), "%s/%s.gp", place->folder,
			 plot->kind);
		snprintf(place->script_folder, sizeof(place->script_folder), "%s", place->folder);
		return 0;
	}
	if (!realpath(plot->script, place->script) || access(place->script, R_OK))
		return why_say(why, "%s: %s", plot->script, strerror(errno));
	memcpy(place->script_folder, place->script, sizeof(place->script_folder));
	slash = strrchr(place->script_folder, '/');
	slash[slash == place->script_folder] = '\0';
	return 0;
}

/* Starts gnuplot and waits for it. Returns its wait status, or -1/errno. */
static int
run_gnuplot(const struct workplace *place, unsigned width)
{
	char program[] = "gnuplot", defaults[] = "-d", call[] = "-c", pixels[16];
	char library[PATH_MAX + 16], locale[] = "LC_ALL=C.UTF-8";
	char *const argv[] = {program,
			      defaults,
			      call,
			      (char *)place->script,
			      (char *)place->data,
			      (char *)place->picture,
			      pixels,
			      NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	size_t count = 0, kept = 0;
	char **variables;
	int err, status;
	pid_t pid;

	snprintf(pixels, sizeof(pixels), "%u", width);
	snprintf(library, sizeof(library), "GNUPLOT_LIB=%s", place->folder);
	while (environ[count])
		count++;
	variables = calloc(count + 3, sizeof(*variables));
	if (!variables) {
		errno = ENOMEM;
		return -1;
	}
	/* both can't fail with glibc */
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attributes, &place->signals);
	for (size_t i = 0; i < count; i++)
		if (strncmp(environ[i], "GNUPLOT_LIB=", 12) != 0 &&
		    strncmp(environ[i], "LC_ALL=", 7) != 0)
			variables[kept++] = environ[i];
	variables[kept++] = library;
	variables[kept++] = locale;
	err = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (!err)
		err = posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	if (!err)
		err = posix_spawn_file_actions_addopen(&actions, 2, place->errors,
						       O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (!err)
		err = posix_spawn_file_actions_addchdir_np(&actions, place->script_folder);
	if (!err)
		err = posix_spawnp(&pid, program, &actions, &attributes, argv, variables);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	free(variables);
	if (err) {
		errno = err;
		return -1;
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

/* The line of gnuplot's error output that has the error, without the echo of the command above it. */
static int
gnuplot_error(const struct workplace *place, int status, struct why *why)
{
	FILE *in = fopen(place->errors, "re");
	char line[ERROR_CHARS], first[ERROR_CHARS] = "", with_number[ERROR_CHARS] = "";

	while (in && fgets(line, sizeof(line), in)) {
		char *text = line + strspn(line, " \t^");
		char *folder = strstr(text, place->folder);

		/* the user does not know this folder */
		if (folder)
			memmove(folder, folder + strlen(place->folder) + 1,
				strlen(folder + strlen(place->folder)));
		text[strcspn(text, "\n")] = '\0';
		if (*text && !first[0])
			memcpy(first, text, strlen(text) + 1);
		/* "SCRIPT" line 12: undefined variable: x */
		if (strstr(text, " line ") && *text == '"' && !with_number[0])
			memcpy(with_number, text, strlen(text) + 1);
	}
	if (in)
		fclose(in);
	if (with_number[0])
		return why_say(why, "gnuplot: %s", with_number);
	if (first[0])
		return why_say(why, "gnuplot: %s", first);
	if (WIFSIGNALED(status))
		return why_say(why, "gnuplot: ended by signal %d", WTERMSIG(status));
	return why_say(why, "gnuplot: exit %d", WEXITSTATUS(status));
}

static int
copy(const char *path, FILE *out, struct why *why)
{
	FILE *in = fopen(path, "re");
	char bytes[COPY_BYTES];
	size_t count, sum = 0;
	int err = 0;

	if (!in)
		return why_say(why, "gnuplot: no picture");
	while (!err && (count = fread(bytes, 1, sizeof(bytes), in)) > 0) {
		err = fwrite(bytes, 1, count, out) != count;
		sum += count;
	}
	if (err)
		why_say(why, "picture: %s", strerror(errno));
	else if (ferror(in) || !sum)
		err = why_say(why, "gnuplot: no picture");
	fclose(in);
	return err ? -1 : 0;
}

static int
draw(struct workplace *place, const struct plot *plot, FILE *out, struct why *why)
{
	FILE *data = fopen(place->data, "we");
	int err, status, code;

	if (!data)
		return why_say(why, "%s: %s", place->data, strerror(errno));
	err = plot_data(plot, data, why);
	if (fclose(data) && !err)
		err = why_say(why, "%s: %s", place->data, strerror(errno));
	if (err)
		return -1;
	if (write_scripts(place))
		return why_say(why, "%s: %s", place->folder, strerror(errno));
	status = run_gnuplot(place, plot->width ? plot->width : PLOT_WIDTH);
	code = status < 0 ? errno : 0;
	place->is_missing = code == ENOENT;
	if (place->is_missing)
		return why_say(why, NO_GNUPLOT);
	if (code)
		return why_say(why, "gnuplot: %s", strerror(code));
	if (status)
		return gnuplot_error(place, status, why);
	return copy(place->picture, out, why);
}

/* Signals that end the process wait until the folder is gone. */
static void
block_signals(sigset_t *before)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&set, signals[i]);
	pthread_sigmask(SIG_BLOCK, &set, before);
}

int
plot_draw(const struct plot *plot, const char *ending, FILE *out, struct why *why)
{
	const char *tmp = getenv("TMPDIR");
	struct workplace place = {.is_missing = 0};
	int err;

	tmp = tmp && *tmp == '/' && strlen(tmp) < sizeof(place.folder) / 2 ? tmp : "/tmp";
	snprintf(place.folder, sizeof(place.folder), "%s/bttbench-plot.XXXXXX", tmp);
	block_signals(&place.signals);
	if (mkdtemp(place.folder)) {
		snprintf(place.data, sizeof(place.data), "%s/data.tsv", place.folder);
		snprintf(place.picture, sizeof(place.picture), "%s/picture.%s", place.folder,
			 ending);
		snprintf(place.errors, sizeof(place.errors), "%s/errors", place.folder);
		err = choose_script(&place, plot, why) || draw(&place, plot, out, why);
		remove_folder(place.folder);
	} else {
		err = why_say(why, "%s: %s", place.folder, strerror(errno));
	}
	pthread_sigmask(SIG_SETMASK, &place.signals, NULL);
	errno = place.is_missing ? ENOENT : EIO;
	return err ? -1 : 0;
}
