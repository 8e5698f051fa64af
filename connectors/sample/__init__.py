"""A fictional county, 云岭县 (629923): departments' exports with their dirt, planted cases, and the truth.

The road backwards: bodies, people and events (`county`) → what each department writes down (`*_lists`,
`*_papers`) → files (`writers`); and, from the same model, what a correct run must say (`expected`, `truth`).
"""

from connectors.sample.county import build_county
from connectors.sample.writing import SamplePool, SampleSummary, write_sample

__all__ = ["SamplePool", "SampleSummary", "build_county", "write_sample"]
