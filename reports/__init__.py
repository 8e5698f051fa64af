"""Floor 4: report models and their renderers.

Here: workbooks, label books, delivery templates. Not here: queries that decide what is wrong.
"""
