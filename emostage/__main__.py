"""`python -m emostage` is the command line."""

from emostage.apps.cli import main

if __name__ == "__main__":
    main()
