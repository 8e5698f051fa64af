"""The web application and the casework that it shares with the command line: the only place with Django."""
