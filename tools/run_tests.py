"""Everything that has to hold: all checks, the web's unit tests, and the Python tests (browser tests among them).

    python -m tools.run_tests                  all of it
    python -m tools.run_tests -k agreement     arguments go to pytest; the rest runs as well

A part that fails does not keep the others from running: one run shows everything that is wrong.
pytest comes last, so that its closing line ends the output of a good run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from tools import machine
from tools.check import CHECKS, ROOT, Check, run_all

WEB_TESTS = Check("web-tests", ("python", "-m", "tools.build_ui", "npm", "test"))
PYTEST_SECONDS = 1500  # of one part; each test has its own, shorter limit
NO_TESTS = 5


def parts() -> dict[str, list[str]]:
    """pytest twice: on all cores (at most 4), then what drives a browser, on two.

    A file stays on one core, for its shared fixtures. The documents are not tested again: they were checked before.
    """
    spread = ["--dist=loadfile", "--ignore=tests/docs"]
    return {
        "tests": [f"--numprocesses={min(4, os.cpu_count() or 2)}", *spread, "-m", "not soak and not browser"],
        "browser tests": ["--numprocesses=2", *spread, "-m", "browser and not soak"],
    }


def run_pytest(chosen: list[str], arguments: list[str]) -> bool:
    """Whether all these tests passed. None at all is a failure, unless the arguments choose among them."""
    command = [sys.executable, "-m", "pytest", "--quiet", *chosen, *arguments]
    # Hundreds of servers and commands are started: without compiled files each takes seconds of a core.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(ROOT / ".tools" / "pycache")
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False, timeout=PYTEST_SECONDS
        )
    except subprocess.TimeoutExpired:
        print(f"The tests did not end within {PYTEST_SECONDS} s.")
        return False
    return done.returncode == 0 or (done.returncode == NO_TESTS and arguments != [])


def main(arguments: list[str]) -> None:
    """Run everything; end with 1, naming what failed, when anything did."""
    started = time.monotonic()
    machine.main()
    failed = run_all((WEB_TESTS, *CHECKS))
    failed += [name for name, chosen in parts().items() if not run_pytest(chosen, arguments)]
    if failed:
        sys.exit(f"make test failed after {time.monotonic() - started:.0f} s: {', '.join(failed)}")


if __name__ == "__main__":
    main(sys.argv[1:])
