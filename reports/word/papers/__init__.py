"""Texts of the papers, one TOML each."""
