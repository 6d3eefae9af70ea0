"""Pins every package by version and hash, without an address: any mirror of the index will do.

`lock.py` after a change of pyproject.toml (`lock.py --upgrade` for newer versions); `lock.py --check` says whether
uv.lock and requirements.lock follow from pyproject.toml.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK, INSTALLED = ROOT / "uv.lock", ROOT / "requirements.lock"
ADDRESS = re.compile(r'\burl = "[^"]*/([^"/]+)"')
REGISTRY = re.compile(r'\bregistry = "[^"]*"')


def _uv(*words: str) -> str:
    own = ROOT / ".venv" / "bin" / "uv"
    done = subprocess.run(
        [str(own if own.exists() else "uv"), *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"lock: uv {words[0]} failed: {done.stderr.strip()[-600:]}")
    return done.stdout


def neutral(text: str) -> str:
    """The lock with file names in the place of addresses."""
    return REGISTRY.sub('registry = "any"', ADDRESS.sub(r'filename = "\1"', text))


def exported() -> str:
    """What is installed: pip's own format, with hashes, for every platform."""
    return _uv("export", "--frozen", "--no-emit-project", "--all-groups", "--no-header", "--no-annotate", "--quiet")


def main(words: list[str]) -> int:
    """Write both files, or check them."""
    if "--check" in words:
        _uv("lock", "--check")
        if LOCK.read_text() != neutral(LOCK.read_text()) or INSTALLED.read_text() != exported():
            print("lock: uv.lock or requirements.lock is not current: run `make lock`")
            return 1
        return 0
    _uv("lock", *words)
    LOCK.write_text(neutral(LOCK.read_text()))
    INSTALLED.write_text(exported())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
