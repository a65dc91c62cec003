"""The client against a real server: everything that a script does with a project, in the order that it does it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assay.client import Client, Project
from assay.flow.policy import Policy
from assay.kernel.errors import BadInput, Conflict, Forbidden, NotFound, NotSignedIn, TooLarge, Unavailable
from tests.faults.conftest import MakeHouse
from tests.faults.house import House
from tests.flow.audit import problems


@contextmanager
def annotator(house: House, number: int) -> Iterator[Client]:
    """A client of one of the annotators."""
    with house.client(house.tokens[number]) as client:
        yield client


def test_a_project_from_its_beginning_to_its_export(make_house: MakeHouse, tmp_path: Path) -> None:
    house = make_house(annotators=2, policy=Policy(annotations_per_task=2))
    house.start()
    with house.client() as client:
        assert client.me()["role"] == "owner"
        project = client.project("Moods")
        assert project.id == house.project_id == client.project(house.project_id).id
        import_and_refuse(project, tmp_path)
        label(house, project)
        look_and_export(house, project, tmp_path)
        refused_in_words(house, client, project)
    assert house.look(problems) == {}
    house.stop()
    with house.client() as client, pytest.raises(Unavailable):
        client.me()


def import_and_refuse(project: Project, folder: Path) -> None:
    """By dictionaries, by a file, and by a file with a bad row."""
    job = project.import_rows({"id": n, "data": {"text": f"text {n}"}} for n in range(250))
    assert job.info["outcome"]["tasks"] == 250
    path = folder / "more.csv"
    path.write_text("id,text\nbad,\ngood,Fine.\n")
    with pytest.raises(BadInput) as caught:
        project.import_file(path)
    assert caught.value.code == "rows_refused"
    assert project.info()["task_count"] == 250
    seen: list[str] = []
    job = project.import_file(path, good_rows_only=True, progress=lambda info: seen.append(info["state"]))
    assert [(row["line"], row["field"]) for row in job.refused()] == [(2, "text")]
    assert seen[-1] == "done"
    ids = project.add_tasks({"data": {"text": f"added {n}"}, "id": f"added-{n}"} for n in range(1_200))
    assert len(set(ids)) == 1_200
    with pytest.raises(BadInput) as refused:
        project.add_tasks([{"text": "fine"}, {"body": "not fine"}])
    assert (refused.value.field or "").startswith("tasks[1]")
    assert project.info()["task_count"] == 1_451


def label(house: House, project: Project) -> None:
    """Two people: answers, an undo, a skip, a question, a conflict."""
    with annotator(house, 0) as client:
        workbench = client.own_projects()[0].workbench()
        assert set(workbench.controls) == {"mood"}
        first, second, third = workbench.next(3)
        assert first.data.keys() == {"text"}
        receipt = first.submit({"mood": "Good"}, confidence=0.9, submission_id="first-answer")
        assert receipt["counted"]
        assert first.submit({"mood": "Good"}, confidence=0.9, submission_id="first-answer") == receipt
        assert first.submit({"mood": "Bad"}, supersedes="first-answer")["counted"]
        for again, code in (({"mood": "Bad"}, "already_submitted"),):
            with pytest.raises(Conflict) as caught:
                first.submit(again)
            assert caught.value.code == code
        with pytest.raises(BadInput):
            second.submit({"mood": "Great"})
        second.flag("What is great?")
        second.skip("unclear", "no rule")
        third.submit({"mood": "Good"})
    with annotator(house, 1) as client:
        for number, one in enumerate(Project(client._transport, project.id).workbench()):
            one.submit({"mood": "Good"})
            if number == 2:
                break


def look_and_export(house: House, project: Project, folder: Path) -> None:
    """What the lead sees is what was said."""
    assert len(list(project.tasks(limit=100))) == 1_451
    done = list(project.tasks(state="done"))
    assert len(done) == 2
    whole = project.task(done[0]["id"])
    assert len(whole["annotations"]) in (2, 3)
    assert project.agreement()["control"]
    assert project.policy()["document"]["annotations_per_task"] == 2
    counts = project.export(folder / "out.jsonl", only_annotated=True)
    rows = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    assert counts["tasks"] == len(rows)
    assert counts["annotations"] == sum(len(row["annotations"]) for row in rows) == 6
    assert {given["source"] for row in rows for given in row["annotations"]} == {"api"}
    project.export(folder / "out.csv", format="csv")
    assert (folder / "out.csv").read_text().count("\n") > 1_451


def refused_in_words(house: House, client: Client, project: Project) -> None:
    """Who may not, and what is not there."""
    with annotator(house, 0) as other:
        with pytest.raises(Forbidden):
            Project(other._transport, project.id).info()
        with pytest.raises(Forbidden):
            other.create_project("Mine", template="sentiment")
    with house.client("assay_nonsense") as stranger, pytest.raises(NotSignedIn):
        stranger.me()
    with pytest.raises(NotFound):
        client.project("No such project")
    with pytest.raises(NotFound):
        client.create_project("New", template="nothing")
    with pytest.raises((TooLarge, BadInput)):
        project.add_tasks([{"text": "x" * 3_000_000}])
    made = client.create_project("From the gallery", template="sentiment", policy={"annotations_per_task": 3})
    assert made.policy()["document"]["annotations_per_task"] == 3
    assert {"Moods", "From the gallery"} <= {one.info()["title"] for one in client.projects()}
