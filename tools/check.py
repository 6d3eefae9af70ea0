"""Everything that can be checked without running the tests; every check runs, and the summary names those that failed."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"

CHECKS: dict[str, tuple[str, ...]] = {
    "format": ("ruff", "format", "--check", "--quiet", "."),
    "lint": ("ruff", "check", "--quiet", "."),
    "templates": ("djlint", "--check", "--lint", "--quiet", "zerentian"),
    "types": ("mypy", "zerentian"),
    "floors": ("lint-imports", "--no-cache"),
    "locks": ("python", "tools/lock.py", "--check"),
    "migrations": ("python", "manage.py", "makemigrations", "--check", "--dry-run", "--verbosity", "1"),
    "catalogue": ("python", "tools/catalogue.py", "--check"),
    "generated docs": ("zerentian", "docs", "--check"),
}


def main() -> int:
    """Run the checks named on the command line, or all."""
    wanted = sys.argv[1:] or list(CHECKS)
    failed = []
    for name in wanted:
        started = time.monotonic()
        program, *words = CHECKS[name]
        done = subprocess.run([str(BIN / program), *words], cwd=ROOT, check=False)
        print(f"{'ok  ' if done.returncode == 0 else 'FAIL'} {name} ({time.monotonic() - started:.0f} s)", flush=True)
        if done.returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
