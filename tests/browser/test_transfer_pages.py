"""Import again, exports of a part, and a change of labels, as a lead does them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.team import MakeTeam, lead_page
from tests.support.chromium import Browser
from tests.support.server import Serve

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("ASSAY_TEST_SHOTS")


def shot(page: Page, name: str) -> None:
    """A picture for people who want to look: only where a folder for it is named."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def test_the_same_rows_twice_and_what_a_file_lacks(
    serve: Serve, browser: Browser, make_team: MakeTeam, tmp_path: Path
) -> None:
    page = lead_page(browser, make_team(serve()), "/import-export")
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps({"text": f"row {n % 3}"}) + "\n" for n in range(5)))
    page.get_by_text("Rows that are there already").click()
    shot(page, "rules")
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_text("3 tasks imported, 2 duplicates passed over", exact=True)).to_be_visible()
    page.get_by_role("button", name="2 rows there already").click()
    expect(page.get_by_role("cell", name="the same data as line 1")).to_be_visible()
    page.get_by_role("radio", name="CSV").check()
    expect(page.get_by_text("targets and times of creation of tasks")).to_be_visible()
    page.get_by_text("Only some of the tasks").click()
    page.get_by_label("With this text in the data").fill("row 1")
    shot(page, "import-export")
    page.get_by_role("button", name="Make the file").click()
    expect(page.get_by_text("1 task, 0 annotations", exact=True)).to_be_visible()


def test_a_change_of_labels_is_looked_at_before_it_is_saved(
    serve: Serve, browser: Browser, make_team: MakeTeam
) -> None:
    team = make_team(serve())
    config = team.project.label_config()["label_config"]
    control = team.project.label_config()["controls"][0]
    first, second = [choice["value"] for choice in control["choices"]][:2]
    said = {"from_name": control["name"], "to_name": control["to_name"][0], "type": control["type"]}
    rows = [
        {
            "data": {"text": f"text {n}"},
            "annotations": [
                {"annotator": "x@example.org", "result": [{**said, "value": {"choices": [first if n else second]}}]}
            ],
        }
        for n in range(3)
    ]
    team.project.import_rows(rows)
    page = lead_page(browser, team, "/settings")
    page.get_by_role("button", name="Change it").first.click()
    changed = config.replace(f'value="{first}"', 'value="Renamed"').replace(f'value="{second}"', 'value="Other"')
    page.get_by_role("textbox").filter(has_text="<View").fill(changed)
    page.get_by_role("button", name="See what changes").click()
    expect(page.get_by_text("3 have no place yet")).to_be_visible()
    expect(page.get_by_role("button", name="Save as version 2")).to_be_disabled()
    page.get_by_label(f"“{first}” (2 annotations) becomes").select_option("Renamed")
    expect(page.get_by_text("1 has no place yet")).to_be_visible()
    shot(page, "label-change")
    page.get_by_label(f"“{second}” (1 annotation) becomes").select_option("Other")
    expect(page.get_by_text("3 get a new version")).to_be_visible()
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_text("Version 2. Before a new version is saved")).to_be_visible()
