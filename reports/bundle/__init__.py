"""Evidence bundles: which findings they hold, as tables for people and programs, and the paper with them."""
