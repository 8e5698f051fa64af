"""Kinds of value, and how each is read: numbers of people and bodies, dates, money, documents, names.

Every function takes and returns Polars expressions over text as delivered. All are total: a value that is
not understood becomes null (or its damage class), never an exception, never a guess; the caller reports it.
The caller names the result. What a table means, and which of its columns holds which kind of value, is not
known here.
"""
