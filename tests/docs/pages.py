"""The pages, and what is in them."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>[\w-]*)[^\n]*\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)
_NOT_RUN = re.compile(r"<!-- not run: .{10,} -->\s*\Z")


@dataclass(frozen=True)
class Block:
    """One fenced block of a page. ``line`` is that of its fence."""

    language: str
    text: str
    line: int
    not_run: bool


@dataclass(frozen=True)
class Page:
    """One Markdown file."""

    path: Path

    @property
    def name(self) -> str:
        """The path from the top of the repository."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def text(self) -> str:
        """The whole page."""
        return self.path.read_text(encoding="utf-8")

    @property
    def prose(self) -> str:
        """The page without its fenced blocks."""
        return _FENCE.sub("", self.text)

    @property
    def blocks(self) -> list[Block]:
        """Its fenced blocks. ``<!-- not run: reason -->`` right before one keeps it from being run."""
        text = self.text
        return [
            Block(
                match["language"],
                re.sub(rf"^{match['indent']}", "", match["text"], flags=re.MULTILINE),
                text.count("\n", 0, match.start()) + 1,
                _NOT_RUN.search(text[: match.start()]) is not None,
            )
            for match in _FENCE.finditer(text)
        ]


def all_pages() -> list[Page]:
    """Every Markdown file that git keeps or would keep."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [Page(ROOT / name) for name in sorted(set(listed.split("\0"))) if name and (ROOT / name).exists()]


def anchors(page: Page) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#{1,6} +(.+?) *$", page.prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
