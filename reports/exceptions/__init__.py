"""疑点清单: the report model and how it is read from a published month."""
