"""The rule catalogue: one `.sql` a rule, its header, its cases, and what runs them.

Here: reading and judging rule files, running them over the fact tables, parameters and lag windows,
articles of law, the wording of a finding. Not here: what becomes of a finding (its life, its
severity after limits, cases, gate), and any rule's meaning: that stands in its own file.
"""
