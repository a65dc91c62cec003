"""The label config's XML is read without DTD, entities and the outside world, within limits."""

from __future__ import annotations

import socket
import time
import tracemalloc
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.kernel.errors import BadLabelConfig
from assay.kernel.limits import LABEL_CONFIG_CHARACTERS, LABEL_CONFIG_DEPTH, LABEL_CONFIG_ELEMENTS
from assay.labels import parse_label_config
from assay.labels.xml_tree import parse_xml
from tests.labels.configs import choices, view

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BILLION_LAUGHS = f'<!DOCTYPE v [<!ENTITY l0 "ha">{LAUGHS}]><View><Header value="&l9;"/></View>'
HOSTILE = {
    "billion laughs": BILLION_LAUGHS,
    "quadratic": f'<!DOCTYPE v [<!ENTITY a "{"a" * 50_000}">]><View>{"&a;" * 10_000}</View>',
    "external entity": '<!DOCTYPE v [<!ENTITY x SYSTEM "file:///etc/passwd">]><View>&x;</View>',
    "parameter entity": '<!DOCTYPE v [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]><View/>',
    "remote DTD": '<!DOCTYPE View SYSTEM "http://127.0.0.1:9/view.dtd"><View/>',
    "empty DTD": "<!DOCTYPE View><View/>",
    "XInclude": '<View xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/></View>',
    "default namespace": '<View xmlns="http://www.w3.org/1999/xhtml"><script/></View>',
    "10 MB": view("<!-- " + "x" * 10_000_000 + " -->"),
    "10k nested": "<View>" * 10_000 + "</View>" * 10_000,
    "many elements": view("<View/>" * (LABEL_CONFIG_ELEMENTS + 1)),
    "many attributes": "<View " + " ".join(f'a{n}="1"' for n in range(200)) + "/>",
    "two roots": "<View/><View/>",
    "undefined entity": "<View>&nbsp;</View>",
    "not XML": "{}",
    "unclosed": '<View><Text name="a"',
    "attribute twice": '<View><Text name="a" name="b"/></View>',
    "attribute twice in two spellings": '<View><Text name="a" NAME="b" value="$t"/></View>',
    "lone surrogate": '<View><Header value="\ud800"/></View>',
    "NUL": '<View><Header value="\0"/></View>',
    "wrong encoding name": '<?xml version="1.0" encoding="no-such"?><View><',
    "empty": "",
    "blank": " \n",
    "only a comment": "<!-- View -->",
    "a processing instruction alone": "<?php system('id') ?>",
}


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("something tried to use the network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("xml", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_xml_is_refused_fast_and_small(xml: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.open", lambda *_, **__: pytest.fail("a file was opened"))
    tracemalloc.start()
    start = time.perf_counter()
    with pytest.raises(BadLabelConfig) as caught:
        parse_label_config(xml)
    spent = time.perf_counter() - start
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.field == "label_config"
    assert len(str(caught.value)) < 500
    assert peak < 20_000_000
    assert spent < 2  # generous: it is a few milliseconds on an idle machine


def test_depth_counts_to_the_limit() -> None:
    deep = "<View>" * LABEL_CONFIG_DEPTH + "</View>" * LABEL_CONFIG_DEPTH
    assert parse_xml(deep).tag == "View"
    with pytest.raises(BadLabelConfig, match="deeper"):
        parse_xml(f"<View>{deep}</View>")


def test_length_counts_to_the_limit() -> None:
    start, end = choices().removesuffix("</View>"), "</View>"
    fill = LABEL_CONFIG_CHARACTERS - len(start) - len(end)
    parse_label_config(start + " " * fill + end)
    with pytest.raises(BadLabelConfig, match="longer than"):
        parse_label_config(start + " " * (fill + 1) + end)


def test_lines_are_those_of_the_text() -> None:
    with pytest.raises(BadLabelConfig) as caught:
        parse_label_config('\n\n<View>\n  <Text name="t" value="$t"/>\n  <Labels name="l" toName="t"/>\n</View>')
    assert caught.value.details == {"line": 5}
    with pytest.raises(BadLabelConfig) as broken:
        parse_label_config("\n<View>\n</Wiev>")
    assert broken.value.details == {"line": 3}


def test_a_byte_order_mark_a_declaration_and_comments_are_fine() -> None:
    xml = '\ufeff<?xml version="1.0" encoding="utf-16"?>\n<!-- {"data": {}} -->' + choices() + "<!-- end -->"
    assert parse_label_config(xml).controls[0].name == "c"


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="<>/&;!?=\"'$ \nViewTextChoices[]nametoName#x0", max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    for xml in (text, view(text)):
        with suppress(BadLabelConfig):
            parse_label_config(xml)
