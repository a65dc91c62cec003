"""What a process says about itself while it runs: one line of JSON each on stderr, or readable where a person looks."""

from __future__ import annotations

import logging
import sys

import structlog

from assay.kernel.errors import BadInput

# Without the local variables: among them are passwords on their way to be hashed, and the signing key.
_TRACES = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))


def log_to_stderr(level: str) -> None:
    """Write log lines of this level and above. Raises BadInput for a level that does not exist."""
    number = logging.getLevelNamesMapping().get(level.upper())
    if number is None:
        raise BadInput(
            f"ASSAY_LOG_LEVEL is {level!r}.", field="ASSAY_LOG_LEVEL", action="Use debug, info, warning or error."
        )
    render = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _TRACES,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
