"""Print the OpenAPI document: ``python -m assay.server.openapi > openapi.json``."""

from __future__ import annotations

import json
import sys

from assay.server.app import make_routes, openapi_document


def main() -> None:
    """Write the document to standard output, in a stable order."""
    json.dump(openapi_document(make_routes()), sys.stdout, indent=1, sort_keys=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
