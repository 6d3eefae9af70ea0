"""The same as the `zerentian` command, for a checkout."""

import sys

from zerentian.config.command import main

if __name__ == "__main__":
    sys.exit(main())
