"""核实单: what is asked of a 主管部门 or a unit about the month's findings.

Here: what is asked, of whom, until when, and the check code of a row. Not here: how the book looks
(reports/render), how answers are understood (reports/casework).
"""
