"""Who is who, measured: labelled people in five lists, our engine and Splink on the same records."""
