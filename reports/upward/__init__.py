"""Reporting upward: what one division tells the level above, and what that level makes of many."""
