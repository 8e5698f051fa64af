"""The monthly set of forms, from 三数对应 to 单位台账卡片: models and their readers.

Here: one published month → frozen models with every sum, the heavy part in SQL. Not here: how they look
(`reports.render`), what is wrong (`checks`).
"""
