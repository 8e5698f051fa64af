"""`python -m deploy.installer`: folders that install the program where there is no network.

Here: which wheels a platform needs, fetching and listing them, what else lies in such a folder, and the
observed run in a network namespace without a route. What runs on the office's machine is in `files/` and uses
nothing but Python's own library.
"""
