"""Files as departments send them, damaged by the hundred, and read by the one road there is.

Here: what is damaged and how, and what must hold of what is read. Not here: how often, and the page of
results (`bench.faults`).
"""
