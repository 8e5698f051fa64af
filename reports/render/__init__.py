"""Renderers: the only place, with connectors/sample, that writes spreadsheets."""
