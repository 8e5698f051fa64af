"""Floor 1: bytes to faithful rows.

Here: readers, department specs, landing, issues, the audit log writer, and sample counties (the same road
backwards). Not here: what a row means for the business.
"""
