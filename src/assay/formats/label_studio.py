"""Label Studio's JSON: an array of tasks with annotations, in and out.

In: exports of Label Studio, also very old ones (``completions``). ``completed_by`` becomes the e-mail address
where the file has one, else ``label-studio:<id>``; cancelled annotations are read as skipped.

Out: a file that Label Studio imports, provided that the annotators are its users. What it has no place
for stands under the key ``assay``: beside each annotation, and in the task's ``meta``, which Label Studio
keeps. Annotations that do not count (superseded, late) stand in the task's ``meta`` too, as Label Studio
would count them.

Source: https://labelstud.io/guide/export and https://labelstud.io/guide/tasks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO, Final
from uuid import UUID, uuid5

from assay.formats.card import FormatCard
from assay.formats.json_array import read_array, write_array
from assay.formats.rows import RowReader
from assay.kernel.json_text import Json
from assay.labels import LabelConfig

_UNIQUE_IDS: Final = UUID("5f0c6f6e-2d0b-4f0e-9d61-5a1e3b7c9a10")
_USER: Final = "label-studio:"
_TASK: Final = frozenset({"id", "data", "annotations"})
_ANNOTATION: Final = frozenset({"result", "annotator", "created_at", "seconds"})


class LabelStudio:
    """Reads and writes Label Studio's ``.json``."""

    id = "label_studio"
    card = FormatCard(
        id="label_studio",
        title="Label Studio JSON",
        description="For Label Studio and the tools around it; also reads its exports.",
        extension="json",
        media_type="application/json",
        reads=True,
        writes=True,
        lossless=False,
        drops=(
            "The order of annotations that do not count (superseded or late): they stand apart, in the task's meta.",
            "Label Studio itself leaves out, when it imports: confidence, versions of guideline and policy, and times.",
            "Label Studio refuses a file that names an annotator who is not one of its users.",
        ),
        loses=("superseded", "late", "confidence", "versions", "times", "annotators", "skips", "priority", "stratum"),
    )

    def read(self, stream: BinaryIO, *, text_key: str = "text") -> RowReader:
        """One row a task."""
        return read_array(stream)

    def write(
        self, rows: Iterable[Any], sink: BinaryIO, *, config: LabelConfig | None = None, raw: bool = False
    ) -> int:
        """One task a row, with Label Studio's fields."""
        return write_array(_tasks(rows), sink)


def _tasks(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Json]]:
    annotation_number = 0
    for number, row in enumerate(rows, start=1):
        task_id = row["id"] if isinstance(row["id"], int) else number
        counted = [given for given in row["annotations"] if given.get("counted", True)]
        others = [given for given in row["annotations"] if not given.get("counted", True)]
        annotations = []
        for given in counted:
            annotation_number += 1
            annotations.append(_annotation(given, annotation_number, task_id))
        own = {name: value for name, value in row.items() if name not in _TASK}
        if others:
            own["not_counted"] = others
        latest = max((given.get("created_at") or "" for given in counted), default="")
        yield {
            "id": task_id,
            "inner_id": number,
            "data": row["data"],
            "meta": {"assay": own},
            "annotations": annotations,
            "drafts": [],
            "predictions": [],
            "created_at": row.get("created_at"),
            "updated_at": latest or row.get("created_at"),
            "total_annotations": len(annotations),
            "cancelled_annotations": 0,
            "total_predictions": 0,
            "comment_count": 0,
            "unresolved_comment_count": 0,
            "comment_authors": [],
            "file_upload": None,
            "updated_by": None,
            "allow_skip": True,
        }


def _annotation(given: Mapping[str, Any], number: int, task_id: int) -> dict[str, Json]:
    return {
        "id": number,
        "completed_by": _completed_by(given.get("annotator")),
        "result": given["result"],
        "was_cancelled": False,
        "ground_truth": False,  # without it Label Studio takes an imported annotation for the truth
        "created_at": given.get("created_at"),
        "updated_at": given.get("created_at"),
        "draft_created_at": None,
        "lead_time": given.get("seconds"),
        "prediction": {},
        "result_count": len(given["result"]),
        "unique_id": str(uuid5(_UNIQUE_IDS, str(given.get("id", number)))),
        "import_id": None,
        "last_action": None,
        "bulk_created": False,
        "task": task_id,
        "parent_prediction": None,
        "parent_annotation": None,
        "assay": {name: value for name, value in given.items() if name not in _ANNOTATION},
    }


def _completed_by(annotator: str | None) -> Json:
    """The number it had in Label Studio, else an object whose e-mail address is the annotator's name here."""
    if annotator is None:
        return None
    number = annotator.removeprefix(_USER)
    if number != annotator and number.isascii() and number.isdigit():
        return int(number)
    return {"email": annotator}
