"""Benchmarks: a large inbox made as a stream, and the monthly run over it with seconds and memory.

Beside the house: nothing of the product imports it.
"""
