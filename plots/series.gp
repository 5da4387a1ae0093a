# series.gp -- IOPS over the measured phase, stalls and failed operations. Load of ramp_time is not measured.
#
# Columns: series, name, start_s and end_s of an interval, runs, iops, low, high (median, lowest and highest of the
# runs), stalls: runs with less than half of their own median in this interval; errors: failed operations.
#
# By hand:
#   bttbench plot series r.json --data=r.tsv
#   GNUPLOT_LIB=plots gnuplot -d -c plots/series.gp r.tsv r.svg 900
DATA = ARG1; OUT = ARG2; WIDTH = ARGC >= 3 ? int(ARG3) : 900
HAS_SERIES = 1; PLOT_HEIGHT = 0; EXTRA_KEYS = 2; PANELS = 1
load "style.gp"

stats DATA using (column("end_s")) name "END" nooutput
stats DATA using (column("high")) name "HIGH" nooutput
stats DATA using (column("stalls")) name "STALL" nooutput
stats DATA using (column("errors")) name "ERROR" nooutput

set xrange [0:END_max]
set yrange [0:HIGH_max > 0 ? HIGH_max * 1.08 : 1]
set format y "%.1s%c"
when(i) = is(i) ? (column("start_s") + column("end_s")) / 2 : NaN

stats DATA using (column("series") == 0 ? 1 : NaN) name "ROWS" nooutput
DOTS = ROWS_records < 60 ? 0.5 : 0
# bands of many series would hide each other
BANDS = SERIES <= 8 ? SERIES - 1 : -1
if (SERIES > 8) { set label 2 FOOTER . " | no bands: more than 8 series" }
plot for [i = 0:BANDS] DATA using (when(i)):(column("low")):(column("high")) \
	with filledcurves fc rgb colour(i) fs transparent solid 0.15 noborder notitle, \
	for [i = 0:SERIES - 1] DATA using (when(i)):(column("iops")) \
	with linespoints pt 7 ps DOTS lc rgb colour(i) dt dash(i) lw 1.8 title NAME[i + 1], \
	DATA using (column("stalls") > 0 ? (column("start_s") + column("end_s")) / 2 : NaN):(column("low")) \
	with points pt 8 ps 1.1 lw 1.4 lc rgb 0x000000 \
	title STALL_max > 0 ? sprintf("stall: below half the median (%d)", STALL_sum) : "", \
	DATA using (column("errors") > 0 ? (column("start_s") + column("end_s")) / 2 : NaN):(column("low")) \
	with points pt 2 ps 1.1 lw 1.6 lc rgb 0xd55e00 \
	title ERROR_max > 0 ? sprintf("failed operations (%d)", ERROR_sum) : ""
