# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# silent.sh -- works for 20 seconds without output, then sleeps for ever.
end=$(($(date +%s) + 20))
while [ "$(date +%s)" -lt $end ]; do :; done
ok 0 "works for 20 s without output"
sleep 100000
