"""`python -m translate_pipe`."""

from translate_pipe.cli import main

if __name__ == "__main__":
    main()
