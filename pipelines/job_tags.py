"""What the runs of a home are tagged with in Dagster."""

PARTITION_TAG = "dagster/partition"
RUN_TAG = "duibian/run"
"""Our own name of a run: the hash of its inputs."""
