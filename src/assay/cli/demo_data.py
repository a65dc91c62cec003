"""The demo's sentences and ratings: downloaded once, checked, cached; or a few of our own without network.

Source: C. J. Hutto and E. Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social
Media Text", ICWSM 2014; the file is in the source archive of vaderSentiment 3.3.2 (MIT licence).
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from assay.cli.demo_sentences import SENTENCES

PACKAGE = "vaderSentiment==3.3.2"
ARCHIVE = "vaderSentiment-3.3.2.tar.gz"
ARCHIVE_SHA256 = "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
_INNER = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
_TEXTS = "hutto_ICWSM_2014/amazonReviewSnippets_GroundTruth.txt"
_RATINGS = "hutto_ICWSM_2014/amazonReviewSnippets_anonDataRatings.txt"
_MEMBER_BYTES = 20_000_000
_DOWNLOAD_SECONDS = 180

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DemoSentence:
    """A sentence with the label that each of several people gave to it."""

    key: str
    text: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoData:
    """Sentences, and in words where they and their judgments come from."""

    sentences: tuple[DemoSentence, ...]
    origin: str
    notice: str


_REAL_NOTICE = (
    "Demo: sentences of product reviews, each rated by 20 people (Hutto and Gilbert, 2014). The ratings are "
    "anonymous, so annotator k holds the k-th rating of each sentence, not one person's."
)
_OWN_NOTICE = (
    "Demo without network: example sentences and example answers written by Assay's authors to show the pages. "
    "They are not judgments of six people; start the demo with network for real ones."
)


def load_demo_data(say: Say) -> DemoData:
    """Real sentences when they can be had, else our own; says which, and why."""
    try:
        archive = _cached_archive(say)
    except (OSError, subprocess.SubprocessError, DownloadFailed) as problem:
        say(f"The demo data could not be downloaded ({problem}); using a few sentences of our own.")
        return own_sentences()
    return real_sentences(archive)


class DownloadFailed(Exception):
    """pip could not bring the file, or brought another one."""


def _cached_archive(say: Say) -> bytes:
    kept = Path(platformdirs.user_cache_dir("assay", appauthor=False)) / ARCHIVE
    if kept.exists():
        content = kept.read_bytes()
        if hashlib.sha256(content).hexdigest() == ARCHIVE_SHA256:
            return content
    say("Downloading the demo data (2.5 MB, with pip) ...")
    content = _download()
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    part.write_bytes(content)
    part.replace(kept)
    return content


def _download() -> bytes:
    """The archive by pip, from whatever index it is set up for. pip checks the hash before it opens the file."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "wanted.txt"
        wanted.write_text(f"{PACKAGE} --hash=sha256:{ARCHIVE_SHA256}\n")
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input",
            "--retries", "1", "--no-deps", "--no-binary", ":all:", "--require-hashes", "-r", str(wanted), "-d", folder,
        ]  # fmt: skip
        done = subprocess.run(  # noqa: S603 - our own arguments
            command, capture_output=True, text=True, timeout=_DOWNLOAD_SECONDS, check=False
        )
        path = Path(folder) / ARCHIVE
        if not path.exists():
            said = done.stderr.strip().splitlines()
            raise DownloadFailed(said[-1][:200] if said else f"pip ended with {done.returncode}")
        content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != ARCHIVE_SHA256:
        raise DownloadFailed("the file is not the one that was expected")
    return content


def real_sentences(archive: bytes) -> DemoData:
    """Read the sentences and their 20 ratings (-4..+4, as Negative, Neutral, Positive) from the archive."""
    inner = _member(archive, _INNER)
    texts = {}
    for line in _lines(_member(inner, _TEXTS)):
        key, _mean, text = line.split("\t", 2)
        texts[key] = text.strip()
    sentences = []
    for line in _lines(_member(inner, _RATINGS)):
        key, _mean, _spread, ratings = line.split("\t", 3)
        labels = tuple(label_of(int(rating)) for rating in ratings.strip().strip("[]").split(","))
        if texts.get(key):
            sentences.append(DemoSentence(key, texts[key], labels))
    return DemoData(tuple(sentences), "vaderSentiment 3.3.2", _REAL_NOTICE)


def label_of(rating: int) -> str:
    """A rating from -4 to +4 as a label.

    >>> label_of(-3), label_of(0), label_of(1)
    ('Negative', 'Neutral', 'Positive')
    """
    if rating == 0:
        return "Neutral"
    return "Positive" if rating > 0 else "Negative"


def own_sentences() -> DemoData:
    """The small set that is part of Assay."""
    names = {"P": "Positive", "0": "Neutral", "N": "Negative"}
    sentences = tuple(
        DemoSentence(f"own-{number}", text, tuple(names[letter] for letter in letters))
        for number, (text, letters) in enumerate(SENTENCES, start=1)
    )
    return DemoData(sentences, "Assay's own examples", _OWN_NOTICE)


def _member(archive: bytes, name: str) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as files:
        found = files.extractfile(name)
        if found is None:
            raise DownloadFailed(f"the archive lacks {name}")
        return found.read(_MEMBER_BYTES)


def _lines(content: bytes) -> list[str]:
    return [line for line in content.decode("utf-8-sig", "replace").splitlines() if line.strip()]
