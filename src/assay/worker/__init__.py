"""Floor 5: durable background work."""

from assay.worker.run import Worker, run_one

__all__ = ["Worker", "run_one"]
