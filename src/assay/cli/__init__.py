"""Floor 5: the command line, one file a verb."""

from assay.cli.main import main

__all__ = ["main"]
