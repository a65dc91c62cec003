"""Runs the notebooks of the documents again and stores what they print: after a change of the numbers.

python -m tools.notebooks
"""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent


def execute(path: Path) -> nbformat.NotebookNode:
    """The notebook with new outputs, run in its own folder."""
    notebook: nbformat.NotebookNode = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def main() -> None:
    """Run and store all of them."""
    for path in sorted((ROOT / "docs").rglob("*.ipynb")):
        nbformat.write(execute(path), path)  # type: ignore[no-untyped-call]
        print(f"Ran {path.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
