"""`python -m index` rebuilds the knowledge base from a bare checkout; see `readacross build --help`."""

import sys

from readacross.cli import main

sys.exit(main(["build", *sys.argv[1:]]))
