# percentiles.gp -- latency against percentile. Each further nine (99 %, 99.9 %, ...) has the same width.
#
# Columns: series, name, response (1: times from the moment when an operation was due), ops, percentile,
# x = 1 / (1 - p), and ns, low_ns, high_ns: median, lowest and highest of the runs.
#
# By hand:
#   bttbench plot percentiles r.json --data=r.tsv
#   GNUPLOT_LIB=plots gnuplot -d -c plots/percentiles.gp r.tsv r.svg 900
DATA = ARG1; OUT = ARG2; WIDTH = ARGC >= 3 ? int(ARG3) : 900
HAS_SERIES = 1; PLOT_HEIGHT = 0; EXTRA_KEYS = 0; PANELS = 1
load "style.gp"

array RESPONSE[SERIES]
stats DATA using (RESPONSE[int(column("series")) + 1] = int(column("response")), column("x")) name "X" nooutput
stats DATA using (column("low_ns")) name "LOW" nooutput
stats DATA using (column("high_ns")) name "HIGH" nooutput

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
set xrange [1:X_max]
set xtics ("0 %%" 1, "50 %%" 2, "90 %%" 10, "99 %%" 100, "99.9 %%" 1e3, "99.99 %%" 1e4, "99.999 %%" 1e5, \
	"99.9999 %%" 1e6, "99.99999 %%" 1e7, "99.999999 %%" 1e8, "99.9999999 %%" 1e9)
set logscale y 10
set yrange [LOW_min * 0.9:HIGH_max * 1.15]
set ytics ("" 1)
do for [e = 0:12] { set ytics add (nanos(10.0**e) 10.0**e) }
if (HIGH_max / LOW_min < 200) {
	do for [e = 0:12] { set ytics add (nanos(2 * 10.0**e) 2 * 10.0**e, nanos(5 * 10.0**e) 5 * 10.0**e) }
}
set xtics rotate by (WIDTH < 700 && X_max > 1e6 ? -30 : 0)

# bands of many series would hide each other
BANDS = SERIES <= 8 ? SERIES - 1 : -1
if (SERIES > 8) { set label 2 FOOTER . " | no bands: more than 8 series" }
plot for [i = 0:BANDS] DATA \
	using (is(i) ? column("x") : NaN):(column("low_ns")):(column("high_ns")) \
	with filledcurves fc rgb tone(i) fs transparent solid 0.15 noborder notitle, \
	for [i = 0:SERIES - 1] DATA using (is(i) ? column("x") : NaN):(column("ns")) \
	with lines lc rgb tone(i) dt line(i) lw 1.8 title NAME[i + 1]
