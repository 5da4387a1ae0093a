# nodes.gp -- a figure by the node of the memory and the node of the workers. Columns as in heatmap.gp, which draws it.
#
# By hand:
#   bttbench plot nodes near.json far.json --data=nodes.tsv
#   GNUPLOT_LIB=plots gnuplot -d -c plots/nodes.gp nodes.tsv nodes.svg 900
call "heatmap.gp" ARG1 ARG2 (ARGC >= 3 ? ARG3 : "900")
