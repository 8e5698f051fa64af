"""From raw text to typed rows, with what was not understood."""
