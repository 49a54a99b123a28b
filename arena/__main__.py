"""`python -m arena` is the same as the command `arena`."""

import sys

from arena.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
