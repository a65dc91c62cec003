"""Assay: annotation that runs label quality like production infrastructure."""

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from assay.client import Client as Client

__all__ = ["Client", "__version__"]


def __getattr__(name: str) -> object:
    """Load the client on first use, so that ``import assay.agreement`` needs no HTTP library."""
    if name == "Client":
        from assay.client import Client

        return Client
    raise AttributeError(f"module 'assay' has no attribute {name!r}")
