"""Benchmarks: a large inbox made as a stream, and the monthly run over it with seconds, memory and rows a second.

Beside the house: nothing of the product imports it.
"""
