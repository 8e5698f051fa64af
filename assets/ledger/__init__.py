"""One month's facts, as the rules read them."""
