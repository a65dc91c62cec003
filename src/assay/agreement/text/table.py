"""Who wrote what for which task, checked once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from assay.agreement.structured.answer_table import AnswerTable, read_answers


@dataclass(frozen=True, eq=False)
class TextTable(AnswerTable[str]):
    """Answers that are texts. The empty text is an answer ("nothing is said"); None is a missing one.

    Texts are compared as they are, by code point: composed and decomposed letters differ, and so do upper and lower
    case. Normalise first where that is not meant (``unicodedata.normalize("NFC", text)``).

    >>> TextTable.from_arrays(["t1", "t1"], ["ann", "ben"], ["a cat", None]).n_missing
    1
    """

    @classmethod
    def from_arrays(cls, tasks: Iterable[Hashable], annotators: Iterable[Hashable], texts: Iterable[Any]) -> TextTable:
        """From three columns, one row an answer.

        Raises ValueError for columns of different lengths and an answer that is no text, DuplicateLabel for two
        answers of an annotator to one task.
        """

        def check(answer: Any, task: Hashable, where: str) -> str:
            if not isinstance(answer, str):
                raise ValueError(f"{where} is {answer!r}; give a text, or None where there is no answer.")
            return answer

        return cls(*read_answers(tasks, annotators, texts, "texts", check))
