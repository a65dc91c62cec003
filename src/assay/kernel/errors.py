"""The error tree. Each error knows its HTTP status, its code, and what the user can do.

::

    AssayError
    ├── BadInput            422  a value is not acceptable; names the field
    │   └── BadLabelConfig  422  the label config cannot be used
    ├── NotSignedIn         401  nobody is signed in, or the credentials are wrong
    ├── Forbidden           403  signed in, but this person may not do it
    ├── NotFound            404  there is no such thing (or it is behind a wall)
    ├── Conflict            409  the request contradicts what is already recorded
    ├── TooLarge            413  more bytes, rows or depth than the limit
    ├── UnsupportedFormat   415  a file or body of a kind that Assay does not read
    ├── TooMany             429  slow down; says for how long
    └── Unavailable         503  something outside is away; retry later

Raise the narrowest one. The request edge turns it into JSON problem details (RFC 9457).

>>> BadInput("Overlap must be at least 1.", field="overlap").as_problem()["code"]
'bad_input'
"""

from __future__ import annotations

from typing import Any, ClassVar


class AssayError(Exception):
    """Something that the user can be told about, in words.

    ``message`` says what is wrong, ``action`` what to do now, ``field`` which input it was,
    ``code`` is stable for programs, and ``details`` is JSON-ready extra data.
    """

    status: ClassVar[int] = 500
    default_code: ClassVar[str] = "error"
    title: ClassVar[str] = "Something went wrong"
    default_action: ClassVar[str] = "Try again; if it happens again, tell the owner of this workspace."

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        action: str | None = None,
        field: str | None = None,
        retry_after_seconds: int | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.action = action or self.default_action
        self.field = field
        self.retry_after_seconds = retry_after_seconds
        self.details = details or {}

    def as_problem(self) -> dict[str, Any]:
        """The body of a problem-details answer (RFC 9457), without the request id."""
        problem: dict[str, Any] = {
            "type": f"urn:assay:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.message,
            "action": self.action,
        }
        if self.field is not None:
            problem["field"] = self.field
        if self.details:
            problem["details"] = self.details
        return problem


class BadInput(AssayError):
    """A value that cannot be accepted. Always name the field and the fix."""

    status = 422
    default_code = "bad_input"
    title = "This input cannot be used"
    default_action = "Correct the value and send it again."


class BadLabelConfig(BadInput):
    """A label config that is not valid, is unsafe, or does not fit the annotations that exist."""

    default_code = "bad_label_config"
    title = "This label config cannot be used"


class NotSignedIn(AssayError):
    """Nobody is signed in, or what was sent to sign in does not fit."""

    status = 401
    default_code = "not_signed_in"
    title = "Sign in first"
    default_action = "Sign in, or send a valid API token."


class Forbidden(AssayError):
    """The person is known and may not do this."""

    status = 403
    default_code = "forbidden"
    title = "Your role does not allow this"
    default_action = "Ask an owner of the workspace."


class NotFound(AssayError):
    """No such thing, or not for this person: the two look the same from outside."""

    status = 404
    default_code = "not_found"
    title = "Not found"
    default_action = "Check the address; it may have been archived, or belong to another workspace."


class Conflict(AssayError):
    """What is asked contradicts what is recorded; what is recorded stays."""

    status = 409
    default_code = "conflict"
    title = "This contradicts what is already saved"
    default_action = "Reload to see what is saved, then decide again."


class TooLarge(AssayError):
    """Above a stated limit of size, count or depth."""

    status = 413
    default_code = "too_large"
    title = "Too large"
    default_action = "Split it into smaller parts."


class UnsupportedFormat(AssayError):
    """A kind of file or body that Assay does not read."""

    status = 415
    default_code = "unsupported_format"
    title = "This format cannot be read"
    default_action = "Send JSON, JSONL, CSV, TSV or plain text, encoded in UTF-8."


class TooMany(AssayError):
    """Too many attempts in a short time."""

    status = 429
    default_code = "too_many"
    title = "Too many attempts"
    default_action = "Wait a little, then try again."


class Unavailable(AssayError):
    """Something that Assay needs is away for now; nothing was lost."""

    status = 503
    default_code = "unavailable"
    title = "Not available right now"
    default_action = "Try again in a moment; unsent work is kept in the browser."
