"""What a machine did meanwhile: the CPU of a process tree, that of everything else, and what it is."""

from __future__ import annotations

import os
import platform
import sys
import time
from dataclasses import dataclass
from pathlib import Path

CORES = os.cpu_count() or 1
_IDLE_FIELDS = (3, 4)  # of the first line of /proc/stat: idle, waiting for a disk


def tree_cpu_seconds(root: int) -> float | None:
    """User and system CPU of a process and of all that it started, also of those that ended meanwhile.

    None where the system does not tell (anything but Linux).
    """
    children: dict[int, list[int]] = {}
    spent: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended; its parent has its time
        # The name in brackets may hold spaces. After it: state, parent, ..., utime, stime, cutime, cstime.
        fields = text[text.rindex(")") + 2 :].split()
        process = int(folder.name)
        children.setdefault(int(fields[1]), []).append(process)
        spent[process] = sum(map(int, fields[11:15]))
    if root not in spent:
        return None
    ticks, waiting = 0, [root]
    while waiting:
        process = waiting.pop()
        ticks += spent[process]
        waiting += children.get(process, [])
    return ticks / os.sysconf("SC_CLK_TCK")


def machine_busy_seconds() -> float | None:
    """CPU that the whole machine has spent since it started, over all cores; None where it is not told."""
    try:
        first = Path("/proc/stat").read_text().split("\n", 1)[0]
    except FileNotFoundError:
        return None
    ticks = [int(field) for field in first.split()[1:9]]  # the rest is counted in them already
    return (sum(ticks) - sum(ticks[place] for place in _IDLE_FIELDS)) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Moment:
    """CPU spent up to a moment: by each of the watched process trees, by this process, by the machine."""

    at: float
    trees: tuple[float | None, ...]
    own: float
    machine: float | None


def moment(*roots: int) -> Moment:
    """Look at the clocks of now."""
    return Moment(
        time.perf_counter(),
        tuple(tree_cpu_seconds(root) for root in roots),
        time.process_time(),
        machine_busy_seconds(),
    )


@dataclass(frozen=True, slots=True)
class Span:
    """What was spent between two moments. ``other_cores``: cores that programs outside of the benchmark used."""

    seconds: float
    trees: tuple[float | None, ...]
    own: float
    other_cores: float | None


def between(before: Moment, after: Moment) -> Span:
    """The difference of two moments that watched the same trees."""
    seconds = after.at - before.at
    trees = tuple(
        None if early is None or late is None else late - early
        for early, late in zip(before.trees, after.trees, strict=True)
    )
    own = after.own - before.own
    other = None
    if before.machine is not None and after.machine is not None:
        ours = own + sum(spent for spent in trees if spent is not None)
        other = max(0.0, (after.machine - before.machine - ours) / seconds)
    return Span(seconds, trees, own, other)


def describe() -> dict[str, object]:
    """The machine, for the record of a measurement."""
    return {
        "processor": _processor(),
        "cores": CORES,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except FileNotFoundError:
        return platform.processor() or "unknown"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def say(text: str) -> None:
    """Tell the person who waits; the measurement itself goes to standard output."""
    print(text, file=sys.stderr, flush=True)
