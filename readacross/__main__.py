"""`python -m readacross` is the command `readacross`."""

import sys

from readacross.cli import main

sys.exit(main())
