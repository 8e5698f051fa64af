"""Floor 5: what ties the floors together.

Here: Dagster definitions, settings, the layout of the home folder, the command line. Not here: business
logic.
"""
