"""The pages of leads and owners, used as they use them, against the real server."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from assay import Client
from tests.browser.team import MakeTeam, lead_page, link_in, sign_in
from tests.support.chromium import Browser
from tests.support.server import Serve

pytestmark = pytest.mark.browser


def _file(folder: Path, name: str, lines: list[str]) -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    return path


def test_from_a_template_to_the_first_tasks(
    serve: Serve, browser: Browser, make_team: MakeTeam, tmp_path: Path
) -> None:
    team = make_team(serve())
    page = lead_page(browser, team)
    page.goto(f"{team.server.url}/projects/new")
    page.get_by_role("radio", name="Topics").check()
    page.get_by_label("Title").fill("News <b>topics</b>")
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_role("heading", level=1, name="News <b>topics</b>")).to_be_visible()
    page.get_by_role("link", name="Import tasks").click()

    rows = [json.dumps({"text": f"News {number}"}) for number in range(20)]
    mixed = _file(tmp_path, "mixed.jsonl", [*rows, json.dumps({"txt": "wrong"}), '{"text": "cut'])
    page.locator("input[type=file]").set_input_files(mixed)
    expect(page.get_by_text("2 of 22 rows cannot be imported, so nothing was imported.")).to_be_visible()
    page.get_by_role("button", name="Why 2 rows were refused").click()
    expect(page.get_by_role("cell", name='"text" is missing.')).to_be_visible()
    with page.expect_download() as report:
        page.get_by_role("link", name="Download as CSV").click()
    assert report.value.path().read_text().splitlines()[0] == "line,field,reason"

    page.get_by_role("radio", name="Import the good rows").check()
    page.locator("input[type=file]").set_input_files(mixed)
    expect(page.get_by_text("20 tasks imported, 2 rows refused", exact=True)).to_be_visible()
    page.get_by_role("link", name="Tasks", exact=True).click()
    expect(page.get_by_text("20 tasks on this page")).to_be_visible()


def test_an_archive_is_refused_with_a_sentence_and_stays_in_the_list(
    serve: Serve, browser: Browser, make_team: MakeTeam, tmp_path: Path
) -> None:
    page = lead_page(browser, make_team(serve()), "/import-export")
    path = tmp_path / "rows.zip"
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_role("alert")).to_contain_text(re.compile("zip|archive", re.IGNORECASE))
    page.get_by_role("button", name="Take out of the list").click()
    expect(page.get_by_text("rows.zip")).to_have_count(0)


def test_an_export_says_its_loss_and_is_downloaded(serve: Serve, browser: Browser, make_team: MakeTeam) -> None:
    page = lead_page(browser, make_team(serve()), "/import-export")
    page.get_by_role("radio", name="CSV").check()
    expect(page.get_by_text("CSV leaves out:")).to_be_visible()
    page.get_by_role("button", name="Make the file").click()
    with page.expect_download() as file:
        page.get_by_role("link", name="Download").click()
    assert file.value.suggested_filename == "whole-way.csv"
    assert len(file.value.path().read_text().splitlines()) == 31


def test_the_guideline_keeps_a_draft_and_saves_a_version(serve: Serve, browser: Browser, make_team: MakeTeam) -> None:
    team = make_team(serve())
    page = lead_page(browser, team, "/guideline?view=edit")
    rule = page.get_by_role("textbox", name="Rule R4")
    rule.fill("Only what happened counts.")
    page.wait_for_timeout(500)
    page.reload()
    expect(page.get_by_text("These changes were kept in this browser.")).to_be_visible()
    expect(rule).to_have_value("Only what happened counts.")
    page.get_by_role("button", name="Add a rule").click()
    page.keyboard.type("A hope is Neutral.")
    page.get_by_label("What changed, and why").fill("Hopes decided")
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_role("heading", name="Guideline, version 2")).to_be_visible()
    page.get_by_role("link", name="Changes").click()
    expect(page.get_by_role("insertion").filter(has_text="A hope is Neutral.")).to_be_visible()
    assert [rule["id"] for rule in team.project.guideline()["document"]["rules"]][-1] == "R7"


def test_the_table_keeps_its_state_in_the_address(serve: Serve, browser: Browser, make_team: MakeTeam) -> None:
    page = lead_page(browser, make_team(serve()), "/tasks")
    page.keyboard.press("/")
    page.keyboard.type("number 7 says")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 task found")).to_be_visible()
    assert "q=number" in page.url
    page.get_by_role("button", name="Take this filter off").click()
    expect(page.get_by_text("30 tasks on this page")).to_be_visible()
    page.keyboard.press("j")
    panel = page.get_by_role("complementary")
    expect(panel).to_contain_text("Sentence number 1 ")
    page.keyboard.press("j")
    expect(panel).to_contain_text("Sentence number 2 ")
    page.reload()
    expect(panel).to_contain_text("Sentence number 2 ")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)


def test_an_invitation_leads_into_the_project_and_a_seat_can_be_taken_back(
    serve: Serve, browser: Browser, make_team: MakeTeam
) -> None:
    team = make_team(serve())
    page = lead_page(browser, team, "/people")
    page.get_by_role("link", name="Invite somebody new").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("checkbox", name="Whole way")).to_be_checked()
    dialog.get_by_role("button", name="Make the link").click()
    link = dialog.get_by_role("textbox", name="The invitation is ready").input_value()
    dialog.get_by_role("button", name="Done").click()

    guest = browser.new_page()
    guest.goto(link)
    guest.get_by_label("Your name").fill("Grace Hopper")
    if guest.get_by_label("E-mail").count():
        guest.get_by_label("E-mail").fill("grace@example.org")
    guest.get_by_role("button").last.click()
    guest.wait_for_url(lambda url: "/invitation" not in url)  # the project is named on the invitation too
    expect(guest.get_by_text("Whole way").first).to_be_visible()
    guest.goto(f"{team.server.url}/projects/{team.project.id}/tasks")
    expect(guest.get_by_text("This page is for those who lead the project")).to_be_visible()

    page.goto(f"{team.server.url}/projects/{team.project.id}/people")
    page.get_by_role("button", name="Take out Grace Hopper").click()
    expect(page.get_by_text("Grace Hopper gets no more tasks here.").first).to_be_visible()
    expect(page.get_by_text("Left the project")).to_be_visible()
    page.keyboard.press("Backspace")
    expect(page.get_by_text("Left the project")).to_have_count(0)


def test_access_ends_and_the_work_stays(serve: Serve, browser: Browser, make_team: MakeTeam) -> None:
    team = make_team(serve())
    team.add_annotator("ann@example.org")
    page = lead_page(browser, team)
    page.goto(f"{team.server.url}/people")
    page.get_by_role("button", name=re.compile("^End access of ann")).click()
    expect(page.get_by_text("Access ended")).to_be_visible()
    expect(page.get_by_text("Their work stays.").first).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Access ended")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Make a sign-in link for ann")).click()
    link = page.get_by_role("dialog").get_by_role("textbox").input_value()
    sign_in(browser.new_page(), link_in(link))


def test_a_token_is_shown_once_and_works(serve: Serve, browser: Browser, make_team: MakeTeam) -> None:
    team = make_team(serve())
    page = lead_page(browser, team)
    page.goto(f"{team.server.url}/account")
    page.get_by_role("button", name="New token").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("nightly")
    dialog.get_by_role("button", name="Make token").click()
    secret = dialog.get_by_role("textbox", name="Your new token").input_value()
    dialog.get_by_role("button", name="Done").click()
    with Client(team.server.url, secret) as client:
        assert [project.info()["title"] for project in client.projects()] == ["Whole way"]
    assert secret not in page.content()
    page.get_by_role("button", name="Revoke nightly").click()
    expect(page.get_by_text("Revoked")).to_be_visible()


def test_a_broken_label_config_names_its_line(serve: Serve, browser: Browser, make_team: MakeTeam) -> None:
    page = lead_page(browser, make_team(serve()), "/settings")
    page.get_by_role("button", name="Change it").click()
    editor = page.get_by_role("textbox", name="Label config")
    good = editor.input_value()
    editor.fill(good.replace("</Choices>", ""))
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"line \d+", re.IGNORECASE))
    editor.fill(good.replace('value="Neutral"', 'value="Mixed"'))
    expect(page.get_by_text("Can be used")).to_be_visible()
    expect(page.get_by_role("radio", name=re.compile("Mixed"))).to_be_visible()


def test_archiving_wants_the_title_and_can_be_taken_back(serve: Serve, browser: Browser, make_team: MakeTeam) -> None:
    team = make_team(serve())
    page = lead_page(browser, team, "/settings")
    field = page.get_by_label(re.compile("^Type the project’s title"))
    button = page.get_by_role("button", name="Archive", exact=True)
    field.fill("Whole")
    expect(button).to_be_disabled()
    field.fill("Whole way")
    button.click()
    expect(page.get_by_text("This project is archived.").first).to_be_visible()
    page.get_by_role("button", name="Open it again").click()
    expect(page.get_by_text("This project is archived.")).to_have_count(0)


def test_keys_lead_from_page_to_page(serve: Serve, browser: Browser, make_team: MakeTeam) -> None:
    page = lead_page(browser, make_team(serve()))
    for keys, place in (("ga", "agreement"), ("gg", "guideline"), ("gi", "import-export"), ("gt", "tasks"), ("go", "")):
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_url(re.compile(rf"/projects/[^/]+/?{place}$"))
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("agree")
    expect(page.get_by_role("option", name="Agreement")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/agreement$"))
