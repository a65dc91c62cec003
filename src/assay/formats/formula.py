r"""Cells that a spreadsheet would run as a formula, made harmless and back.

A text that begins with ``=``, ``+``, ``-``, ``@``, a tab, CR or LF (or the wide forms of the first four) gets
an apostrophe in front, which spreadsheets take for "this is text". So that it can be undone, a text
that already begins with apostrophes and then such a character gets one more.

Source: OWASP, CSV Injection.
"""

from __future__ import annotations

import re
from typing import Final

_DANGEROUS: Final = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_ESCAPED: Final = re.compile("'+[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def escape_formula(text: str) -> str:
    """The text as a cell that no spreadsheet runs.

    >>> escape_formula("=1+1"), escape_formula("'=1+1"), escape_formula("fine")
    ("'=1+1", "''=1+1", 'fine')
    """
    return "'" + text if _DANGEROUS.match(text) else text


def unescape_formula(cell: str) -> str:
    """The text that :func:`escape_formula` made this cell of.

    >>> unescape_formula("''=1+1"), unescape_formula("'tis")
    ("'=1+1", "'tis")
    """
    return cell[1:] if _ESCAPED.match(cell) else cell
