"""Make a fresh machine ready: environment, locked packages, front-end bundles, English catalogue, static files.

Needs only Python 3.11 or later with pip; `setup.py spark bench` installs these extras, too. Each step leaves a stamp
of its inputs, so that a second run is quick and a broken first run goes on where it stopped.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMPS = VENV / "stamps"
PYTHON, UV = VENV / "bin" / "python", VENV / "bin" / "uv"


def run(*command: str | Path, **environment: str) -> None:
    """Run one command in the project's folder; stop with its own words when it fails."""
    done = subprocess.run([str(word) for word in command], cwd=ROOT, env={**os.environ, **environment}, check=False)
    if done.returncode:
        sys.exit(
            f"setup: “{' '.join(str(w) for w in command[:4])} …” failed (exit {done.returncode}). Mend what it says and run `make setup` again."
        )


def digest(*patterns: str) -> str:
    """A hash of all files that match."""
    seen = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                seen.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()


def step(name: str, inputs: tuple[str, ...], work: Callable[[], None], made: Path) -> None:
    """Do the work unless its inputs are those of the last time and its result is there."""
    stamp = STAMPS / name
    mark = digest(*inputs)
    if made.exists() and stamp.exists() and stamp.read_text() == mark:
        return
    print(f"setup: {name}", flush=True)
    work()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(mark)


def works(*command: str | Path) -> bool:
    """Whether a command can be run and succeeds; what it says is not shown."""
    try:
        return not subprocess.run([str(word) for word in command], capture_output=True, check=False).returncode
    except OSError:
        return False


def environment() -> None:
    """The virtual environment, with uv in it to install what is locked."""
    if not works(PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"):
        run(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV)
    if not works(UV, "--version"):
        run(sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", "--disable-pip-version-check", "uv")


def mirror() -> dict[str, str]:
    """What this machine tells pip about its index and certificates, in the words of uv."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    told = dict(line.split("=", 1) for line in listed.stdout.splitlines() if "=" in line)
    found = {}
    for ours, theirs in {"UV_DEFAULT_INDEX": "index-url", "SSL_CERT_FILE": "cert"}.items():
        value = told.get(f":env:.{theirs}", told.get(f"global.{theirs}", "")).strip("'")
        if value and ours not in os.environ:
            found[ours] = value
    return found


def packages() -> None:
    """Exactly the packages of requirements.lock, by hash, from whatever index this machine uses; then the project itself."""
    wanted = ("--require-hashes", "--requirement", "requirements.lock")
    quick = subprocess.run(
        [str(UV), "pip", "install", "--quiet", "--python", str(PYTHON), *wanted],
        cwd=ROOT,
        env={**os.environ, **mirror()},
        check=False,
    )
    if quick.returncode:
        print("setup: uv could not; once more with pip", flush=True)
        run(
            sys.executable,
            "-m",
            "pip",
            "--python",
            PYTHON,
            "install",
            "--quiet",
            "--disable-pip-version-check",
            *wanted,
        )
    itself = ("--no-deps", "--no-build-isolation", "--offline", "--quiet", "--editable", ".")
    run(UV, "pip", "install", "--python", PYTHON, *itself)


def extra(name: str) -> None:
    """An optional part of pyproject.toml beside the locked packages: `spark`, `bench`."""
    run(UV, "pip", "install", "--quiet", "--python", PYTHON, "--no-build-isolation-package", "zerentian", "--editable",
        f".[{name}]", **mirror())  # fmt: skip


def bundles() -> None:
    """The front-end packages of package-lock.json, without running any of their scripts, and the bundles."""
    run(PYTHON, "tools/node.py", "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
    run(PYTHON, "tools/node.py", "npm", "run", "--silent", "build")


def main() -> None:
    """Every step in order; of two set-ups of one folder the second waits, and then finds everything made."""
    if sys.version_info < (3, 11):
        sys.exit(f"setup: Python 3.11 or later is needed; this is {sys.version.split()[0]}")
    with Path(__file__).open("rb") as itself:
        try:
            fcntl.flock(itself, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("setup: another one is at work in this folder; waiting for it", flush=True)
            fcntl.flock(itself, fcntl.LOCK_EX)
        steps()


def steps() -> None:
    """What is not yet made, or was made from something older."""
    step("environment", ("tools/setup.py",), environment, UV)
    step("packages", ("requirements.lock", "pyproject.toml"), packages, VENV / "bin" / "zerentian")
    dist = ROOT / "zerentian" / "kernel" / "static" / "dist"
    step("bundles", ("package.json", "package-lock.json", "assets/**/*"), bundles, dist)
    catalogue = ROOT / "zerentian" / "locale" / "en" / "LC_MESSAGES" / "django.mo"
    step("catalogue", ("zerentian/locale/**/*.po",), lambda: run(PYTHON, "tools/catalogue.py"), catalogue)
    home = Path(os.environ.get("ZERENTIAN_HOME", ROOT / "var"))
    static = home / "static" / "staticfiles.json"
    collect = lambda: run(PYTHON, "manage.py", "collectstatic", "--noinput", "--verbosity", "0")  # noqa: E731
    step("static files", ("zerentian/*/static/**/*",), collect, static)
    for name in sys.argv[1:]:
        step(f"extra {name}", ("pyproject.toml",), lambda name=name: extra(name), VENV / "bin" / "zerentian")  # type: ignore[misc]


if __name__ == "__main__":
    main()
