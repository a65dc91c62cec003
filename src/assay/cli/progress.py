"""How far a long verb is: a line on stderr that changes, where a person watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from assay.store.archive.rows import Progress

_PAUSE_SECONDS = 0.2


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """What a long piece of work is to call; silent where nobody watches."""
    watched = sys.stderr.isatty()
    last = 0.0

    def show(table: str, rows: int) -> None:
        nonlocal last
        if watched and time.monotonic() - last > _PAUSE_SECONDS:
            last = time.monotonic()
            sys.stderr.write(f"\r\033[K{table}: {rows:,}")
            sys.stderr.flush()

    try:
        yield show
    finally:
        if watched:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
