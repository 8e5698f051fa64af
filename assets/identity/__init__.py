"""Who is who and which unit is which."""
