"""Make the locks anew from pyproject.toml: `make lock`; needs uv (https://docs.astral.sh/uv).

Every package with its hashes, for Python 3.11 and later on Linux, macOS and Windows.  torch itself and
the CUDA packages it names are left out: tools/install.py chooses the build of torch.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN = ("build", "site", "tables", "documents", "notebooks")
EXTRAS = {
    "run": RUN,
    "test": (*RUN, "llama", "dev"),
    "bench": (*RUN, "llama", "peers"),
    "peers": (*RUN, "llama", "peers", "retrievers"),
}
LEFT_OUT = re.compile(r"(torch|triton|nvidia-[\w-]+|cuda-[\w-]+)==")
INPUTS = "hatchling>=1.27,<2\neditables>=0.5,<1\n"
"""What an editable installation without build isolation needs."""


def main() -> None:
    """Write locks/*.lock; later stages hold only what earlier ones do not."""
    done: set[str] = set()
    for stage, extras in EXTRAS.items():
        entries = [entry for entry in resolved(extras) if not LEFT_OUT.match(entry)]
        kept = [entry for entry in entries if entry not in done]
        if stage == "run":
            done |= set(entries)
        text = f"# Made by: make lock. Stage {stage!r}; see tools/install.py.\n" + "".join(kept)
        (ROOT / "locks" / f"{stage}.lock").write_text(text, encoding="utf-8", newline="\n")


def resolved(extras: tuple[str, ...]) -> list[str]:
    """The entries of a resolution, each with its hashes."""
    inputs = ROOT / "locks" / ".inputs.txt"
    inputs.write_text(INPUTS, encoding="utf-8")
    command = [
        "uv",
        "pip",
        "compile",
        "pyproject.toml",
        str(inputs),
        "--universal",
        "--python-version",
        "3.11",
    ]
    command += ["--generate-hashes", "--no-header", "--no-annotate", "--quiet"]
    for extra in extras:
        command += ["--extra", extra]
    first = ROOT / "locks" / "run.lock"
    if "dev" in extras or "llama" in extras:
        pins = re.sub(r"(?m)^ .*\n|^#.*\n| \\$", "", first.read_text(encoding="utf-8"))
        inputs.with_name(".pins.txt").write_text(pins, encoding="utf-8")
        command += ["--constraint", str(inputs.with_name(".pins.txt"))]
    made = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for path in (inputs, inputs.with_name(".pins.txt")):
        path.unlink(missing_ok=True)
    return re.findall(r"(?m)^\S.*\n(?:^ .*\n)*", made)


if __name__ == "__main__":
    sys.exit(main())
