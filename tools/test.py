"""Every check, in the order in which they fail fastest, tests last; run by `make test` in the environment it made."""

import subprocess
import sys
import tempfile
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
)


def tested() -> bool:
    """Whether every test passes: the test files in two halves side by side, one for each core."""
    files = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").glob("test_*.py"))
    python = BIN / "python"
    start = time.monotonic()
    print("== tests: two halves of the test files, each by python -m pytest", flush=True)
    halves = []
    for half in (files[0::2], files[1::2]):
        output = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - read when the half has ended
        running = subprocess.Popen(
            [python, "-m", "pytest", *half], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
        )
        halves.append((running, output))
    passed = [running.wait() == 0 for running, _ in halves]
    for _, output in halves:
        output.seek(0)
        print(output.read(), flush=True)
        output.close()
    print(f"== tests: {'ok' if all(passed) else 'failed'} in {time.monotonic() - start:.0f} s", flush=True)
    return all(passed)


def main() -> int:
    """Run every step; go on after a failure, so that one run shows them all, but test last."""
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
    if not tested():
        failed.append("tests")
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
