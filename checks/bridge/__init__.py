"""The three numbers and the lines that explain their differences."""
