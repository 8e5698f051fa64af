"""Apache Spark: the one package that imports PySpark, and only where an operator has chosen Spark.

Here: the session, tables that lie in Parquet files, the comparator of names on the executors. Not here: what
is asked of them (`checks`, `assets.identity`).
"""
