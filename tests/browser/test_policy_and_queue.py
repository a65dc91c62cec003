"""The pages of the policy and the queue, used as leads use them, and what annotators see of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from assay import Client
from tests.browser.team import MakeTeam, Team, lead_page, sign_in
from tests.support.chromium import Browser
from tests.support.server import Serve

pytestmark = pytest.mark.browser


def _effect(page: Page, line: str) -> str:
    """What the dry run says about a line: "30 → 90"."""
    part = page.get_by_role("region", name=re.compile("What it would do|What is to come"))
    expect(part).to_have_count(1)
    row = part.get_by_role("row", name=re.compile(f"^{line}"))
    return " → ".join(row.get_by_role("cell").all_inner_texts())


def _brought_along(page: Page, changed: str) -> None:
    """The job that follows a change is shown to its end."""
    line = page.get_by_role("region", name="Bringing the tasks along")
    expect(line).to_contain_text(f"All 30 tasks are under the new policy; {changed}", timeout=20_000)


def _holds(team: Team, email: str) -> Client:
    """Somebody who has taken a task and has not answered it; the client is to be closed."""
    team.add_annotator(email)
    client = Client(team.server.url, team.server.cli("token", "create", email).strip())
    next(iter(client.own_projects()[0].workbench()))
    return client


def test_a_preset_shows_its_effect_and_is_put_in_force_and_back(
    serve: Serve, browser: Browser, make_team: MakeTeam
) -> None:
    team = make_team(serve(), annotations_per_task=1)
    page = lead_page(browser, team, "/policy")
    expect(page.get_by_role("region", name="What is to come")).to_contain_text("30")
    page.get_by_role("button", name="Start from “Crowd”").click()
    effect = page.get_by_role("region", name="What it would do")
    expect(effect).to_contain_text("30 of 30 tasks get another number of annotations or another queue.")
    assert _effect(page, "Annotations to come") == "30 → 90 to 150"
    # One person labels: the dry run says so, and marks the setting.
    expect(effect).to_contain_text("want 5 annotations by different people, but 1 can work there")
    overlap = page.get_by_role("region", name="How often")
    expect(overlap).to_contain_text("want 5 annotations by different people")

    page.get_by_label("At most").fill("3")
    expect(page.get_by_role("alert").first).to_contain_text("Adaptive overlap begins with 3")
    expect(page.get_by_role("button", name="Put version 2 in force")).to_be_disabled()
    page.get_by_label("At most").fill("4")
    expect(effect).to_contain_text("90 to 120")
    page.wait_for_timeout(500)
    page.reload()
    expect(page.get_by_text("This change was kept in this browser.")).to_be_visible()
    expect(page.get_by_label("At most")).to_have_value("4")

    page.get_by_label("What changed, and why").fill("A crowd <b>came</b>")
    page.get_by_role("button", name="Put version 2 in force").click()
    _brought_along(page, "30 changed")
    assert "job=" in page.url
    assert {task["target"] for task in team.project.tasks()} == {3}
    expect(page.get_by_text("A crowd <b>came</b>")).to_be_visible()

    page.get_by_role("button", name="What changed Version 2").click()
    versions = page.get_by_role("region", name="Earlier versions")
    expect(versions.get_by_role("insertion").filter(has_text="until 95 %, at most 4")).to_be_visible()
    page.get_by_role("button", name="Put version 1 back").click()
    page.get_by_role("button", name="Put version 3 in force").click()
    expect(page.get_by_text("Version 3 is in force. Nothing is settled for good")).to_be_visible()
    _brought_along(page, "30 changed")
    assert {task["target"] for task in team.project.tasks()} == {1}


def test_rules_queues_and_stages_are_written_by_hand(serve: Serve, browser: Browser, make_team: MakeTeam) -> None:
    team = make_team(serve())
    page = lead_page(browser, team, "/policy")
    queues = page.get_by_role("region", name="Queues", exact=True)
    queues.get_by_role("button", name="Add a queue").click()
    expect(page.get_by_text("Give the queue a name.")).to_be_visible()
    queues.get_by_label("Name").fill("experts")
    skills = queues.get_by_label("Skills that are needed")
    skills.fill("law")
    skills.press("Enter")
    expect(queues).to_contain_text("Nobody has all of law")

    rules = page.get_by_role("region", name="Rules for some tasks")
    rules.get_by_role("button", name="Add a rule").click()
    rules.get_by_label("Field").fill("text")
    rules.get_by_role("button", name="Add a condition").click()
    value = rules.get_by_label("text is")
    value.fill("Sentence number 1 says something about the product.")
    value.press("Enter")
    rules.get_by_label("Annotations", exact=True).fill("2")
    rules.get_by_label("Queue").select_option("experts")
    effect = page.get_by_role("region", name="What it would do")
    expect(effect).to_contain_text("1 of 30 tasks get another number")

    stages = page.get_by_role("region", name="Stages", exact=True)
    stages.get_by_role("button", name="Work in stages").click()
    stages.get_by_label("Done by").nth(1).select_option("experts")
    label = stages.get_by_label("The majority is one of")
    label.fill("Negative")
    label.press("Enter")
    flow = stages.get_by_role("table", name="The way of a task")
    expect(flow).to_contain_text("the majority is Negative")
    # A name that is changed is changed wherever it stands.
    queues.get_by_label("Name").fill("lawyers")
    expect(flow).to_contain_text("queue lawyers")
    page.get_by_role("button", name="Put version 2 in force").click()
    _brought_along(page, "1 changed")
    stored = team.project.policy()["document"]
    assert stored["queues"] == [{"name": "lawyers", "skills": ["law"]}]
    assert stored["rules"][0]["queue"] == stored["stages"][1]["queue"] == "lawyers"
    assert stored["stages"][0]["next"][0]["when"]["label"] == ["Negative"]


def test_what_somebody_holds_is_given_back(serve: Serve, browser: Browser, make_team: MakeTeam) -> None:
    team = make_team(serve(), annotations_per_task=1)
    client = _holds(team, "ann@example.org")
    page = lead_page(browser, team, "/queue")
    expect(
        page.get_by_role("heading", name="29 annotations wait to be taken on. ann has 1 task in hand.")
    ).to_be_visible()
    page.get_by_role("button", name="Give back what ann holds: 1 task").click()
    dialog = page.get_by_role("dialog", name="Give back what ann holds")
    expect(dialog).to_contain_text("This cannot be undone.")
    dialog.get_by_role("button", name="Give back 1 task").click()
    expect(dialog).to_contain_text("1 task is open for others now.")
    dialog.get_by_role("button", name="Close").last.click()
    expect(page.get_by_role("heading", name="30 annotations wait to be taken on.")).to_be_visible()
    # Nobody holds anything for an hour: that is said too.
    next(iter(client.own_projects()[0].workbench()))
    expect(page.get_by_role("heading", name="29 annotations wait")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Give back what waits long").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Give back", exact=True).click()
    expect(dialog).to_contain_text("Nothing was given back")
    client.close()


def test_skills_are_given_and_taken_back(serve: Serve, browser: Browser, make_team: MakeTeam) -> None:
    team = make_team(serve(), queues=[{"name": "law", "skills": ["law"]}])
    team.add_annotator("ann@example.org")
    page = lead_page(browser, team, "/queue")
    row = page.get_by_role("row", name=re.compile("^ann"))
    page.get_by_role("button", name="Change the skills of ann").click()
    dialog = page.get_by_role("dialog", name="Skills of ann")
    for skill in ("law", "French <i>"):
        dialog.get_by_label("Skill", exact=True).fill(skill)
        dialog.get_by_label("Skill", exact=True).press("Enter")
    dialog.get_by_label("French <i>, until the end of").fill("2099-12-31")
    dialog.get_by_label("Stands by").check()
    dialog.get_by_role("button", name="Save the skills").click()
    expect(row).to_contain_text(re.compile(r"French <i> until 31 Dec 2099.*backup, law|law.*French <i> until 31 Dec"))
    expect(page.get_by_text("1 people stand by.")).to_be_visible()
    page.keyboard.press("Backspace")
    expect(row).to_contain_text("none")
    expect(page.get_by_text("1 people stand by.")).to_have_count(0)


def test_tasks_are_assigned_taken_out_and_put_back(serve: Serve, browser: Browser, make_team: MakeTeam) -> None:
    team = make_team(serve(), annotations_per_task=1, order="sequential")
    team.add_annotator("ann@example.org")
    page = lead_page(browser, team, "/tasks")
    page.get_by_role("row", name=re.compile("Sentence number 1 says")).focus()
    page.keyboard.press("Space")
    page.get_by_role("row", name=re.compile("Sentence number 2 says")).get_by_role("checkbox").check()
    expect(page.get_by_text("2 tasks chosen")).to_be_visible()
    page.get_by_role("button", name="Assign to …").click()
    dialog = page.get_by_role("dialog", name="Assign 2 tasks")
    expect(dialog.get_by_role("button", name="Assign", exact=True)).to_be_disabled()
    dialog.get_by_role("checkbox", name="ann").check()
    dialog.get_by_role("button", name="Assign", exact=True).click()
    expect(dialog).to_contain_text("2 tasks assigned.")
    dialog.get_by_role("button", name="Close").last.click()

    page.get_by_role("button", name="Take out of the queue").click()
    page.get_by_role("dialog").get_by_label("Why").fill("They are empty.")
    page.get_by_role("dialog").get_by_role("button", name="Take out of the queue").click()
    expect(page.get_by_text("2 tasks are out of the queue.").first).to_be_visible()
    page.goto(f"{team.server.url}/projects/{team.project.id}/queue")
    expect(page.get_by_role("row", name=re.compile("^Given to ann"))).to_be_visible()
    page.get_by_role("link", name="Show 2 tasks that are out").click()
    expect(page.get_by_text("2 tasks found")).to_be_visible()
    page.get_by_role("row", name=re.compile("Sentence number 1 says")).press("Enter")
    expect(page.get_by_text("It is out of the queue: nobody gets it.")).to_be_visible()
    page.get_by_role("button", name="Put back into the queue").click()
    expect(page.get_by_text("1 task found")).to_be_visible()


def test_a_break_is_recalled_and_can_be_put_off(serve: Serve, browser: Browser, make_team: MakeTeam) -> None:
    team = make_team(serve(), annotations_per_task=1, session_minutes=5, break_minutes=1)
    page = browser.new_page()
    offers: list[bool] = []

    def overworked(route: object) -> None:
        # The server would say so after five minutes; the page only passes on what it says.
        reply = route.fetch()  # type: ignore[attr-defined]
        body = reply.json()
        offers.append(body["break_due"])
        route.fulfill(response=reply, json={**body, "break_due": True})  # type: ignore[attr-defined]

    page.route("**/api/v1/projects/*/next", overworked)
    sign_in(page, team.add_annotator("ann@example.org"))
    page.goto(f"{team.server.url}/projects/{team.project.id}/label")
    reminder = page.get_by_text("A break is due; what is in hand stays yours.").locator("visible=true")
    expect(reminder).to_be_visible()
    assert offers[0] is False
    page.get_by_role("button", name="Later").click()
    expect(reminder).to_have_count(0)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 today").first).to_be_visible()
    expect(reminder).to_have_count(0)
    page.reload()
    page.get_by_role("button", name="Pause now").click()
    expect(page.get_by_text("The clock stands still and your place is kept.")).to_be_visible()
