"""Floor 2: what each table is and how it is computed.

Here: contracts, staging, identity, ledger, opening a published month. Not here: the formats of files.
"""
