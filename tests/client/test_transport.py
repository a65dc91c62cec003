"""The client over a made-up server: right errors, retries only of what is harmless, pages, files."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from assay.client import Client, Job, Project, Workbench
from assay.client import transport as transport_module
from assay.client.transport import Transport
from assay.kernel import errors
from assay.kernel.errors import AssayError, BadInput, Conflict, NotFound, TooLarge, Unavailable

Answer = Callable[[httpx.Request], httpx.Response]
TOKEN = "assay_token"
KINDS = (
    errors.BadInput, errors.NotSignedIn, errors.Forbidden, errors.NotFound, errors.Conflict, errors.TooLarge,
    errors.UnsupportedFormat, errors.TooMany, errors.Unavailable,
)  # fmt: skip


class Server:
    """Answers in turn; remembers what it was asked. The last answer is given for ever."""

    def __init__(self, *answers: httpx.Response | Exception | Answer) -> None:
        self._answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.bodies: list[bytes] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        self.bodies.append(request.read())
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)

    @property
    def paths(self) -> list[str]:
        """Method and path of each request."""
        return [f"{request.method} {request.url.path.removeprefix('/api/v1')}" for request in self.asked]


def ok(body: Any = None) -> Answer:
    """A good answer, new each time."""
    return lambda _: httpx.Response(200, json={} if body is None else body)


def fault(status: int, **body: Any) -> Answer:
    """A problem, new each time."""
    headers = {"retry-after": str(body.pop("wait"))} if "wait" in body else {}
    return lambda _: httpx.Response(status, json={"detail": "Trouble.", **body}, headers=headers)


def client(server: Server, token: str = TOKEN) -> Client:
    """A client of it."""
    return Client(
        "http://test", token, http=httpx.Client(transport=httpx.MockTransport(server), base_url="http://test")
    )


def project(server: Server) -> Project:
    """A project on it."""
    return Project(client(server)._transport, "p1")


def job(server: Server) -> Job:
    """A job on it."""
    return Job(client(server)._transport, "p1", "j1")


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The client does not really wait; this is for how long it would have."""
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    yield waited


# Errors.


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_problem_is_raised_as_the_error_that_it_was(kind: type[AssayError]) -> None:
    told = kind("No.", code="odd", action="Do it.", field="text", details={"at": 3}).as_problem()
    with pytest.raises(AssayError) as caught:
        client(Server(lambda _: httpx.Response(kind.status, json=told))).me()
    assert type(caught.value) is kind
    assert caught.value.as_problem() == told


def test_an_answer_that_is_no_problem_is_still_an_error_of_ours() -> None:
    for answer in (
        httpx.Response(500, text="<h1>Internal Server Error</h1>"),
        httpx.Response(418, json=["tea"]),
        httpx.Response(500, json={"detail": None}),
    ):
        with pytest.raises(AssayError, match="The server answered"):
            client(Server(answer)).me()


@pytest.mark.parametrize("status", [200, 302])
def test_something_else_answers_at_the_address(status: int) -> None:
    with pytest.raises(AssayError) as caught:
        client(Server(httpx.Response(status, text="<html>a router</html>"))).me()
    assert caught.value.code == "not_assay"
    assert "address" in caught.value.action


def test_the_token_is_sent_and_only_when_there_is_one() -> None:
    server = Server(ok())
    client(server).me()
    client(server, token="").me()
    sent = [request.headers.get("authorization") for request in server.asked]
    assert sent == ["Bearer assay_token", None]


# Trying again.


HARMLESS: dict[str, Callable[[Server], object]] = {
    "reading": lambda server: client(server).me(),
    "a page": lambda server: list(client(server).projects()),
    "asking for work": lambda server: project(server).workbench().next(2),
    "submitting": lambda server: assignment(server).submit(result=[]),
}
NOT_HARMLESS: dict[str, Callable[[Server], object]] = {
    "a new project": lambda server: client(server).create_project("New", label_config="<View/>"),
    "tasks": lambda server: project(server).add_tasks([{"text": "a"}]),
    "an import": lambda server: project(server).import_file(io.BytesIO(b"x"), filename="x.txt"),
    "an export": lambda server: project(server).export("nowhere"),
    "a policy": lambda server: project(server).change_policy({}),
    "an invitation": lambda server: client(server).invite("lead"),
    "a flag": lambda server: assignment(server).flag("why?"),
}
GOOD: dict[str, Any] = {"items": [], "next_cursor": None, "assignments": [], "submission_id": "x", "counted": True}


def assignment(server: Server) -> Any:
    """An assignment in hand."""
    from assay.client import Assignment

    return Assignment(Workbench(client(server)._transport, "p1"), {"id": "a1", "data": {"text": "x"}})


@pytest.mark.parametrize(
    "trouble", [fault(503), fault(429), fault(502), httpx.ConnectError("refused"), httpx.ReadTimeout("")]
)
@pytest.mark.parametrize("call", HARMLESS)
def test_what_is_harmless_twice_is_tried_again(call: str, trouble: Any, waits: list[float]) -> None:
    server = Server(trouble, trouble, ok(GOOD))
    HARMLESS[call](server)
    assert len(server.asked) == 3
    assert len(set(server.bodies)) == 1  # a submission keeps its id
    assert len(waits) == 2
    assert waits[1] > 0


@pytest.mark.parametrize("trouble", [fault(503), httpx.ConnectError("refused"), httpx.ReadTimeout("")])
@pytest.mark.parametrize("call", NOT_HARMLESS)
def test_what_might_be_done_twice_is_sent_once(call: str, trouble: Any) -> None:
    server = Server(trouble, ok(GOOD))
    with pytest.raises(Unavailable):
        NOT_HARMLESS[call](server)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 415, 422, 500])
def test_what_would_not_help_is_not_tried_again(status: int) -> None:
    server = Server(fault(status))
    with pytest.raises(AssayError):
        client(server).me()
    assert len(server.asked) == 1


def test_a_server_that_stays_away(waits: list[float]) -> None:
    server = Server(httpx.ConnectError("refused"))
    with pytest.raises(Unavailable, match="refused"):
        client(server).me()
    assert len(server.asked) == 4
    assert len(waits) == 3
    for before, wait in enumerate(waits):  # about twice as long each time, half of it by chance
        assert 0.1 * 2**before <= wait <= 0.3 * 2**before


def test_it_waits_as_long_as_it_is_told(waits: list[float]) -> None:
    client(Server(fault(503, wait=7), fault(429, wait=2), ok())).me()
    assert waits == [7, 2]


def test_what_takes_too_long_is_told_at_once(waits: list[float]) -> None:
    server = Server(fault(429, wait=900))
    with pytest.raises(errors.TooMany) as caught:
        client(server).me()
    assert (caught.value.retry_after_seconds, len(server.asked), waits) == (900, 1, [])


def test_clients_do_not_come_back_in_step(waits: list[float]) -> None:
    for _ in range(5):
        client(Server(fault(503), ok())).me()
    assert len(set(waits)) == 5


# Pages.


def pages(*sizes: int) -> Answer:
    """A list in pages, found by cursor."""

    def answer(request: httpx.Request) -> httpx.Response:
        place = int(request.url.params.get("cursor", "0"))
        items = [{"id": f"{place}-{n}", "title": f"{place}-{n}", "line": n} for n in range(sizes[place])]
        more = str(place + 1) if place + 1 < len(sizes) else None
        return httpx.Response(200, json={"items": items, "next_cursor": more})

    return answer


@pytest.mark.parametrize(
    "read",
    [
        lambda server: list(client(server).projects()),
        lambda server: list(client(server).people()),
        lambda server: list(project(server).tasks(state="done")),
        lambda server: list(job(server).refused()),
    ],
)
def test_every_page_is_read_to_its_end(read: Callable[[Server], list[Any]]) -> None:
    server = Server(pages(3, 0, 2))
    assert len(read(server)) == 5
    assert [request.url.params.get("cursor") for request in server.asked] == [None, "1", "2"]


def test_pages_are_read_only_as_far_as_they_are_looked_at() -> None:
    server = Server(pages(2, 2, 2))
    found = project(server).tasks(sort="-disagreement", limit=2)
    assert [next(found)["id"], next(found)["id"]] == ["0-0", "0-1"]
    assert len(server.asked) == 1
    assert dict(server.asked[0].url.params) == {"sort": "-disagreement", "limit": "2"}


def test_a_project_by_title_or_id() -> None:
    server = Server(pages(2, 2))
    assert client(server).project("1-1").id == "1-1"
    with pytest.raises(NotFound, match="There is no project"):
        client(server).project("other")
    twice = Server(ok({"items": [{"id": "a", "title": "Same"}, {"id": "b", "title": "Same"}], "next_cursor": None}))
    with pytest.raises(NotFound, match="several"):
        client(twice).project("Same")
    assert client(twice).project("b").id == "b"


def test_tasks_are_added_in_pages_of_a_thousand() -> None:
    server = Server(
        lambda request: httpx.Response(201, json={"task_ids": list(range(len(json.loads(request.content)["tasks"])))})
    )
    ids = project(server).add_tasks({"text": str(n)} for n in range(2_300))
    assert [len(json.loads(body)["tasks"]) for body in server.bodies] == [1000, 1000, 300]
    assert len(ids) == 2_300
    assert project(server).add_tasks([]) == []


# Jobs and files.


def job_state(state: str, **more: Any) -> Answer:
    """A job as the server tells it."""
    return ok({"id": "j1", "state": state, "progress": 1, "total": 2, "problem": None, "outcome": None, **more})


def test_a_job_is_waited_for_with_its_progress() -> None:
    server = Server(job_state("waiting"), job_state("running"), job_state("done", outcome={"tasks": 3}))
    seen: list[str] = []
    assert job(server).wait(lambda info: seen.append(info["state"])).info["outcome"] == {"tasks": 3}
    assert seen == ["waiting", "running", "done"]


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (BadInput("2 of 3 rows cannot be imported.", code="rows_refused", field="file"), BadInput),
        (TooLarge("The file has too many rows."), TooLarge),
        (NotFound("The file is not there any more."), NotFound),
        (AssayError("The job broke; its log names the cause."), AssayError),
    ],
)
def test_a_job_that_failed_raises_what_it_failed_of(problem: AssayError, kind: type[AssayError]) -> None:
    server = Server(job_state("failed", problem=problem.as_problem()))
    with pytest.raises(AssayError) as caught:
        job(server).wait()
    assert type(caught.value) is kind
    assert (caught.value.message, caught.value.code) == (problem.message, problem.code)
    assert caught.value.details["job"] == "j1"


def test_a_job_that_was_canceled() -> None:
    with pytest.raises(Conflict) as caught:
        job(Server(job_state("canceled"))).wait()
    assert caught.value.code == "canceled"


def test_a_download_is_whole_or_not_there(tmp_path: Path) -> None:
    target = tmp_path / "moods.jsonl"
    target.write_bytes(b"from yesterday")

    def broken() -> Iterator[bytes]:
        yield b"half of "
        raise httpx.ReadError("connection reset")

    for answer, kind in (
        (lambda _: httpx.Response(200, content=broken()), Unavailable),
        (fault(409, code="not_ready"), Conflict),
        (httpx.ConnectError("refused"), Unavailable),
    ):
        with pytest.raises(kind):
            job(Server(answer)).download(target)
        assert [path.name for path in tmp_path.iterdir()] == ["moods.jsonl"]
        assert target.read_bytes() == b"from yesterday"

    job(Server(lambda _: httpx.Response(200, content=b"whole"))).download(str(target))
    assert target.read_bytes() == b"whole"
    assert [path.name for path in tmp_path.iterdir()] == ["moods.jsonl"]


def test_a_file_is_sent_as_its_bytes_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"text\na\n")
    server = Server(ok({"id": "j1"}), job_state("done"))
    project(server).import_file(path, good_rows_only=True)
    assert server.bodies[0] == b"text\na\n"
    assert dict(server.asked[0].url.params) == {"filename": "rows.csv", "mode": "good_rows"}
    assert server.asked[0].headers["content-type"] == "application/octet-stream"
    assert server.paths == ["POST /projects/p1/imports", "GET /projects/p1/jobs/j1"]


def test_dictionaries_go_through_the_same_door() -> None:
    server = Server(ok({"id": "j1"}), job_state("done"))
    project(server).import_rows([{"text": "é"}, {"text": "\n"}])
    assert [json.loads(line) for line in server.bodies[0].splitlines()] == [{"text": "é"}, {"text": "\n"}]


# Labeling.


CONTROLS = {"label_config": {"controls": [{"name": "mood", "to_name": ["text"], "type": "choices"}]}}


def offers(*uids: str) -> list[Answer]:
    """One assignment after the other, then none."""
    return [ok({"assignments": [{"id": uid, "data": {"text": uid}}] if uid else []}) for uid in (*uids, "")]


def test_one_assignment_after_the_other_until_there_is_none() -> None:
    server = Server(*offers("a", "b"))
    assert [one.data["text"] for one in project(server).workbench()] == ["a", "b"]


def test_an_assignment_that_is_left_alone_is_noticed() -> None:
    server = Server(*offers("a", "a"))
    with pytest.raises(BadInput, match="neither answered nor skipped"):
        list(project(server).workbench())


def test_answers_by_name_become_a_result() -> None:
    server = Server(ok(CONTROLS))
    workbench = project(server).workbench()
    expected = [{"from_name": "mood", "to_name": "text", "type": "choices", "value": {"choices": ["Good"]}}]
    assert workbench.result({"mood": "Good"}) == workbench.result({"mood": ["Good"]}) == expected
    assert len(server.asked) == 1  # the label config is read once
    with pytest.raises(BadInput) as caught:
        workbench.result({"tone": "Good"})
    assert caught.value.field == "tone"
    assert "mood" in caught.value.action


def test_a_submission_has_an_id_of_its_own_unless_it_is_given_one() -> None:
    server = Server(ok(GOOD))
    one = assignment(server)
    for submission_id in (None, None, "mine-12345"):
        one.submit(result=[], submission_id=submission_id, seconds=2.0)
    ids = [json.loads(body)["submission_id"] for body in server.bodies]
    assert len(set(ids)) == 3
    assert ids[2] == "mine-12345"
    assert all(set(json.loads(body)) == {"submission_id", "result", "seconds"} for body in server.bodies)


def test_every_call_goes_below_the_api() -> None:
    server = Server(ok(GOOD | CONTROLS | {"id": "x"}))
    project(server).info()
    project(server).agreement("mood")
    project(server).guideline()
    project(server).policy()
    project(server).add_people(["a"])
    project(server).task(3)
    client(server).own_projects()
    assert all(request.url.path.startswith("/api/v1/") for request in server.asked)


def test_a_client_lets_go_of_its_connections() -> None:
    http = httpx.Client(transport=httpx.MockTransport(Server(ok())), base_url="http://test")
    with Client("http://test", "t", http=http) as one:
        one.me()
    assert http.is_closed


def test_a_slash_at_the_end_of_the_address_is_no_matter() -> None:
    transport = Transport("http://127.0.0.1:9/", "", timeout_seconds=1)
    assert str(transport._http.base_url) == "http://127.0.0.1:9"
    transport.close()
    assert transport_module._TRIES == 4
