# heatmap.gp -- a figure by two keys; nodes.gp draws with it, too. A cell has the median of its runs.
#
# Columns: column, x, row, y: place and value of both keys; runs; value, low, high: median, lowest and highest of the
# runs; text, spread: the value, and lowest to highest, with three digits.
#
# By hand:
#   bttbench plot heatmap study.json --data=study.tsv
#   GNUPLOT_LIB=plots gnuplot -d -c plots/heatmap.gp study.tsv study.svg 900
DATA = ARG1; OUT = ARG2; WIDTH = ARGC >= 3 ? int(ARG3) : 900
HAS_SERIES = 0; EXTRA_KEYS = 0; PANELS = 1

set datafile separator "\t"
set datafile columnheaders
stats DATA using (column("column")) name "X" nooutput
stats DATA using (column("row")) name "Y" nooutput
NX = int(X_max) + 1; NY = int(Y_max) + 1
PLOT_HEIGHT = NY * 44 < 180 ? 180 : NY * 44 > WIDTH * 1.2 ? int(WIDTH * 1.2) : NY * 44
load "style.gp"

stats DATA using (column("value")) name "VALUE" nooutput
stats DATA using (LONG = strlen(strcol("text")), LONG) name "TEXT" nooutput
stats DATA using (LONG = strlen(plain(strcol("x"))), LONG) name "XTEXT" nooutput
stats DATA using (LONG = strlen(plain(strcol("y"))), LONG) name "YTEXT" nooutput
LEFT_PX = (IS_SVG ? 60 : 40) + (YTEXT_max > 16 ? 16 : YTEXT_max) * 7
set lmargin at screen 1.0 * LEFT_PX / WIDTH
set rmargin at screen 1 - 86.0 / WIDTH
CELL_PX = (WIDTH - LEFT_PX - 86.0) / NX
CELL_TALL = 1.0 * PLOT_HEIGHT / NY

# light to dark, so that it works in grey; the number of a dark cell is white
SPAN = VALUE_max > VALUE_min ? VALUE_max - VALUE_min : 1
dark(v) = (v - VALUE_min) / SPAN
set palette defined (0 "#f4f1e4", 0.35 "#b9cfd8", 0.7 "#4f86b0", 1 "#0b2f66")
set cbrange [VALUE_min:VALUE_max > VALUE_min ? VALUE_max : VALUE_min + 1]
set colorbox user origin screen 1 - 74.0 / WIDTH, screen px(BELOW_PX) size screen 14.0 / WIDTH, screen px(PLOT_HEIGHT)
# the ends of the scale as text, because the unit may be a time
stats DATA using (column("value") == VALUE_min ? (FROM = strcol("text"), 1) : 1) nooutput
stats DATA using (column("value") == VALUE_max ? (TO = strcol("text"), 1) : 1) nooutput
set cbtics (FROM VALUE_min, TO VALUE_max)
set cbtics font FONT10

unset grid
set border 0
set tics scale 0
set xrange [-0.5:NX - 0.5]
set yrange [-0.5:NY - 0.5]
set xtics rotate by (XTEXT_max * 7 > CELL_PX ? -40 : 0) font FONT11
set ytics font FONT11
set xlabel XLABEL
CELL_FONT = (CELL_PX < 8 * TEXT_max || CELL_TALL < 16) ? FONT8 : FONT11
ROOM = CELL_PX > 6.5 * 15 && CELL_TALL > 34
if (!ROOM) { set label 2 FOOTER . " | no second line: small cells" }
SHOWN = CELL_PX > 5.2 * TEXT_max && CELL_TALL > 9

plot DATA using (column("column")):(column("row")):(0.485):(0.47):(column("value")):xtic(cut(plain(strcol("x")), 16)):ytic(cut(plain(strcol("y")), 16)) \
	with boxxyerror fs solid 1 noborder fc palette notitle, \
	DATA using (column("column")):(column("row")):(SHOWN ? strcol("text") . (ROOM ? "\n" . strcol("spread") : "") : ""):(dark(column("value")) > 0.55 ? 0xffffff : 0x000000) \
	with labels font CELL_FONT tc rgb variable notitle
