"""Every check of the sources, two at a time; what is wrong is printed, what is right is one line.

python -m tools.check                all of them
python -m tools.check types floors   these
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
AT_ONCE = 2


@dataclass(frozen=True)
class Check:
    """A command of this environment (the first word lies in its bin) that ends with 0 when all is well."""

    name: str
    command: tuple[str, ...]
    limit_seconds: int = 600

    def run(self) -> tuple[bool, str]:
        """Whether all is well, and a report."""
        started = time.monotonic()
        command = [str(BIN / self.command[0]), *self.command[1:]]
        try:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env={**os.environ, "NO_COLOR": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                timeout=self.limit_seconds,
            )
            well, output = done.returncode == 0, done.stdout
        except subprocess.TimeoutExpired:
            well, output = False, f"no end after {self.limit_seconds} s\n"
        line = f"{'ok  ' if well else 'FAIL'} {self.name:<10} {time.monotonic() - started:5.1f} s"
        return well, line if well else f"{line}\n{output}"


# The slow ones first, so that they overlap with the others.
CHECKS = (
    Check("web-lint", ("python", "-m", "tools.build_ui", "npm", "run", "--silent", "lint")),
    Check("types", ("mypy",)),
    Check("documents", ("pytest", "tests/docs", "--quiet", "-p", "no:cacheprovider")),
    Check("web-types", ("python", "-m", "tools.build_ui", "npm", "run", "--silent", "typecheck")),
    Check("api-types", ("python", "-m", "tools.api_types")),
    Check("floors", ("lint-imports", "--no-logo", "--no-cache")),  # its cache forgot an import
    Check("budgets", ("python", "-m", "tools.budgets")),
    Check("lint", ("ruff", "check", "--quiet", ".")),
    Check("format", ("ruff", "format", "--check", "--quiet", ".")),
)


def run_all(checks: tuple[Check, ...] = CHECKS) -> list[str]:
    """Run the checks, print each report as it comes, and return the names of those that failed."""
    failed = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = {pool.submit(check.run): check for check in checks}
        for done in as_completed(running):
            well, report = done.result()
            print(report, flush=True)
            if not well:
                failed.append(running[done].name)
    return failed


def main(names: list[str]) -> None:
    """Run the named checks, or all."""
    unknown = set(names) - {check.name for check in CHECKS}
    if unknown:
        known = ", ".join(check.name for check in CHECKS)
        sys.exit(f"There is no check {', '.join(sorted(unknown))}. There are: {known}.")
    failed = run_all(tuple(check for check in CHECKS if not names or check.name in names))
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
