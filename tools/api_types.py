"""The web's TypeScript types of the API, made from the server's own OpenAPI document.

python -m tools.api_types            fail when web/src/api/schema.d.ts is not what the server offers
python -m tools.api_types --write    write it again
"""

from __future__ import annotations

import difflib
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path

from tools.build_ui import Node, ready_node

ROOT = Path(__file__).resolve().parent.parent
TYPES = ROOT / "web" / "src" / "api" / "schema.d.ts"
GENERATOR = ROOT / "web" / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
LIMIT_SECONDS = 120
SHOWN_LINES = 40


def openapi_document() -> bytes:
    """What the server prints about itself."""
    command = [sys.executable, "-m", "assay.server.openapi"]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, timeout=LIMIT_SECONDS).stdout


def make_types(document: bytes, node: Node) -> str:
    """The TypeScript declarations of an OpenAPI document."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "openapi.json"), Path(folder, "schema.d.ts")
        source.write_bytes(document)
        command = [str(node.path), str(GENERATOR), str(source), "--output", str(target)]
        subprocess.run(
            command, cwd=ROOT / "web", env=node.environment(), check=True, capture_output=True, timeout=LIMIT_SECONDS
        )
        return target.read_text()


def main(arguments: list[str]) -> None:
    """Compare, or write."""
    wanted = make_types(openapi_document(), ready_node(ROOT))
    if arguments == ["--write"]:
        TYPES.parent.mkdir(parents=True, exist_ok=True)
        TYPES.write_text(wanted)
        return
    found = TYPES.read_text() if TYPES.exists() else ""
    if found != wanted:
        name = TYPES.relative_to(ROOT)
        difference = difflib.unified_diff(found.splitlines(), wanted.splitlines(), str(name), "the server", lineterm="")
        print("\n".join(islice(difference, SHOWN_LINES)))
        sys.exit(f"{name} is not what the server offers: run make api")


if __name__ == "__main__":
    main(sys.argv[1:])
