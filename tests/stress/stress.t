#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# stress.t -- threads that are delayed at critical points find each block whole and current. With one line of
# the library broken they do not: so the test can fail.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$SRC/tests/cli/tap.sh"

stress=$TEST_BIN/stress
seed=${STRESS_SEED:-$(date +%s)} # different in each run; printed below
ms=400 # per scene and commit order
[ "$VARIANT" = release ] || ms=1000

said=$("$stress/stress" $ms "$seed")
is "every read returns a whole and current block (seed $seed)" "$?" 0
diag "$said"
for event in 'blocks in batches' 'waits for readers' 'looked again' 'waits for locks'; do
	unlike "the critical points are reached: $event" "$said" "$event: 0([^0-9]|\$)"
done

# mutant NAME DESCRIPTION FILE PERL-SUBSTITUTION [SCENES]: the stress program notices this edit of FILE in these scenes
mutant() {
	perl -0pe "$4" "$SRC/btt/$3" >"$T/$1.c"
	if cmp -s "$T/$1.c" "$SRC/btt/$3"; then
		tap_result 1 "mutant: $2"
		diag "the edit does not apply to btt/$3 any more: $4"
		return
	fi
	# before the archive, so that the linker takes the mutant instead of the object in the archive
	ok "mutant $1 builds" "${CC:-cc}" -std=gnu17 -D_GNU_SOURCE -O2 -DNDEBUG -w -fno-lto -DPERSIST_DOOR=extern -I"$SRC/btt" \
		@"$SRC/tests/stress/wrapped" -o "$T/$1" "$T/$1.c" \
		"$TEST_BIN/../stress/tests/stress/stress_main.o" "$stress/stress.a" -lcmocka -lpmem -luuid -lpthread || return
	for try in 1 2 3 4 5; do
		said=$("$T/$1" $((ms * try)) $((seed + try)) "${5-}")
		status=$?
		[ "$status" -eq 0 ] || break
	done
	[ "$status" -eq 1 ] || [ "$status" -eq 3 ]
	tap_result $? "mutant: $2"
	diag "$(printf '%s\n' "$said" | head -n 1)"
	rm -f "$T/$1"
}

if [ "$VARIANT" = release ]; then
	mutant no-publish 'a reader does not publish its block (R1)' io.c 's/rtt_publish\(&io->rtt.*?;//s'
	mutant no-second-look 'a reader does not look at the map again (R3)' io.c \
		's/if \(err \|\| again == entry\)/if (1)/'
	mutant clear-before-copy 'a reader clears its slot before the copy (R5)' io.c \
		's/(\tif \(!err\)\n\t\terr = persist_read.*?;\n)(\trtt_clear\(&io->rtt, number\);\n)/$2$1/s'
	mutant no-wait 'a writer does not wait for readers (W3)' rtt.c 's/== block\)/== block \&\& 0)/'
	mutant wait-for-some 'a writer scans only the lanes below its own (W3)' rtt.c \
		's/if \(i == lane\)/if (i >= lane)/'
	mutant not-enlisted 'a lane that reads is not counted' rtt.c 's/nread, lane \+ 1/nread, lane/'
	mutant no-lock 'a map line is not locked' map.c 's/if \(atomic_exchange_explicit\(&lock->held, .*?\)\)\n/if (0)\n/'
	mutant look-before-lock 'the old entry is read before the lock is taken' io.c \
		's/(\tlock = map_lock.*?;\n)(\terr = load_old\(a, w.*?;\n)/$2$1/s'
	mutant unlock-early 'the lock is released before the map is stored' io.c \
		's/map_publish\(.*?new_entry\(w\)\)/(map_unlock(io_lock), $&)/; s/static ALWAYS_INLINE int\ncommit_two_fence/static _Thread_local struct map_lock *io_lock;\n$&/; s/(\terr = load_old\(a, w)/\tio_lock = lock;\n$1/; s/(two_fence\(&w\);\n)\tmap_unlock\(lock\);/$1\tif (err || io->commit == BTT_COMMIT_STRICT) map_unlock(lock);/'
	mutant zero-not-locked 'a zero or error flag is set without the lock' io.c \
		's/(\nio_set_flag.*?)lock = map_lock\(&a->map, premap, &lane->lock_waits\);(.*?)\tmap_unlock\(lock\);/$1lock = NULL; (void)lock; $2/s'
	mutant free-too-early 'the freed block is written before the wait for its readers' io.c \
		's/\tif \(!rtt_is_alone\(&io->rtt\) &&\s+rtt_wait.*?;\n//s; s/(store_data\(&w\) \|\| fence\(&w\) .*?\n\t\treturn -1;\n)/$1\trtt_wait(\&io->rtt, w.lane->number, rtt_block(a->index, w.group->free));\n/s'
	mutant never-scanned 'a lane with several free blocks does not scan' rotate.c 's/if \(group->may_be_read &&/if (0 \&\&/'
	mutant not-marked 'a freed block gets no mark' flog.c 's/group->may_be_read = 1;//'
	mutant held-unmarked 'a scan takes the mark from a block that it finds read' rotate.c 's/held >> i & 1/0/'
	mutant scan-does-not-wait 'a scan does not wait for the readers of the block at hand' rtt.c 's/for \(; block == blocks\[0\];/for (; 0;/'
	mutant initial-as-zeros 'a block with an initial map entry reads as zeros' arena.c \
		's/initial_is_zero = a->flog[^;]*;/initial_is_zero = 1;/'
	mutant map-before-data 'the map names a block before its data are stored' io.c \
		's/if \(store_data\(w\)\)\s*return -1;//; s/(map_publish\(&w->a->map, w->lane, w->premap, new_entry\(w\)\))/$1 || store_data(w)/'
	batch=io_batch.c
	mutant batch-no-publish 'a batch of reads does not publish its blocks (R1)' $batch 's/rtt_announce\(&io->rtt.*?;//s' batches
	mutant batch-no-second-look 'a batch of reads does not look at the map again (R3)' $batch \
		's/if \(arena_load_entry\(b->a, &b->lane->media, b->premap, &again\) \|\|\s*again != entries\[i\]\)/again = entries[i]; if (0)/' batches
	mutant batch-clear-before-copy 'a batch of reads clears a slot before its copy (R5)' $batch \
		's/(postmap = map_entry_postmap\(again, b->premap\);)/rtt_clear(\&io->rtt, b->lane->media.number); $1/' batches
	mutant batch-no-wait 'a batch does not wait for readers (W3)' rtt.c 's/is_one_of\(block, blocks, n\)\)/0)/' batches
	mutant batch-one-wait 'a batch waits for the readers of one block' $batch 's/free_blocks, n\)/free_blocks, 1)/' batches
	mutant batch-one-lock 'a batch locks one map line' $batch 's/if \(map_lock_of\(&w->a->map, w->premap\) != held\)/if (!held)/' batches
	mutant batch-look-before-lock 'a batch reads the old entry before the lock is taken' $batch \
		's/(\t\tif \(map_lock_of.*?\n\t\t\}\n)(\t\tif \(__builtin_expect\(load_old.*?\n\t\t\}\n)/$2$1/s' batches
	mutant batch-unlock-early 'a batch releases its locks before the map is stored' $batch \
		's/(each\(b, publish, drop_in_commit\);)/for (unsigned k = 0; k < b->nlocks; k++) map_unlock(b->locks[k]); $1/; s/(map_unlock\(b.locks\[k\]\);)/if (io->commit == BTT_COMMIT_STRICT) $1/' batches
	mutant batch-first-of-twice 'of two writes of a block in a batch, the first is done' $batch \
		's/if \(\(keys\[k\] \^ keys\[k \+ 1\]\) < BTT_BATCH_MAX\)/if (k \&\& (keys[k - 1] ^ keys[k]) < BTT_BATCH_MAX)/' batches
fi

plan_done
