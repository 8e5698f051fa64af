"""Where the queries over all rows of a month are computed: on this machine, or on Spark."""
