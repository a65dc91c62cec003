"""House rules that no linter knows: lengths, names, broad excepts, and what must not be in a file.

    python -m tools.budgets

Each rule is a function over one file that yields what is wrong; RULES is the list. What they prevent:

- files and functions that everybody edits and nobody can read;
- names that say nothing (a ``utils`` module is where every idea without a home ends up);
- an ``except Exception`` that turns a bug into a wrong number. It belongs to the two edges, where a request ends
  (one file of server) and where a job ends (one file of worker). A handler that raises again is fine; one that gives
  the error, whole, to who waits for it says so with the comment "hand-over";
- paths of one machine and addresses of one package index, which work nowhere else.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
PYTHON_LINES = 500
TEST_LINES = 600
FUNCTION_LINES = 70
WEB_LINES = 250
WEB_ENDS = {".ts", ".tsx", ".css", ".js", ".mjs"}
GENERATED = {"web/src/api/schema.d.ts", "web/package-lock.json"}
EMPTY_NAMES = {"base", "common", "handler", "handlers", "helper", "helpers", "manager", "managers", "misc"}
EMPTY_NAMES |= {"util", "utils"}
EDGES = ("src/assay/server/", "src/assay/worker/")
BROAD = {"Exception", "BaseException"}
# Written with character classes, so that this file does not contain what it looks for.
FORBIDDEN_TEXT = {
    re.compile(r"(?<![\w.~-])/(?:[w]ork|[f]arm|[r]oot|[h]ome/[a-z][\w-]*)/"): "a path of one machine",
    re.compile(r"https?://[\w.-]*(?:[n]pmjs|[p]ypi|[p]ythonhosted|[y]arnpkg|debian)\.[a-z]"): "a package index",
    re.compile(r"\b[I]ssue #?\d", re.IGNORECASE): "an issue number",
}


@dataclass(frozen=True)
class Source:
    """One file of the repository, by its path from the top."""

    path: str

    @cached_property
    def text(self) -> str:
        """The content; empty for a file that is not text."""
        try:
            return (ROOT / self.path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            return ""

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file."""
        return ast.parse(self.text, self.path)

    @property
    def is_python(self) -> bool:
        """Whether the file is Python."""
        return self.path.endswith(".py")

    @property
    def is_test(self) -> bool:
        """Whether the file is a test, or serves tests."""
        return self.path.startswith("tests/")


Problem = tuple[int, str]
Rule = Callable[[Source], Iterator[Problem]]


def file_length(source: Source) -> Iterator[Problem]:
    """500 lines of Python, 600 of tests, 250 of the web. A migration is a record, not code to be read."""
    if "/migrations/" in source.path:
        return
    if source.is_python:
        limit = TEST_LINES if source.is_test else PYTHON_LINES
    elif source.path.startswith("web/") and PurePosixPath(source.path).suffix in WEB_ENDS:
        limit = WEB_LINES
    else:
        return
    lines = source.text.count("\n")
    if lines > limit and source.path not in GENERATED:
        yield 1, f"{lines} lines, at most {limit}: is it one idea?"


def function_length(source: Source) -> Iterator[Problem]:
    """70 lines of code in a function; its docstring does not count, so that nobody saves on that."""
    if not source.is_python or "/migrations/" in source.path:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1 - _docstring_lines(node)
            if lines > FUNCTION_LINES:
                yield node.lineno, f"{node.name} has {lines} lines, at most {FUNCTION_LINES}"


def _docstring_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[0]
    if ast.get_docstring(function) is None:
        return 0
    return (first.end_lineno or first.lineno) - first.lineno + 1


def empty_name(source: Source) -> Iterator[Problem]:
    """No file or folder called after nothing in particular."""
    path = PurePosixPath(source.path)
    if path.parts[0] not in {"src", "tests", "bench", "tools", "web"}:
        return
    for part in (*path.parts[:-1], path.name.split(".")[0]):
        words = re.sub(r"([a-z])([A-Z])", r"\1_\2", part).lower().replace("-", "_").split("_")
        for word in EMPTY_NAMES.intersection(words):
            yield 1, f"{part!r}: {word!r} says nothing; name it after its idea"


def broad_except(source: Source) -> Iterator[Problem]:
    """A handler for everything belongs to the two edges."""
    if not source.path.startswith(EDGES):
        for line in _swallowing(source):
            yield line, "swallows every error: catch the narrowest, or raise again"


def _swallowing(source: Source) -> list[int]:
    if not source.is_python:
        return []
    lines = source.text.splitlines()
    return [
        node.lineno
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler)
        and _is_broad(node.type)
        and not any(isinstance(inner, ast.Raise) for statement in node.body for inner in ast.walk(statement))
        and "hand-over" not in lines[node.lineno - 1]
    ]


def _is_broad(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(isinstance(name, ast.Name) and name.id in BROAD for name in names)


def forbidden_text(source: Source) -> Iterator[Problem]:
    """Nothing that holds on one machine only."""
    for pattern, name in FORBIDDEN_TEXT.items():
        for match in pattern.finditer(source.text):
            yield source.text.count("\n", 0, match.start()) + 1, f"{name}: {match.group()!r}"


RULES: tuple[Rule, ...] = (file_length, function_length, empty_name, broad_except, forbidden_text)


def repository_files() -> list[str]:
    """Every file that git keeps or would keep."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return sorted(path for path in set(listed.split("\0")) if path and (ROOT / path).is_file())


def find_problems(paths: list[str], rules: tuple[Rule, ...] = RULES) -> list[str]:
    """``path:line: what`` for everything that breaks a rule."""
    found = []
    for path in paths:
        source = Source(path)
        found += [f"{path}:{line}: {what}" for rule in rules for line, what in rule(source)]
    for edge in EDGES:
        files = [path for path in paths if path.startswith(edge) and _swallowing(Source(path))]
        if len(files) > 1:
            found.append(f"{edge} swallows every error in more than one file: {', '.join(files)}")
    return found


def main() -> None:
    """Print what breaks a rule; end with 1 when anything does."""
    problems = find_problems(repository_files())
    print("\n".join(problems) or "every file is within its budget")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
