"""Make the virtual environment `.venv` and install into it, from the locks; stdlib only, any platform.

    python tools/install.py run     what building, asking and the site need
    python tools/install.py test    and what the tests need, a browser included
    python tools/install.py bench   and llama-index's default path, to compare one cold question with
    python tools/install.py peers   and every retriever that benchmarks compare with

A stage that is installed and whose lock has not changed is skipped.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAGES = {"run": ("run",), "test": ("run", "test"), "bench": ("run", "bench"), "peers": ("run", "peers")}
TORCH = "torch==2.13.0"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
"""The torch project's own index of CPU builds; READACROSS_TORCH_INDEX names another."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")


def main(arguments: list[str]) -> int:
    """Install a stage and those before it."""
    if len(arguments) != 1 or arguments[0] not in STAGES:
        print(f"usage: python tools/install.py {'|'.join(STAGES)}", file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):
        print(
            f"Readacross needs Python 3.11 or later; this is {sys.version.split()[0]}. Set PYTHON=…",
            file=sys.stderr,
        )
        return 2
    if not PYTHON.exists():
        print("making .venv")
        venv.create(VENV, with_pip=True)
    for stage in STAGES[arguments[0]]:
        install(stage)
    if arguments[0] == "test":
        install_browser()
    return 0


def install(stage: str) -> None:
    """Install one lock unless it is installed already."""
    lock = ROOT / "locks" / f"{stage}.lock"
    wanted = hashlib.sha256(lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamp = VENV / f".installed-{stage}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if stage == "run":
        install_torch()
    print(f"installing locks/{stage}.lock")
    pip("install", "--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(lock))
    if stage == "run":
        pip("install", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    stamp.write_text(wanted)


def install_torch() -> None:
    """Install the CPU build of torch; CUDA packages only where there is a GPU to use them."""
    index = os.environ.get("READACROSS_TORCH_INDEX")
    if not index and sys.platform == "linux" and not Path("/dev/nvidia0").exists() and would_pull_cuda():
        index = CPU_INDEX
    print(f"installing {TORCH}" + (f" from {index}" if index else ""))
    pip("install", "--no-deps", TORCH, *(("--index-url", index) if index else ()))


def would_pull_cuda() -> bool:
    """Whether installing torch plainly would bring CUDA packages with it."""
    command = [str(PYTHON), "-m", "pip", "install", "--dry-run", "--quiet", "--report", "-", TORCH]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if found.returncode:
        return True
    names = [item["metadata"]["name"].lower() for item in json.loads(found.stdout)["install"]]
    return any(name.startswith(("nvidia-", "cuda-")) for name in names)


def install_browser() -> None:
    """Make sure that a Chromium is there for the browser tests."""
    if os.environ.get("READACROSS_CHROMIUM") or any(shutil.which(name) for name in BROWSERS):
        return
    print("installing Chromium for the browser tests")
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-yq", "chromium"]):
            subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
        return
    subprocess.run([str(PYTHON), "-m", "playwright", "install", "chromium"], check=True)


def pip(*arguments: str) -> None:
    """Run pip in the environment, quietly."""
    command = [str(PYTHON), "-m", "pip", *arguments, "-qq", "--disable-pip-version-check"]
    done = subprocess.run(command, check=False)
    if done.returncode:
        sys.exit(f"pip failed: {' '.join(command[3:])}. See above; then run make again.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
