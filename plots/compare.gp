# compare.gp -- a comparison: for each metric all samples, both medians, and the change with its interval.
#
# Columns: row, name, mark, percent, low_percent, high_percent, text. Marks: 0 and 1 are a sample of the old and the new
# side; 2 and 3 their medians; 4 the change, where low and high are NaN if the interval has no end on that side. The
# text of 4 has both medians and the verdict. All figures are in percent of the old median.
#
# By hand:
#   bttbench plot compare old*.json -- new*.json --data=c.tsv
#   GNUPLOT_LIB=plots gnuplot -d -c plots/compare.gp c.tsv c.svg 900
DATA = ARG1; OUT = ARG2; WIDTH = ARGC >= 3 ? int(ARG3) : 900

# one strip for each metric; the names on the left take a third of the picture at most
set datafile separator "\t"
set datafile columnheaders
stats DATA using (column("row")) name "ROW" nooutput
ROWS = int(ROW_max) + 1
HAS_SERIES = 0; EXTRA_KEYS = 0; PANELS = 1
PLOT_HEIGHT = ROWS > 10 ? ROWS * 34 : ROWS > 1 ? ROWS * 46 : 100
load "style.gp"

LONGEST = 8
stats DATA using (strlen(plain(strcol("name"))) > LONGEST ? (LONGEST = strlen(plain(strcol("name")))) : 0) nooutput
SIDE = LONGEST * 6.4 + 16
SIDE = SIDE > WIDTH / 3.0 ? WIDTH / 3.0 : SIDE

# The axis is linear for small differences. Above 20 % it has steps of about the same ratio, so that 1 % and 300 % can
# both be read.
MOST = THRESHOLD
stats DATA using (abs(column("percent")) > MOST ? (MOST = abs(column("percent"))) : 0) nooutput
has(name) = strcol(name) ne "NaN"
bound(name) = has(name) && abs(column(name)) > MOST ? (MOST = abs(column(name))) : 0
stats DATA using (bound("low_percent") + bound("high_percent")) nooutput
WIDE = MOST > 20
sign(v) = v < 0 ? -1 : 1
at(v) = WIDE ? sign(v) * log10(1 + abs(v)) : v
END = at(MOST) * 1.08
if (WIDE) {
	set xtics (0 0)
	# fewer ones in a narrow picture
	do for [v in WIDTH < 800 ? "3 30 300 3000 30000 300000" : "1 3 10 30 100 300 1000 3000 10000 30000 100000"] {
		if (v <= MOST * 1.3) {
			set xtics add (sprintf("+%g%%%%", v + 0) at(v + 0))
			if (v <= 100) { set xtics add (sprintf("-%g%%%%", v + 0) at(-v)) }
		}
	}
} else {
	set format x "%+g%%"
	set xtics add ("0" 0)
}
LOW = WIDE && MOST > 100 ? at(-100) * 1.04 : -END
edge(name, other) = has(name) ? at(column(name)) : other

set lmargin at screen SIDE / WIDTH
set rmargin at screen 1 - 190.0 / WIDTH
set xrange [LOW:END]
set yrange [-ROWS + 0.5:0.5]
set ytics scale 0
set format y ""
set grid xtics noytics
unset key
set border 1
# inside the threshold, a difference does not matter
set object 1 rectangle from at(-THRESHOLD), graph 0 to at(THRESHOLD), graph 1 behind fc rgb 0xeeeeee fs solid noborder
set arrow 1 from 0, graph 0 to 0, graph 1 nohead lc rgb GREY lw 1 dt 1 back
do for [i = 1:ROWS - 1] { set arrow i + 1 from graph 0, first 0.5 - i to graph 1, first 0.5 - i nohead lc rgb PALE lw 0.6 back }
mark(m) = column("mark") == m ? at(column("percent")) : NaN
y(up) = up - column("row")

plot DATA using (mark(0)):(y(0.28)):yticlabels(cut(plain(strcol("name")), int(SIDE / 6.2))) \
	with points pt 6 ps 0.7 lw 1.2 lc rgb GREY, \
	DATA using (mark(1)):(y(0.04)) with points pt 7 ps 0.6 lc rgb colour(0), \
	DATA using (mark(2)):(y(0.16)):(0):(0.24) with vectors nohead lw 2.4 lc rgb 0x222222, \
	DATA using (mark(3)):(y(-0.08)):(0):(0.24) with vectors nohead lw 2.4 lc rgb 0x222222, \
	DATA using (mark(4)):(y(-0.28)):(edge("low_percent", LOW)):(edge("high_percent", END)) \
	with xerrorbars pt 5 ps 0.6 lw 2 lc rgb colour(1), \
	DATA using (END):(column("mark") == 4 ? y(0) : NaN):(plain(strcol("text"))) \
	with labels left offset 1, 0 font FONT11
