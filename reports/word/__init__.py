"""Word papers in official document look (GB/T 9704): texts in TOML, templates that an office may replace.

Here: pages, paragraphs, templates, filling them in. Not here: what a paper says of whom (the report models).
"""
