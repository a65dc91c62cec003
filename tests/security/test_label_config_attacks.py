"""Hostile label configs, through every route that reads one: refused at once, nothing fetched, nothing read."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator

import pytest

from assay.kernel import limits
from tests.api.world import LABEL_CONFIG, World

MILLISECONDS = 50
HITS: list[str] = []
BOOM = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 10))
VIEW = "<View><Text name='text' value='$text'/>{}</View>"
CHOICES = "<Choices name='tone' toName='text'>{}</Choices>"


class _Listener(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        HITS.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the parent
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Of a listener that notes who comes."""
    server = http.server.HTTPServer(("127.0.0.1", 0), _Listener)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


ATTACKS = {
    "an external entity": '<!DOCTYPE View [<!ENTITY x SYSTEM "file:///etc/passwd">]><View><Header value="&x;"/></View>',
    "an entity of the network": '<!DOCTYPE View [<!ENTITY x SYSTEM "{url}/x">]><View><Header value="&x;"/></View>',
    "a parameter entity": '<!DOCTYPE View [<!ENTITY % p SYSTEM "{url}/p"> %p;]><View/>',
    "a remote dtd": '<!DOCTYPE View SYSTEM "{url}/v.dtd"><View/>',
    "a public dtd": '<!DOCTYPE View PUBLIC "-//W3C//DTD XHTML 1.0//EN" "{url}/x.dtd"><View/>',
    "a billion laughs": f'<!DOCTYPE View [<!ENTITY b0 "ha">{BOOM}]><View>&b9;</View>',
    "a quadratic blow-up": f'<!DOCTYPE View [<!ENTITY x "{"x" * 50_000}">]><View>{"&x;" * 5_000}</View>',
    "an unknown entity": "<View>&nbsp;&x;</View>",
    "xinclude": '<View xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{url}/i" parse="text"/></View>',
    "a namespace": '<View xmlns="http://www.w3.org/1999/xhtml"><script>x()</script></View>',
    "a stylesheet": '<?xml-stylesheet href="{url}/s.xsl" type="text/xsl"?><View/>',
    "depth": "<View>" * 5_000 + "</View>" * 5_000,
    "many tags": "<View>" + "<View/>" * 40_000 + "</View>",
    "many attributes": "<View " + " ".join(f"a{n}='1'" for n in range(15_000)) + "/>",
    "a long attribute": f"<View a='{'x' * (limits.LABEL_CONFIG_CHARACTERS - 20)}'/>",
    "a long name": f"<{'V' * 150_000}/>",
    "many choices": VIEW.format(CHOICES.format("".join(f"<Choice value='{n}'/>" for n in range(4_900)))),
    "cut off": "<View><Text name='text'",
    "two roots": LABEL_CONFIG * 2,
    "no xml": "{{7*7}}",
    "nul": "<View>\x00</View>",
    "an escaped nul": "<View>&#0;</View>",
    "an escaped surrogate": "<View>&#xD800;</View>",
    "another encoding": "<?xml version='1.0' encoding='utf-7'?><View>+ADw-script+AD4-</View>",
    "a comment that does not end": "<View><!-- ",
    "a cdata script": "<View><![CDATA[<script>window.__pwned=1</script>]]></View>",
    "a style": VIEW.format("<Style>*{{background:url({url}/css)}}</Style>"),
    "an image": VIEW.format("<HyperText name='h' value='$h'/><Image name='i' value='{url}/i.png'/>"),
    "a script colour": VIEW.format(
        CHOICES.format("<Choice value='a' background='red;background:url({url}/c)'/><Choice value='b'/>")
    ),
    "an expression": VIEW.format(CHOICES.format("<Choice value='a' background='expression(alert(1))'/>")),
    "a handler": VIEW.format(CHOICES.format("<Choice value='a' onclick='alert(1)'/><Choice value='b'/>")),
    "a prototype": VIEW.format(
        "<Choices name='__proto__' toName='text'><Choice value='a'/><Choice value='b'/></Choices>"
    ),
}
# What a wrong attribute does: it is kept out of what is shown, with a warning, or the config is refused.
MAY_BE_TAKEN = {"a stylesheet", "a cdata script", "a handler", "a prototype", "a style", "an image", "a long attribute"}
MAY_BE_TAKEN |= {"a script colour", "an expression", "another encoding"}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_hostile_label_config_is_refused_at_once(small_world: World, address: str, name: str) -> None:
    world, xml = small_world, ATTACKS[name].replace("{url}", address)
    lead = world.by_token("lead")
    world.call(lead, "GET", "/api/v1/session")
    before = world.contents()
    doors = {
        "/api/v1/label-configs/check": ("POST", {"label_config": xml}),
        "/api/v1/projects": ("POST", {"title": "t", "label_config": xml}),
        f"/api/v1/projects/{world.here.closed_project}/label-config": ("PUT", {"label_config": xml}),
    }
    HITS.clear()
    taken: list[float] = []
    for path, (method, body) in doors.items():
        began = time.process_time()
        reply = world.call(lead, method, path, body)
        taken.append((time.process_time() - began) * 1000)
        if reply.status in (200, 201):
            assert name in MAY_BE_TAKEN, f"{path}: {reply.text[:300]}"
            shown = str(reply.json().get("outline")) + str(reply.json().get("controls"))
            assert "alert(1)" not in shown
            assert "background:url" not in shown.replace(f"*{{background:url({address}/css)}}", "")
            continue
        assert reply.status == 422, f"{path}: {reply.status} {reply.text[:300]}"
        assert reply.json()["field"] in ("label_config", "body.label_config"), reply.text
        assert "root:" not in reply.text
        assert len(reply.content) < 3_000
    assert HITS == []
    assert min(taken) < MILLISECONDS, taken
    if name not in MAY_BE_TAKEN:
        assert world.contents() == before


def test_a_config_too_long_is_refused_by_its_length(small_world: World) -> None:
    xml = "<View>" + " " * limits.LABEL_CONFIG_CHARACTERS + "</View>"
    reply = small_world.call(small_world.by_token("lead"), "POST", "/api/v1/label-configs/check", {"label_config": xml})
    assert (reply.status, reply.json()["field"]) == (422, "label_config")
    assert len(reply.content) < 2_000


def test_what_is_shown_of_a_config_has_no_unknown_attribute(small_world: World) -> None:
    """The outline is what the page draws: colours are #rrggbb, and handlers and styles are not in it."""
    xml = VIEW.format(
        "<Choices name='tone' toName='text' style='color:red' onload='x()'>"
        "<Choice value='a' background='#a0b1c2' style='x' onclick='y()'/><Choice value='b'/></Choices>"
    )
    reply = small_world.call(small_world.by_token("lead"), "POST", "/api/v1/label-configs/check", {"label_config": xml})
    if reply.status == 200:
        outline = str(reply.json()["outline"]) + str(reply.json()["controls"])
        for word in ("onload", "onclick", "x()", "y()"):
            assert word not in outline
