"""Every page of a lead, light and dark, wide and narrow: axe finds nothing, and nothing is wider than the window."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay import Client
from tests.browser.team import MakeTeam, Team, lead_page
from tests.support.chromium import Browser
from tests.support.server import Serve

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/projects/new",
    "/people",
    "/people?invite=true",
    "/account",
    "{project}",
    "{project}/tasks",
    "{project}/tasks?task=1",
    "{project}/agreement",
    "{project}/agreement?pairs=list",
    "{project}/consensus",
    "{project}/guideline",
    "{project}/guideline?view=edit",
    "{project}/guideline?view=changes",
    "{project}/people?add=true",
    "{project}/queue",
    "{project}/queue?back=all",
    "{project}/policy",
    "{project}/policy?version=1",
    "{project}/import-export",
    "{project}/records",
    "{project}/settings",
)
AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
# What makes the page scroll sideways: the innermost elements that reach beyond the window.
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.children.length)
    .map((one) => one.outerHTML.slice(0, 160))"""


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360), ("dark", 1280)])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    serve: Serve, browser: Browser, make_team: MakeTeam, scheme: str, width: int
) -> None:
    team = make_team(serve(), annotations_per_task=2, order="sequential")
    _answer_some(team)
    page = lead_page(browser, team, viewport={"width": width, "height": 800}, color_scheme=scheme)
    found = []
    for path in PAGES:
        page.goto(team.server.url + path.format(project=f"/projects/{team.project.id}"))
        page.wait_for_load_state("networkidle")
        page.evaluate(AXE.read_text())
        for violation in page.evaluate("axe.run()")["violations"]:
            nodes = [node["html"][:160] for node in violation["nodes"][:3]]
            found.append(f"{path}: {violation['id']}: {nodes}")
        found += [f"{path}: wider than {width} px: {text}" for text in page.evaluate(TOO_WIDE)]
    assert found == []


def _answer_some(team: Team) -> None:
    """Two annotators answer the same twelve tasks, and differ on every third."""
    for who in range(2):
        email = f"person{who}@example.org"
        team.add_annotator(email)
        with Client(team.server.url, team.server.cli("token", "create", email).strip()) as client:
            workbench = client.own_projects()[0].workbench()
            for number, assignment in zip(range(12), workbench, strict=False):
                label = "Positive" if number % 3 or not who else "Neutral"
                assignment.submit({"sentiment": label})
