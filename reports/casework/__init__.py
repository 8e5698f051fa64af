"""What people decide as they write it down: filled books and single decisions, understood or refused.

Here: meaning and refusals. Not here: how a book looks (reports/render), how events are kept (reports/web).
"""
