#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# crash_mutants.sh BUILD [NAME…] -- breaks one thing of the library at a time. The crash explorer of BUILD must
# notice each. Exits with 1 when a mutant survives.
#
# Fences inside btt/media/persist.c and persist_inline.h are not covered: the explorer's recorder replaces them.
#
# Not listed, because a power cut can't show them:
#   io.c, strict: without fence A. Fence B of the same thread comes before the commit too and drains the data
#     together with half 1; two-fence is built on that. Fence A stays because the seed has it.
#   io.c, two-fence: without the flush of the target's line while the line is also the lane's last one: the
#     other flush covers it, and io.c leaves out exactly one of the two.
#   layout.c: the fence after the tables, and the fences around the first arena's backup and before its primary.
#     Each info block has its own fence before its signature (info.c), and this fence drains the earlier stores.
#     The mutants below remove each together with that fence, and the last fence alone.
#   repair.c, repair_store_flags: the primary first. Either block is durable before the other is touched.
#   repair_flog.c, clear_padding: the half without the seq first. Slot 1 is whole in every group by then.
#   io.c, make_flag_durable without a mapping: the explorer's memory is mapped; btt_callback_test covers it.
#   repair_open.c: the layout of a pool has too many pending stores for the model; btt_pool_test cuts it at every store.
#   io_batch.c: without fence A of the strict order, and without rtt_fence: as for io.c and rtt.c. A batch of reads that
#     does not look again: no event lies between the load of an entry and its slot; the stress test covers it.
#   rtt.c: its fence and its order are between processors, not to media; the model in tests/spin covers them.
# shellcheck source=tests/mutants.sh disable=SC2016,SC2154,SC2034 # perl variables; variables shared with mutants.sh
. tests/mutants.sh

build_mutant() { # NAME FILE
	# shellcheck disable=SC2046 # a list
	${CC:-gcc} -D_GNU_SOURCE -Ibtt -I"$(dirname "$2")" -std=gnu17 -O1 -w -DPERSIST_DOOR=extern -include tests/crash/spin_hook.h -c "$out/$1.c" -o "$out/$1.o" &&
		${CC:-gcc} -o "$out/$1" $(mutants_others "$2") "$out/$1.o" -luuid -lpthread
}

try_mutant() { # NAME OPTIONS...: the first options notice most mutants (two ops, or the simplest model)
	tried=$1 status=0
	shift
	for options in "$@"; do
		# shellcheck disable=SC2086 # a list
		timeout 600 "$out/$tried" $options >"$out/$tried.log" 2>&1
		status=$?
		[ $status = 0 ] || break
	done
	set -- "$tried"
	rm -f "$out/$1.o"
	word=lived
	[ $status != 0 ] || return 1
	word="exit $status without a message"
	grep -q '^crash: \|Assertion' "$out/$1.log" || return 1
	word=$(grep -h '^crash: \|Assertion' "$out/$1.log" | head -n 1 | sed 's/^crash: //')
}

mutant() { # NAME FILE PERL-SUBSTITUTION: breaks a read, write, zero or recovery
	mutant_with "$3" "$1" "$2" "--only=ops --rotate=1 --ops=2 --random=0 --batches=0" "--only=ops --rotate=1 --ops=3 --random=0 --batches=0"
}

batch_mutant() { # NAME FILE PERL-SUBSTITUTION: breaks a batch, in the commit order that the name gives or in both
	case $1 in
	batch-strict-*) order=--commit=strict ;;
	batch-two-fence-*) order=--commit=two-fence ;;
	*) order= ;;
	esac
	mutant_with "$3" "$1" "$2" "--only=ops --rotate=1 --ops=2 --random=0 --batches=0 $order" \
		"--only=ops --rotate=1 --ops=3 --random=0 --batches=0 --model=line $order" "--only=ops --rotate=1 --ops=0 --random=0 $order"
}

rotate_mutant() { # NAME FILE PERL-SUBSTITUTION: breaks lanes with several free blocks, and no others
	mutant_with "$3" "$1" "$2" "--only=ops --rotate=2 --ops=2 --random=0" "--only=ops --rotate=3 --ops=2 --random=0"
}

task_mutant() { # NAME FILE PERL-SUBSTITUTION: breaks formatting, an info block or a repair
	mutant_with "$3" "$1" "$2" "--only=tasks --model=line" "--only=tasks"
}

io=btt/io.c
# each fence of the strict order
mutant strict-no-fence-b $io 's/(commit_strict.*?store_half1\(w\) \|\| )fence\(w\) \|\|/$1/s'
mutant strict-no-fence-c $io 's/(commit_strict.*?store_half2\(w\) \|\| )fence\(w\) \|\|/$1/s'
mutant strict-no-fence-d $io 's/(commit_strict.*?new_entry\(w\)\)) \|\| fence\(w\)/$1/s'
# each ordering rule of the strict order
mutant strict-data-after-commit $io 's/\(store_data\(&w\) \|\| fence\(&w\) ([^)]*)\)/0/; s/(commit_strict.*?store_half2\(w\) \|\| fence\(w\) \|\|)/$1 store_data(w) || fence(w) ||/s'
mutant strict-half2-before-half1 $io 's/(commit_strict.*?)store_half1(.*?)store_half2/$1store_half2$2store_half1/s'
mutant strict-map-before-half1 $io 's/(commit_strict.*?if \()(store_half1.*?)(map_store\(.*?new_entry\(w\)\) \|\| fence\(w\)) [^)]*\)/$1$3 || $2 0)/s'
mutant strict-map-before-half2 $io 's/(commit_strict.*?)(store_half2\(w\) \|\| fence\(w\) \|\|[^\n]*\s*)(map_store\(.*?new_entry\(w\)\) \|\| fence\(w\))( [^)]*\))/$1$3 || store_half2(w) || fence(w) $4/s'
mutant strict-unlock-before-fence-d $io 's/(new_entry\(w\)\)) \|\| fence\(w\)/$1/; s/map_unlock\(lock\);(\s*if \(err\)\s*return -1;\s*counter_add)/map_unlock(lock); if (!err \&\& io->commit == BTT_COMMIT_STRICT) err = fence(\&w);$1/'
mutant strict-no-lock $io 's/lock = map_lock\(&a->map, premap, &lane->lock_waits\);(\s*err = load_old\(a, w.lane)/$1/; s/map_unlock\(lock\);(\s*if \(err\)\s*return -1;\s*counter_add)/(void)lock;$1/'
# each fence and flush of two-fence
mutant two-fence-no-fence-ab $io 's/flush_map_lines\(w\) \|\| fence\(w\) \|\|/flush_map_lines(w) ||/'
mutant two-fence-no-fence-c $io 's/(commit_two_fence.*?store_half2\(w\) \|\| )fence\(w\) \|\|/$1/s'
mutant two-fence-no-flush-of-target $io 's/if \(flush_target\(w\)\)/if (map_is_one_line(w->premap, w->group->lba) \&\& flush_target(w))/'
mutant two-fence-target-has-new-entry $io 's/if \(flush_target\(w\)\)/if (map_publish(map, w->lane, w->premap, new_entry(w)) || map_flush(map, w->lane, w->premap))/'
mutant two-fence-no-flush-of-last $io 's/: map_flush_if_good\(map, w->lane, w->group->lba\)/: 0/'
mutant two-fence-no-flush-of-maps $io 's/flush_map_lines\(w\) \|\|//'
mutant two-fence-last-not-kept btt/flog.c 's/group->lba = lba;//'
mutant two-fence-map-past-the-cache $io 's/map_publish\(/map_store(/'
mutant close-no-flush $io 's/if \(map_flush_if_good\(&a->map, lane, a->flog.groups\[i\]->lba\)\)/if (0)/'
mutant close-no-fence $io 's/(io_make_durable.*?)return persist_fence\(a->media, lane\)/$1return 0/s'
# each ordering rule of two-fence
mutant two-fence-data-after-ab $io 's/if \(store_data\(w\)\)\s*return -1;//; s/(flush_map_lines\(w\) \|\| fence\(w\) \|\|)/$1 store_data(w) ||/'
mutant two-fence-data-after-c $io 's/if \(store_data\(w\)\)\s*return -1;//; s/(commit_two_fence.*?store_half2\(w\) \|\| fence\(w\) \|\|)/$1 store_data(w) ||/s'
mutant two-fence-half1-after-ab $io 's/(commit_two_fence.*?)store_half1\(w\) \|\| (flush_map_lines\(w\) \|\| fence\(w\) \|\|)/$1$2 store_half1(w) ||/s'
mutant two-fence-half2-before-ab $io 's/store_half1\(w\) \|\| (flush_map_lines\(w\) \|\| fence\(w\) \|\|[^\n]*\s*)store_half2\(w\) \|\|/store_half1(w) || store_half2(w) || $1/'
mutant two-fence-half2-before-half1 $io 's/(commit_two_fence.*?)store_half1(.*?)store_half2/$1store_half2$2store_half1/s'
mutant two-fence-flush-after-ab $io 's/flush_map_lines\(w\) \|\| fence\(w\) \|\|/fence(w) || flush_map_lines(w) ||/'
mutant two-fence-map-before-c $io 's/(commit_two_fence.*?)(store_half2\(w\) \|\| fence\(w\) \|\|[^\n]*\s*)(map_publish\(.*?new_entry\(w\)\))\)/$1$3 || store_half2(w) || fence(w))/s'
mutant two-fence-map-before-ab $io 's/(commit_two_fence.*?if \()(store_half1.*?)(map_publish\(.*?new_entry\(w\)\))\)/$1$3 || $2 0)/s'
mutant two-fence-map-under-fence-c $io 's/(commit_two_fence.*?store_half2\(w\)) \|\| fence\(w\) \|\|([^\n]*\s*)(map_publish\(.*?new_entry\(w\)\))\)/$1 || $3 || fence(w))/s'
mutant two-fence-last-after-ab $io 's/flush_map_lines\(w\) \|\| fence\(w\) \|\|/map_flush(\&w->a->map, w->lane, w->premap) || fence(w) || map_flush_if_good(\&w->a->map, w->lane, w->group->lba) ||/'
mutant two-fence-target-after-ab $io 's/flush_map_lines\(w\) \|\| fence\(w\) \|\|/map_flush_if_good(\&w->a->map, w->lane, w->group->lba) || fence(w) || map_flush(\&w->a->map, w->lane, w->premap) ||/'
mutant two-fence-flush-before-lock $io 's/flush_map_lines\(w\) \|\|//; s/(lock = map_lock\(&a->map, premap, &lane->lock_waits\);\s*err = load_old\(a, w.lane)/map_flush(\&a->map, w.lane, premap) || map_flush_if_good(\&a->map, w.lane, w.group->lba); $1/'
mutant two-fence-lines-too-long $io 's/map_is_one_line\(w->premap, w->group->lba\)/map_is_one_line(w->premap \/ 2, w->group->lba \/ 2)/'
# a published store is not flushed: no fence alone makes it durable
mutant strict-map-not-flushed $io 's/map_store\((&w->a->map)/map_publish($1/'
mutant zero-not-flushed $io 's/err = map_store\((&a->map)/err = map_publish($1/'
mutant recovery-map-not-flushed btt/map.c 's/err = map_store\(map/err = map_publish(map/'
mutant close-forgets-a-lane $io 's/i < io->rtt.nlane \* io->rotate/i + 1 < io->rtt.nlane * io->rotate/'
# batches: each fence and flush
batch=btt/io_batch.c
batch_mutant batch-strict-no-fence-b $batch 's/(commit_strict.*?)fence_all\(b, drop_in_commit\);/$1/s'
batch_mutant batch-strict-no-fence-c $batch 's/(commit_strict.*?store_half2, drop_in_commit\);\s*)fence_all\(b, drop_in_commit\);/$1/s'
batch_mutant batch-strict-no-fence-d $batch 's/(b->map_lines = [^;]*;\s*)fence_all\(b, drop_in_commit\);/$1/'
batch_mutant batch-strict-map-not-flushed $batch 's/map_store\(/map_publish(/'
batch_mutant batch-two-fence-no-fence-ab $batch 's/(store_half1_and_flush\(b\);\s*)fence_all\(b, drop_in_commit\);/$1/'
batch_mutant batch-two-fence-no-fence-c $batch 's/(commit_two_fence.*?store_half2, drop_in_commit\);\s*)fence_all\(b, drop_in_commit\);/$1/s'
batch_mutant batch-two-fence-no-flush-of-target $batch 's/!err && line != target\)/!err \&\& line != target \&\& line == line_of_last)/'
batch_mutant batch-two-fence-target-has-new-entry $batch 's/err = flush_target\(w\);/err = map_publish(map, w->lane, w->premap, new_entry(w)) || map_flush(map, w->lane, w->premap);/'
batch_mutant batch-two-fence-no-flush-of-second-target $batch 's/!err && line != target\)/!err \&\& target == LINE_NONE)/'
batch_mutant batch-two-fence-no-flush-of-last $batch 's/!err && line_of_last != last/0 \&\& line_of_last != last/'
batch_mutant batch-two-fence-no-flush-of-second-last $batch 's/!err && line_of_last != last/!err \&\& last == LINE_NONE/'
batch_mutant batch-two-fence-map-past-the-cache $batch 's/map_publish\(/map_store(/'
# ... each ordering rule
data='each\(&b, store_if_writable, drop\);' half1='each\(b, store_half1, drop_in_commit\);' half2='each\(b, store_half2, drop_in_commit\);' all='fence_all\(b, drop_in_commit\);'
flush='if \(!err && line != target\) \{.*?\n\t\t\}\n\t\tif \(!err && line_of_last.*?\n\t\t\}\n'
flush_all='for (struct part *q = b->parts; q < b->end; q++) { const struct map *m = \&q->w.a->map; map_flush(m, q->w.lane, q->w.premap); map_flush_if_good(m, q->w.lane, q->w.group->lba); }'
batch_mutant batch-strict-data-after-commit $batch "s/$data\s*if \(io->commit == BTT_COMMIT_STRICT\)\s*fence_all\(&b, drop\);/if (io->commit != BTT_COMMIT_STRICT) each(\&b, store_if_writable, drop);/; s/(commit_strict.*?store_half2, drop_in_commit\);\s*$all)/\$1 each(b, store_data, drop_in_commit); fence_all(b, drop_in_commit);/s"
batch_mutant batch-strict-half2-before-half1 $batch 's/(commit_strict.*?)store_half1(.*?)store_half2/$1store_half2$2store_half1/s'
batch_mutant batch-strict-map-before-half2 $batch 's/(commit_strict.*?each\(b, )store_half2(.*?each\(b, )store_map/$1store_map$2store_half2/s'
batch_mutant batch-strict-map-before-half1 $batch "s/($half1.*?$all.*?$half2.*?$all.*?)(each\(b, store_map, drop_in_commit\);)(.*?)$all/\$2 fence_all(b, drop_in_commit); \$1\$3/s"
batch_mutant batch-strict-unlock-before-fence-d $batch 's/(b->map_lines = [^;]*;\s*)fence_all\(b, drop_in_commit\);/$1/; s/(map_unlock\(b.locks\[k\]\);)/$1 if (io->commit == BTT_COMMIT_STRICT) fence_all(\&b, drop_in_commit);/'
batch_mutant batch-two-fence-data-after-ab $batch "s/$data/if (io->commit == BTT_COMMIT_STRICT) each(\&b, store_if_writable, drop);/; s/(store_half1_and_flush\(b\);\s*$all)/\$1 each(b, store_data, drop_in_commit);/"
batch_mutant batch-two-fence-data-after-c $batch "s/$data/if (io->commit == BTT_COMMIT_STRICT) each(\&b, store_if_writable, drop);/; s/(each\(b, publish, drop_in_commit\);)/each(b, store_data, drop_in_commit); \$1/"
batch_mutant batch-two-fence-half1-after-ab $batch 's/int err = store_half1\(w\);/int err = 0;/; s/(store_half1_and_flush\(b\);\s*fence_all\(b, drop_in_commit\);)/$1 each(b, store_half1, drop_in_commit);/'
batch_mutant batch-two-fence-half2-before-half1 $batch 's/int err = store_half1\(w\);/int err = store_half2(w);/; s/(commit_two_fence.*?each\(b, )store_half2/$1store_half1/s'
batch_mutant batch-two-fence-half2-before-ab $batch 's/(store_half1_and_flush\(b\);)(.*?)(each\(b, store_half2, drop_in_commit\);)/$1 $3 $2/s'
batch_mutant batch-two-fence-flush-after-ab $batch "s/$flush//s; s/(store_half1_and_flush\(b\);\s*$all)/\$1 $flush_all/"
batch_mutant batch-two-fence-flush-before-lock $batch "s/$flush//s; s/lock_and_load\(&b\);/{ struct batch *b_ = \&b; struct batch *b = b_; $flush_all } lock_and_load(\&b);/"
batch_mutant batch-two-fence-map-before-ab $batch 's/(store_half1_and_flush\(b\);)(.*?)each\(b, publish, drop_in_commit\);/each(b, publish, drop_in_commit); $1$2/s'
batch_mutant batch-two-fence-map-before-c $batch 's/(commit_two_fence.*?each\(b, )store_half2(.*?each\(b, )publish/$1publish$2store_half2/s'
batch_mutant batch-two-fence-map-under-fence-c $batch 's/(commit_two_fence.*?store_half2, drop_in_commit\);)(.*?)each\(b, publish, drop_in_commit\);/$1 each(b, publish, drop_in_commit); $2/s'
# ... one lba twice, the locks, the readers
batch_mutant batch-twice-written $batch 's/if \(\(keys\[k\] \^ keys\[k \+ 1\]\) < BTT_BATCH_MAX\)/if (0)/'
batch_mutant batch-first-of-twice-written $batch 's/if \(\(keys\[k\] \^ keys\[k \+ 1\]\) < BTT_BATCH_MAX\)/if (k \&\& (keys[k - 1] ^ keys[k]) < BTT_BATCH_MAX)/'
batch_mutant batch-advances-one-lane $batch 's/flog_advance\(part/if (part == b.parts) flog_advance(part/'
batch_mutant batch-no-lock $batch 's/held = map_lock\((&w->a->map, w->premap), &b->blocks\[0\].lane->lock_waits\)/held = map_lock_of($1)/'
batch_mutant batch-one-lock $batch 's/if \(map_lock_of\(&w->a->map, w->premap\) != held\)/if (!held)/'
batch_mutant batch-locks-in-any-order $batch 's/map_lock_order\(&a->map, blocks\[i\].premap\)\)/(blocks[0].lane->media.number \& 2 ? ~map_lock_order(\&a->map, blocks[i].premap) \& FORMAT_MAP_POSTMAP : map_lock_order(\&a->map, blocks[i].premap)))/'
batch_mutant batch-looks-before-lock $batch 's/(\t\tif \(map_lock_of.*?\n\t\t\}\n)(\t\tif \(__builtin_expect\(load_old.*?\n\t\t\}\n)/$2$1/s'
batch_mutant batch-unlocks-early $batch 's/(each\(b, publish, drop_in_commit\);)/for (unsigned k = 0; k < b->nlocks; k++) map_unlock(b->locks[k]); $1/; s/(map_unlock\(b.locks\[k\]\);)/if (io->commit == BTT_COMMIT_STRICT) $1/'
batch_mutant batch-waits-for-no-reader $batch 's/if \(rtt_wait_each\(&io->rtt, free_blocks, n\)\)/if (0)/'
batch_mutant batch-waits-for-one-reader $batch 's/free_blocks, n\)/free_blocks, 1)/'
batch_mutant batch-waits-after-data $batch "s/\t(if \(!rtt_is_alone\(&io->rtt\)\)\s*wait_for_readers\(&b, io\);)\s*($data)/\t\$2 \$1/"
batch_mutant batch-read-not-published $batch 's/rtt_announce\(&io->rtt.*?;//s'
batch_mutant batch-read-cleared-before-copy $batch 's/(\t\tif \(arena_load_entry\(b->a, &b->lane->media, b->premap, &again\))(.*?)\t\trtt_clear\(&io->rtt, b->lane->media.number\);/$1$2/s; s/(postmap = map_entry_postmap\(again, b->premap\);)/rtt_clear(\&io->rtt, b->lane->media.number); $1/'
# zero and error flags
mutant zero-no-fence $io 's/if \(!err\)\s*err = persist_fence\(a->media, &lane->media\);//'
mutant zero-fence-after-unlock $io 's/if \(!err\)\s*err = persist_fence\(a->media, &lane->media\);(\s*if \(!err\)\s*counter_add\(&lane->flags_set, 1\);\s*\}\s*map_unlock\(lock\);)/$1 err = err ? err : persist_fence(a->media, \&lane->media);/'
mutant zero-not-locked $io 's/lock = map_lock\(&a->map, premap, &lane->lock_waits\);\s*(err = load_old\(a, &lane->media, premap, &old\);)/$1 lock = map_lock(\&a->map, premap, \&lane->lock_waits);/'
mutant read-flag-no-flush $io 's/map_flush\(&a->map, &lane->media, premap\) \|\| persist_fence/persist_fence/'
mutant read-flag-no-fence $io 's/(map_flush\(&a->map, &lane->media, premap\)) \|\| persist_fence\(a->media, &lane->media\)/$1/'
mutant read-flag-not-made-durable $io 's/if \(!map_is_locked\(&a->map, premap\)\)\s*return 0;/return 0;/'
# lanes that rotate: scans, and a log for each group
rotate=btt/rotate.c
rotate_mutant rotate-no-scan $rotate 's/if \(group->may_be_read &&/if (0 \&\&/'
rotate_mutant rotate-freed-block-not-marked btt/flog.c 's/group->may_be_read = 1;//'
rotate_mutant rotate-block-held-is-unmarked $rotate 's/held >> i & 1/0/'
rotate_mutant rotate-scan-names-the-wrong-block btt/rtt.c 's/<< k;/<< (k - 1);/'
rotate_mutant rotate-scan-does-not-wait btt/rtt.c 's/for \(; block == blocks\[0\];/for (; 0;/'
rotate_mutant rotate-scan-of-own-slot-only btt/rtt.c 's/(rtt_scan.*?)if \(i == lane\)/$1if (i != lane)/s'
rotate_mutant rotate-last-of-another-group $io 's/w->group->lba/w->a->flog.groups[w->lane->number]->lba/g'
rotate_mutant rotate-log-of-another-group $io 's/store_half1\(w\) \|\| flush_map_lines/flog_store_half1(\&w->a->flog, w->lane, w->a->flog.groups[w->lane->number], w->premap, map_entry_explicit(w->old, w->premap)) || flush_map_lines/'
rotate_mutant rotate-lanes-share-a-group $rotate 's/lane \+ turn \* io->rtt.nlane/lane + turn/'
rotate_mutant close-settles-one-group $io 's/i < io->rtt.nlane \* io->rotate/i < io->rtt.nlane/'
rotate_mutant close-settles-one-lane $io 's/i < io->rtt.nlane \* io->rotate; i\+\+/i < io->rtt.nlane * io->rotate; i += io->rtt.nlane/'
rotate_mutant recovery-of-first-groups btt/recover.c 's/(collect_pending.*?)i < a->flog.nfree/$1i < a->flog.nfree \/ 2/s'
rotate_mutant recovery-keeps-first-groups btt/recover.c 's/i < flog->nfree/i < flog->nfree \/ 2/'
# initial map entries
mutant initial-read-as-zeros btt/arena.c 's/initial_is_zero = a->flog.entry_mask == FLOG_MASK_FLAGS/initial_is_zero = 1/'
mutant initial-read-not-tracked $io 's/if \(rtt_is_alone\(&io->rtt\)\)/if (rtt_is_alone(\&io->rtt) || map_entry_is_initial(entry))/'
mutant zero-of-initial-not-stored $io 's/(FORMAT_MAP_ZERO && )map_entry_is_zero\(&a->map, old\)\)/$1(map_entry_is_initial(old) || map_entry_is_zero(\&a->map, old)))/'
# recovery
mutant recovery-none btt/recover.c 's/return map_entry_postmap\(entry, group->current.lba\) == old_map;/return 0;/'
mutant recovery-no-fence-of-map btt/recover.c 's/if \(a->pending.count && persist_fence\(a->media, lane\)\)\s*return -1;//'
mutant recovery-no-flush-of-log btt/recover.c 's/flog_flush\(flog, lane, i\) \|\|//'
mutant recovery-no-flush-of-map btt/recover.c 's/\|\|\s*map_flush_if_good\(&a->map, lane, flog->groups\[i\]->lba\)//'
mutant recovery-no-fence-of-log btt/recover.c 's/(make_tables_durable\(struct arena.*?)return persist_fence\(a->media, lane\);/$1return 0;/s'
mutant recovery-log-after-map btt/recover.c 's/make_tables_durable\(a, lane\) \|\| recover_roll_forward\(a, lane\)/recover_roll_forward(a, lane) || make_tables_durable(a, lane)/'
mutant recovery-seq-the-other-way btt/flog.c 's/return flog_seq_next\(pair\[0\].seq\) == pair\[1\].seq;/return flog_seq_next(pair[0].seq) != pair[1].seq;/'
mutant log-in-one-slot btt/flog.c 's/group->next = !group->next;//'
# formatting
layout=btt/layout.c info=btt/info.c
info_no_fence='s/(info_store\(.*?)persist_fence\(media, lane\) \|\|/$1/s'
task_mutant format-old-signatures-stay $layout 's/replace \? destroy_page : NULL/NULL/'
task_mutant format-no-fence-of-destroyed $layout 's/if \(any > 0 && persist_fence\(&media, lane\)\)\s*any = -1;//'
task_mutant format-destroyed-after-tables $layout 's/(\tfor \(unsigned i = 0; i <= BTT_PLACES; i\+\+\) \{.*?\n\t\}\n)(.*?err = layout_write\(&media, &lane, options\);\n)/$2$1/s'
task_mutant format-infos-before-tables $layout 's/(\tfor \(uint32_t arena = 0; arena < l.narenas; arena\+\+\) \{.*?\n\t\}\n)\treturn fence\(&l\) \|\| write_infos\(&l, BACKUP\) \|\| write_infos\(&l, PRIMARY\) \? -1 : 0;/\tif (write_infos(\&l, BACKUP) || write_infos(\&l, PRIMARY)) return -1;\n$1\treturn fence(\&l) ? -1 : 0;/s'
task_mutant format-maps-not-written $layout 's/if \(write_map\(l, off, &g\)\)\s*return -1;//'
task_mutant format-old-data-shown $layout 's/if \(l->options->flavour != BTT_FLAVOUR_PMDK/if (0/'
task_mutant format-zero-flags-missing $layout 's/\(first \+ i\) \| FORMAT_MAP_ZERO/(first + i)/'
task_mutant format-gap-of-map-not-zeroed $layout 's/if \(at < to && persist_zero/if (0 \&\& persist_zero/'
task_mutant format-primaries-before-backups $layout 's/write_infos\(&l, BACKUP\) \|\| write_infos\(&l, PRIMARY\)/write_infos(\&l, PRIMARY) || write_infos(\&l, BACKUP)/'
task_mutant format-no-backups $layout 's/write_infos\(&l, BACKUP\) \|\|//'
task_mutant format-first-arena-first $layout 's/for \(uint32_t arena = l->narenas; arena-- > 1;\) \{/if (write_info(l, 0, copy) || fence(l)) return -1;\n$&/; s/return fence\(l\) \|\| write_info\(l, 0, copy\) \|\| fence\(l\)/return fence(l)/'
task_mutant format-no-last-fence $layout 's/write_info\(l, 0, copy\) \|\| fence\(l\)/write_info(l, 0, copy) || (copy == BACKUP \&\& fence(l))/'
task_mutant info-no-fence-before-signature $info "$info_no_fence"
task_mutant info-signature-first $info 's/(info_store\(.*?return )(persist_store\(.*?) \|\|\s*persist_fence\(media, lane\) \|\|\s*(persist_store\(media, lane, off, raw.signature, FORMAT_SIGNATURE_LEN\))/$1$3 || persist_fence(media, lane) || $2/s'
# restoring an info block, the flag, repair
arena=btt/arena.c repair=btt/repair/repair.c parts=btt/repair/repair_arena.c flog=btt/repair/repair_flog.c owners=btt/repair/repair_owners.c
task_mutant restore-none $arena 's/if \(a->primary == INFO_GOOD\)\s*return 0;/return 0;/'
task_mutant restore-no-fence $arena 's/(info_store\(a->media, lane, a->off, &a->info\)) \|\| persist_fence\(a->media, lane\)/$1/'
task_mutant restore-from-backup-in-place $arena 's/return info_store\(a->media, lane, a->off, &a->info\)/return persist_zero(a->media, lane, a->off + a->info.infooff, FORMAT_PAGE) || info_store(a->media, lane, a->off, \&a->info) || info_store(a->media, lane, a->off + a->info.infooff, \&a->info)/'
task_mutant repair-uuids-stay-different $repair 's/if \(repair_store_info\(r, a->info.infooff\)\)\s*return errno/if (0) return errno/'
task_mutant repair-info-no-fence $parts 's/(info_store\(a->media, r->lane, a->off \+ off, &a->info\)) \|\|\s*persist_fence\(a->media, r->lane\)/$1/'
task_mutant repair-flags-both-at-once $parts 's/return repair_store_info\(r, info->infooff\) \|\| repair_store_info\(r, 0\) \? -1 : 0;/const struct arena *a = r->arena; struct format_info raw; info_encode(info, \&raw); return persist_store(a->media, r->lane, a->off + info->infooff, \&raw, sizeof(raw)) || persist_store(a->media, r->lane, a->off, \&raw, sizeof(raw)) || persist_fence(a->media, r->lane);/'
task_mutant repair-flag-cleared-first $repair 's/restore_info\(r, "backup"/(r->arena->info.flags \&\& repair_store_flags(r, 0)) || restore_info(r, "backup"/'
task_mutant repair-flag-before-writes $repair 's/repair_owners\(r\) \|\| complete_writes\(r\)/repair_owners(r)/'
task_mutant convert-no-flag $flog 's/if \(!\(flags & FORMAT_FLAG_ERROR\) && repair_store_flags\(r, flags \| FORMAT_FLAG_ERROR\)\)\s*return -1;//'
task_mutant convert-no-fence $flog 's/(\n)\treturn persist_fence\(media, r->lane\);/$1\treturn 0;/'
task_mutant convert-seq-first $flog 's/store_halves\(r, 2, next_slot\) \|\| store_halves\(r, 3, next_slot\)/store_halves(r, 3, next_slot) || store_halves(r, 2, next_slot)/'
task_mutant convert-clears-before-it-copies $flog 's/if \(store_halves\(r, 2, next_slot\) \|\| store_halves\(r, 3, next_slot\) \|\| clear_padding\(r\)\)/if (clear_padding(r) || store_halves(r, 2, next_slot) || store_halves(r, 3, next_slot))/'
task_mutant owners-no-fence-b $owners 's/persist_fence\(flog->media, r->lane\) \|\| flog_commit_half2/flog_commit_half2/'
task_mutant owners-no-fence-c $owners 's/(flog_commit_half2\(flog, r->lane, group\)) \|\|\s*persist_fence\(flog->media, r->lane\)/$1/'
task_mutant owners-no-fence-of-map $owners 's/persist_fence\(a->media, s->r->lane\) \|\| each_losing_lane/each_losing_lane/'
task_mutant owners-half2-first $owners 's/flog_store_half1\((.*?)\) \|\|(\s*)persist_fence\(flog->media, r->lane\) \|\| flog_commit_half2\(flog, r->lane, group\)/flog_commit_half2(flog, r->lane, group) ||$2persist_fence(flog->media, r->lane) || flog_store_half1($1)/s'
task_mutant owners-loser-not-marked $owners 's/fresh \| FORMAT_MAP_ERROR/fresh | FORMAT_MAP_NORMAL/'

mutants_done
