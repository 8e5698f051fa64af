"""Alerts: what the operator is told when nobody looks, by log, e-mail or webhook, all off until set.

Here: what there is to tell, in words without anybody in them; the channels; the record of what was sent. Not
here: Dagster's sensors that call on it (`pipelines.sensors`), and the command (`pipelines.cli.alerts`).
"""
