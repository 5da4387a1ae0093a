#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Does tests/layers.sh see what it is there to see?
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

cp -r "$SRC/btt" "$SRC/bench" "$T" || bail "can't copy the tree"

# sees FILE INCLUDE [NAMED]: with that line on top of that file, just one line says so
sees() {
	cp "$T/$1" "$T/kept"
	{ echo "#include $2" && cat "$T/kept"; } >"$T/$1"
	said=$("$SRC/tests/layers.sh" "$T")
	status=$?
	cp "$T/kept" "$T/$1"
	name=$(printf '%s' "$2" | tr -d '"<>')
	is "$1 may not include $name" "$status: $said" "1: $1:1: may not include ${3:-$name}"
}

is 'the tree keeps the rules' "$("$SRC/tests/layers.sh" "$T" 2>&1)" ''
ok '... and that is exit 0' "$SRC/tests/layers.sh" "$T"

sees btt/format.h '"geometry.h"' btt/geometry.h
sees btt/geometry.c '"info.h"' btt/info.h
sees btt/flog.c '"map.h"' btt/map.h
sees btt/map.h '"rtt.h"' btt/rtt.h
sees btt/lane.h '"arena.h"' btt/arena.h
sees btt/info.c '"pending.h"' btt/pending.h
sees btt/arena.h '"io.h"' btt/io.h
sees btt/arena.c '"free_set.h"' btt/free_set.h
sees btt/io.c '"recover.h"' btt/recover.h
sees btt/recover.c '"check.h"'
sees btt/probe.c '"layout.h"' btt/layout.h
sees btt/io.c '"btt_impl.h"' btt/btt_impl.h
sees btt/btt.c '"ns.h"' btt/ns.h
sees btt/btt.c '"ns/ns_impl.h"' btt/ns/ns_impl.h
sees btt/btt.c '"../bench/op.h"' bench/op.h
sees btt/btt.c '<libpmem.h>'
sees btt/ns/file.c '"persist.h"' btt/persist.h
sees btt/ns/file.c '"map.h"' btt/map.h
sees bench/engine/btt.c '"persist.h"' btt/persist.h
sees bench/engine/btt.c '<format.h>' btt/format.h
sees bench/engine/raw.c '<libpmem.h>'
sees bench/engine/engine.h '"../load/worker.h"' bench/load/worker.h
sees bench/output/text.c '"../load/run.h"' bench/load/run.h
sees bench/output/json.c '"btt.h"' btt/btt.h
sees bench/job/keys.c '"../load/topology.h"' bench/load/topology.h
sees bench/job/job.h '"../load/worker.h"' bench/load/worker.h
sees bench/job/job.h '"btt.h"' btt/btt.h
sees bench/load/worker.c '"crew.h"' bench/load/crew.h
sees bench/load/pattern.c '"clock.h"' bench/load/clock.h
sees bench/load/clock.c '"../result.h"' bench/result.h
sees bench/load/run.c '<hwloc.h>'
sees bench/load/crew.c '<jemalloc/jemalloc.h>'
sees bench/load/run.c '<jansson.h>'
sees bench/load/run.c '"../cmd/cmd.h"' bench/cmd/cmd.h
sees bench/cmd/run.c '"../engine/engine.h"' bench/engine/engine.h
sees bench/cmd/info.c '"../load/run.h"' bench/load/run.h
sees bench/main.c '"load/run.h"' bench/load/run.h
sees bench/job/job.c '<hwloc/helper.h>'
sees bench/result.h '"output/output.h"' bench/output/output.h

echo '#include "format.h"' >"$T/btt/new.c"
is 'a file without a rule may include nothing' "$("$SRC/tests/layers.sh" "$T")" \
	'btt/new.c:1: may not include btt/format.h'
rm "$T/btt/new.c"
printf '\n  #  include HEADER\n' >"$T/btt/new.c"
is 'an include that can not be read is no way round' "$("$SRC/tests/layers.sh" "$T")" \
	'btt/new.c:2: may not include HEADER'
mkdir -p "$T/empty/btt" "$T/empty/bench"
not_ok 'no files at all is not a pass' "$SRC/tests/layers.sh" "$T/empty"

plan_done
