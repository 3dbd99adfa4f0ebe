"""`python -m qa "…"` answers a question from a bare checkout; see `readacross ask --help`."""

import sys

from readacross.cli import main

sys.exit(main(["ask", *sys.argv[1:]]))
