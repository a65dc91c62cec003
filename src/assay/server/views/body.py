"""The two parents of every body: what comes in refuses unknown fields, what goes out is an allow-list."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from assay.kernel import limits


class Incoming(BaseModel):
    """A request body: unknown fields are refused, not ignored, and nothing is coerced."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def example(**values: Any) -> ConfigDict:
    """The settings of a body whose example in the OpenAPI document has these values."""
    return ConfigDict(json_schema_extra={"examples": [values]})


class Outgoing(BaseModel):
    """A response body."""

    model_config = ConfigDict(frozen=True)


def _plain_text(text: str) -> str:
    """Refuse what no database and no person can read: NUL and lone surrogates."""
    if "\x00" in text:
        raise ValueError("contains the character NUL; remove it")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("contains half of a surrogate pair, which is not Unicode text; remove it")
    return text


PlainText = AfterValidator(_plain_text)

Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=limits.TITLE_CHARACTERS), PlainText
]
Description = Annotated[str, StringConstraints(max_length=limits.DESCRIPTION_CHARACTERS), PlainText]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=limits.NOTE_CHARACTERS), PlainText]
ShortText = Annotated[str, StringConstraints(max_length=40), PlainText]
PersonName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=limits.NAME_CHARACTERS), PlainText
]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=limits.EMAIL_CHARACTERS,
        pattern=r"^[^@\s\x00-\x1f<>\"']+@[^@\s\x00-\x1f<>\"']+$",
    ),
    PlainText,
]
Password = Annotated[str, StringConstraints(min_length=1, max_length=limits.PASSWORD_CHARACTERS_MAX), PlainText]
Xml = Annotated[str, StringConstraints(max_length=limits.LABEL_CONFIG_CHARACTERS)]
PublicId = Annotated[str, StringConstraints(min_length=1, max_length=64), PlainText]

JsonObject = dict[str, Any]


class Problem(Outgoing):
    """Problem details (RFC 9457): what went wrong, and what to do."""

    type: str = Field(examples=["urn:assay:problem:not_found"])
    title: str = Field(examples=["Not found"])
    status: int = Field(examples=[404])
    code: str = Field(description="Stable name for programs.", examples=["not_found"])
    detail: str = Field(examples=["There is no such project."])
    action: str = Field(description="What to do now.", examples=["Check the address."])
    field: str | None = Field(default=None, description="The input concerned, as a path.")
    details: JsonObject | None = None
    request_id: str | None = Field(default=None, description="Name this when you report the problem.")
