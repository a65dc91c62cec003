"""Simulated annotators: each asks for the next task, submits an answer, and starts again, without pause.

The annotators run in this one process over one connection each. Latency is counted from the request's
first byte written to the response's last byte read.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import uvloop

from bench.http_connection import Answer, Connection
from bench.machine import Moment, Span, between

_PAUSE_AFTER_ERROR_SECONDS = 0.05
_EXAMPLES_KEPT = 5


@dataclass(frozen=True, slots=True)
class Step:
    """An assignment that was received, with the whole request that answers it. ``key`` names the submission."""

    key: str
    request: bytes


class Refused(Exception):
    """The server did not do what it was asked."""

    def __init__(self, what: str, answer: Answer) -> None:
        super().__init__(f"{what} {answer.status}")
        self.detail = answer.body[:300].decode("utf-8", "replace")


class Annotator(Protocol):
    """What one simulated annotator sends to the server under test."""

    def next_request(self) -> bytes:
        """The request for the next task."""

    def read_next(self, answer: Answer) -> Step | None:
        """What to submit for the task in an answer; None when there is nothing left to do. Raises Refused."""


@dataclass(slots=True)
class Measured:
    """What happened. The lists of times hold the loops that ended in the measured span."""

    next_ms: list[float] = field(default_factory=list)
    submit_ms: list[float] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)  # keys of every submission that was answered well, ever
    errors: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    ran_out: int = 0  # annotators that were told there is nothing left
    span: Span | None = None

    @property
    def loops(self) -> int:
        """Whole loops in the measured span."""
        return len(self.next_ms)

    def note_error(self, kind: str, detail: str = "") -> None:
        """Count an error, and keep the first few in full."""
        self.errors[kind] += 1
        if len(self.examples) < _EXAMPLES_KEPT:
            self.examples.append(f"{kind} {detail}".strip())


def drive(
    annotators: Sequence[Annotator], port: int, *, seconds: float, warm_up_seconds: float, look: Callable[[], Moment]
) -> Measured:
    """Let all annotators work for ``warm_up_seconds + seconds`` and measure the latter part.

    ``look`` reads the CPU clocks, at both ends of the measured span.
    """
    return uvloop.run(_drive(annotators, port, seconds, warm_up_seconds, look))


async def _drive(
    annotators: Sequence[Annotator], port: int, seconds: float, warm_up_seconds: float, look: Callable[[], Moment]
) -> Measured:
    measured = Measured()
    begins = time.perf_counter() + warm_up_seconds
    ends = begins + seconds
    work = [asyncio.create_task(_annotate(one, port, begins, ends, measured)) for one in annotators]
    await asyncio.sleep(warm_up_seconds)
    before = look()
    await asyncio.wait(work, timeout=max(0.0, ends - time.perf_counter()))
    measured.span = between(before, look())
    await asyncio.gather(*work)
    return measured


async def _annotate(annotator: Annotator, port: int, begins: float, ends: float, measured: Measured) -> None:
    connection = Connection("127.0.0.1", port)
    try:
        while time.perf_counter() < ends:
            try:
                if not await _loop(annotator, connection, begins, ends, measured):
                    measured.ran_out += 1
                    return
            except Refused as problem:
                measured.note_error(str(problem), problem.detail)
                await asyncio.sleep(_PAUSE_AFTER_ERROR_SECONDS)
            except (OSError, TimeoutError) as problem:
                measured.note_error(type(problem).__name__, str(problem))
                await asyncio.sleep(_PAUSE_AFTER_ERROR_SECONDS)
    finally:
        connection.close()


async def _loop(annotator: Annotator, connection: Connection, begins: float, ends: float, measured: Measured) -> bool:
    """One task from asking to receipt; False when there was none."""
    asked = time.perf_counter()
    offer = await connection.send(annotator.next_request())
    received = time.perf_counter()
    step = annotator.read_next(offer)
    if step is None:
        return False
    prepared = time.perf_counter()
    receipt = await connection.send(step.request)
    done = time.perf_counter()
    if not receipt.is_well:
        raise Refused("submit", receipt)
    measured.acknowledged.append(step.key)
    if begins <= done <= ends:
        measured.next_ms.append((received - asked) * 1000)
        measured.submit_ms.append((done - prepared) * 1000)
    return True
