"""What a format is: its identity card, and the promises that every file in ``FORMATS`` keeps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from assay.formats.rows import RowReader
from assay.labels import LabelConfig


@dataclass(frozen=True, slots=True)
class FormatCard:
    """The identity of a format.

    ``lossless``: what it writes reads back as the same tasks and annotations. ``drops`` says in sentences
    what an export in this format leaves out; pages show it before the download. ``loses`` names the kinds
    of things that are counted for the report before a download (``assay.store.loss_report.KINDS``). ``binary``: no
    text.
    """

    id: str
    title: str
    description: str
    extension: str
    media_type: str
    reads: bool
    writes: bool
    lossless: bool
    drops: tuple[str, ...] = ()
    loses: tuple[str, ...] = ()
    binary: bool = False


class Format(Protocol):
    """One file format. Stateless; one object a format, in the list ``FORMATS``."""

    @property
    def id(self) -> str: ...
    @property
    def card(self) -> FormatCard: ...

    def read(self, stream: BinaryIO, *, text_key: str = "text") -> RowReader:
        """The rows of a file, streamed. ``text_key`` is the data key for formats that have none.

        A row that cannot be read is a RefusedRow, and reading goes on. BadInput (while iterating) means
        that the file as a whole cannot be read, as for a table without usable column names.
        UnsupportedFormat: this format is only written.
        """
        ...

    def write(
        self, rows: Iterable[Any], sink: BinaryIO, *, config: LabelConfig | None = None, raw: bool = False
    ) -> int:
        """Write rows (each an ``ExportRow``), streamed; returns how many.

        ``config`` is the label config in force, which gives tables their columns. ``raw`` turns the
        escaping of formulas off. UnsupportedFormat: this format is only read.
        """
        ...
