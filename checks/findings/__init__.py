"""From evidence to findings, and their life from month to month."""
