"""核查情况报告 and the papers around it: 公示, letters to those concerned, confirmations, slips.

Here: what they say, read from a published month. Not here: how they look (reports/word, reports/render).
"""
