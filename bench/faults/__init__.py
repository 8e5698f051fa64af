"""What goes wrong in an office, done on purpose and by the hundred, and what the program makes of it.

`python -m bench.faults --help`. Results are kept as they come, so that a campaign can be interrupted and goes
on where it was; the page is drawn from them (docs/reliability.md).
"""
