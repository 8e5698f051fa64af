"""Floor 3: everything that judges.

Here: quality suites, invariants, the rule catalogue and its runner, findings, the gate, the bridge. Not here:
reading files or writing reports.
"""
