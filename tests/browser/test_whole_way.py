"""From a label by keyboard to the lead's page and the exported file, through a server that goes away in between."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.team import SENTENCES, MakeTeam, sign_in
from tests.support.chromium import Browser
from tests.support.server import Serve

pytestmark = pytest.mark.browser

LABELS = ("Positive", "Neutral", "Negative")


def _task(page: Page) -> Locator:
    """Where the task stands; what is said to screen readers is elsewhere."""
    return page.get_by_role("region", name="Task")


def _shown_sentence(page: Page) -> str:
    shown = _task(page).get_by_text(re.compile(r"^Sentence number \d+ says something about the product\.$")).first
    expect(shown).to_be_visible()
    return shown.inner_text()


def _answer(page: Page, choice: int) -> str:
    """Press the number key and Enter; returns the sentence that was answered."""
    sentence = _shown_sentence(page)
    page.keyboard.press(str(choice + 1))
    expect(page.get_by_role("radio", name=LABELS[choice])).to_be_checked()
    page.keyboard.press("Enter")
    expect(_task(page).get_by_text(sentence)).to_have_count(0)
    return sentence


def _all_saved(page: Page) -> None:
    """The page says that all is saved, and nothing is on its way."""
    saved = page.get_by_role("button", name="Saved")
    expect(saved.locator('[aria-busy="false"]')).to_be_visible(timeout=30_000)


def test_ten_sentences_by_keyboard_one_of_them_without_a_server(
    serve: Serve, browser: Browser, make_team: MakeTeam, database_url: str, tmp_path: Path
) -> None:
    server = serve(database_url)
    team = make_team(server, annotations_per_task=2, order="sequential")
    page = browser.new_page()
    sign_in(page, team.add_annotator("ann@example.org"))
    page.goto(f"{server.url}/projects/{team.project.id}/label")

    given: dict[str, str] = {}
    for turn in range(10):
        choice = turn % 3
        if turn == 5:
            server.stop()
        given[_answer(page, choice)] = LABELS[choice]
        if turn == 5:
            expect(page.get_by_text(re.compile("kept in this browser|waiting|[Oo]ffline")).first).to_be_visible()
            server.start()
    _all_saved(page)
    assert len(given) == 10

    # A colleague answers the same tasks: the first seven alike, the next three differently.
    colleague = browser.new_page()
    sign_in(colleague, team.add_annotator("ben@example.org"))
    colleague.goto(f"{server.url}/projects/{team.project.id}/label")
    for turn in range(10):
        mine = given[_shown_sentence(colleague)]
        choice = LABELS.index(mine) if turn < 7 else (LABELS.index(mine) + 1) % 3
        _answer(colleague, choice)
    _all_saved(colleague)

    agreement = team.project.agreement()
    percent = next(metric for metric in agreement["metrics"] if metric["id"] == "percent_agreement")
    assert percent["value"] == pytest.approx(0.7)
    assert percent["n_tasks"] == 10
    lead = browser.new_page()
    sign_in(lead, team.owner_link())
    lead.goto(f"{server.url}/projects/{team.project.id}/agreement")
    expect(lead.get_by_role("heading", level=1)).to_be_visible()
    expect(lead.get_by_text(re.compile(r"0\.70|70 ?%")).first).to_be_visible()
    expect(lead.get_by_text(re.compile(r"10 tasks")).first).to_be_visible()

    path = tmp_path / "out.jsonl"
    team.project.export(path, only_annotated=True)
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    answers = {
        (row["data"]["text"], one["annotator"]): one for row in rows for one in row["annotations"] if one["counted"]
    }
    assert len(rows) == 10
    assert len(answers) == 20
    for sentence, label in given.items():
        assert sentence in SENTENCES
        one = answers[sentence, "ann@example.org"]
        assert one["answers"] == {"sentiment": [label]}
        assert one["guideline_version"] == 1
        assert one["seconds"] is not None
        assert one["source"] == "web"


def test_undo_brings_the_answer_back_and_supersedes_it(serve: Serve, browser: Browser, make_team: MakeTeam) -> None:
    server = serve()
    team = make_team(server, order="sequential")
    page = browser.new_page()
    sign_in(page, team.add_annotator("ann@example.org"))
    page.goto(f"{server.url}/projects/{team.project.id}/label")
    sentence = _answer(page, 0)
    page.keyboard.press("Backspace")
    expect(_task(page).get_by_text(sentence)).to_be_visible()
    expect(page.get_by_role("radio", name="Positive")).to_be_checked()
    expect(page.get_by_text("Your earlier answer stands until you submit again")).to_be_visible()
    _answer(page, 2)
    _all_saved(page)
    task = next(task for task in team.project.tasks(q=sentence) if task["annotation_count"])
    said = team.project.task(task["id"])["annotations"]
    assert [one["answers"]["sentiment"] for one in said] == [["Positive"], ["Negative"]]
    assert [one["in_force"] for one in said] == [False, True]
    assert said[1]["supersedes"] == said[0]["id"]
    assert team.project.info()["annotation_count"] == 1


def test_skip_with_a_reason_and_question_reach_the_lead(serve: Serve, browser: Browser, make_team: MakeTeam) -> None:
    server = serve()
    team = make_team(server, order="sequential")
    page = browser.new_page()
    sign_in(page, team.add_annotator("ann@example.org"))
    page.goto(f"{server.url}/projects/{team.project.id}/label")
    sentence = _shown_sentence(page)
    page.keyboard.press("f")
    page.get_by_role("dialog").get_by_role("textbox").fill("Is a fact a judgment? <b>R1</b>")
    page.get_by_role("dialog").get_by_role("button", name=re.compile("Send|Ask|Flag")).click()
    page.keyboard.press("s")
    page.get_by_role("dialog").get_by_text("I can't decide from the guideline").click()
    skip = page.get_by_role("dialog").get_by_role("button", name=re.compile("^Skip"))
    if skip.count():
        skip.click()
    expect(_task(page).get_by_text(sentence)).to_have_count(0)
    _all_saved(page)
    task = next(iter(team.project.tasks(q=sentence)))
    seen = team.project.task(task["id"])
    assert [one["reason"] for one in seen["skips"]] == ["unclear"]
    assert [one["note"] for one in seen["flags"]] == ["Is a fact a judgment? <b>R1</b>"]
    lead = browser.new_page()
    sign_in(lead, team.owner_link())
    lead.goto(f"{server.url}/projects/{team.project.id}/tasks?task={task['id']}")
    expect(lead.get_by_text("Is a fact a judgment? <b>R1</b>").first).to_be_visible()
