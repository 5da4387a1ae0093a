# histogram.gp -- how often each latency occurs, on a logarithmic axis.
#
# Columns: series, name, response (1: times from the moment when an operation was due), ops, from_ns and to_ns of a
# cell, and percent, low_percent, high_percent: the share of operations in it, median, lowest and highest of the runs.
#
# By hand:
#   bttbench plot histogram r.json --data=r.tsv
#   GNUPLOT_LIB=plots gnuplot -d -c plots/histogram.gp r.tsv r.svg 900
DATA = ARG1; OUT = ARG2; WIDTH = ARGC >= 3 ? int(ARG3) : 900
HAS_SERIES = 1; PLOT_HEIGHT = 0; EXTRA_KEYS = 0; PANELS = 1
load "style.gp"

array RESPONSE[SERIES]
stats DATA using (RESPONSE[int(column("series")) + 1] = int(column("response")), 1) nooutput
# long thin tails are cut at both ends
seen = "column('high_percent') >= 0.02"
stats DATA using (@seen ? column("from_ns") : NaN) name "FROM" nooutput
stats DATA using (@seen ? column("to_ns") : NaN) name "TO" nooutput
set xlabel XLABEL . " (ends with less than 0.02 % are cut)"

# service and response times of the same operations have the same colour
array TONE[SERIES]
TONES = -1
do for [i = 1:SERIES] {
	TONES = TONES + 1 - RESPONSE[i]
	TONE[i] = TONES
}
line(i) = RESPONSE[i + 1] ? 3 : dash(TONE[i + 1])
tone(i) = colour(TONE[i + 1])

set logscale x 10
set xrange [FROM_min:TO_max]
set xtics ("" 1)
do for [e = 0:12] { set xtics add (nanos(10.0**e) 10.0**e) }
if (TO_max / FROM_min < 200) {
	do for [e = 0:12] { set xtics add (nanos(2 * 10.0**e) 2 * 10.0**e, nanos(5 * 10.0**e) 5 * 10.0**e) }
}
set yrange [0:*]
middle(i) = is(i) ? sqrt(column("from_ns") * column("to_ns")) : NaN

# bands of many series would hide each other
BANDS = SERIES <= 8 ? SERIES - 1 : -1
if (SERIES > 8) { set label 2 FOOTER . " | no bands: more than 8 series" }
plot for [i = 0:BANDS] DATA using (middle(i)):(column("low_percent")):(column("high_percent")) \
	with filledcurves fc rgb tone(i) fs transparent solid 0.15 noborder notitle, \
	for [i = 0:SERIES - 1] DATA using (middle(i)):(column("percent")) \
	with lines lc rgb tone(i) dt line(i) lw 1.8 title NAME[i + 1]
