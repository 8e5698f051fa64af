"""The pages. Each asks a published month through `MonthView`, and writes through casework alone."""
