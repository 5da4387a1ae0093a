# peers.gp -- IOPS of programs and engines in multiples of a plain libpmemblk loop (make bench-peers); left: one thread,
# right: two. Scale: logarithmic.
#
# Columns: panel (0: one thread, 1: two), column and x: place and name of the work, series, name, ratio, low and high
# (median, lowest and highest of the rounds), target (a ratio, or NaN).
#
# By hand:
#   GNUPLOT_LIB=plots gnuplot -d -c plots/peers.gp results/bench-peers.tsv results/bench-peers.svg 1400
DATA = ARG1; OUT = ARG2; WIDTH = ARGC >= 3 ? int(ARG3) : 1400
set datafile separator "\t" columnheaders
stats DATA using 1 name "PANEL" nooutput
SHOWN = int(PANEL_max) + 1
KEY_PANELS = SHOWN
HAS_SERIES = 1; PLOT_HEIGHT = 0; EXTRA_KEYS = 2; PANELS = 1
load "style.gp"

stats DATA using (column("column")) name "X" nooutput
stats DATA using (column("low")) name "LOW" nooutput
stats DATA using (column("high")) name "HIGH" nooutput
NX = int(X_max) + 1

set xrange [-0.6:NX - 0.4]
set grid noxtics ytics lc rgb PALE lw 1 dt 1
set logscale y 2
set yrange [(LOW_min < 0.5 ? LOW_min : 0.5) / 1.1:(HIGH_max > 4 ? HIGH_max : 4) * 1.2]
set format y "%g"
unset xlabel
set ylabel offset 1
GAP = (IS_SVG ? 66.0 : 58.0) / WIDTH
place(i) = column("column") + (i - (SERIES - 1) / 2.0) * 0.8 / SERIES

set multiplot
do for [p = 0:SHOWN - 1] {
	set lmargin at screen p * 1.0 / SHOWN + GAP
	set rmargin at screen (p + 1.0) / SHOWN - 14.0 / WIDTH
	set label 3 (p ? "two threads" : "one thread") at graph 0.02, graph 0.95 left font FONT11
	set arrow 1 from graph 0, first 1 to graph 1, first 1 nohead lc rgb GREY lw 1.4 dt 2
	if (p) { unset label 1; unset label 2 }
	unset xtics
	set xtics scale 0 font FONT11
	# thin lines between the groups
	do for [x = 1:NX - 1] { set arrow 10 + x from first x - 0.5, graph 0 to first x - 0.5, graph 1 nohead lc rgb PALE lw 1 }
	# the first panel draws the whole key
	plot for [i = 0:SERIES - 1] DATA using (place(i)):(is(i) && column("panel") == p ? column("ratio") : NaN):(column("low")):(column("high")) \
		with yerrorbars lc rgb colour(i) pt point(i) ps 0.9 lw 1.4 notitle, \
		for [i = 0:SERIES - 1] DATA using (place(i) - 0.3 / SERIES):(is(i) && column("panel") == p ? column("target") : NaN):(0.6 / SERIES):(0) \
		with vectors nohead lw 3 lc rgb 0x000000 notitle, \
		DATA using (column("column")):(1):xtic(plain(strcol("x"))) with points pt -1 notitle, \
		for [i = 0:(p ? -1 : SERIES - 1)] keyentry with points pt point(i) ps 0.9 lc rgb colour(i) title NAME[i + 1], \
		for [i = 0:(p ? -1 : 0)] keyentry with lines lc rgb GREY lw 1.4 dt 2 title "1: a plain libpmemblk loop", \
		for [i = 0:(p ? -1 : 0)] keyentry with lines lc rgb 0x000000 lw 3 title "target"
}
unset multiplot
