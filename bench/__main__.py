"""`python -m bench`: the scales of the issue, one after another."""

from bench.run import main

if __name__ == "__main__":
    main()
