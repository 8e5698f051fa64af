"""What goes back to the departments: their own data problems, each with the cell it stands in."""
