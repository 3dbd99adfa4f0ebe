"""Every check, in the order in which they fail fastest, tests last; run by `make test` in the environment it made."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / ("Scripts" if sys.platform == "win32" else "bin")
STEPS = (
    ("format", ["ruff", "format", "--check", "."]),
    ("lint", ["ruff", "check", "."]),
    ("types", ["mypy"]),
    ("layers", ["lint-imports"]),
    ("index", ["readacross", "build", "--check"]),
    ("build", ["readacross", "build"]),
    ("check", ["readacross", "check"]),
    ("floors", ["readacross", "evaluate", "--floors"]),
    ("tests", ["python", "-m", "pytest", "-n", "2", "--dist", "loadfile"]),
)


def main() -> int:
    """Run every step; go on after a failure, so that one run shows them all."""
    failed = []
    for name, command in STEPS:
        print(f"== {name}: {' '.join(command)}", flush=True)
        start = time.monotonic()
        done = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, check=False)
        print(
            f"== {name}: {'failed' if done.returncode else 'ok'} in {time.monotonic() - start:.0f} s",
            flush=True,
        )
        if done.returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
