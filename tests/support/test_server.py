"""The ground that the tests over HTTP stand on."""

from __future__ import annotations

import urllib.request

import pytest

from tests.support.databases import Databases
from tests.support.server import RunningServer, Serve


def _status(url: str) -> int:
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - our own server
        return int(answer.status)


def test_a_server_comes_back_at_the_same_address(server: RunningServer) -> None:
    assert _status(server.url) == 200
    for end in (server.stop, server.kill):
        end()
        with pytest.raises(OSError, match="refused"):
            _status(server.url)
        server.start()
        assert _status(server.url) == 200


def test_two_servers_run_side_by_side_each_over_its_own_database(serve: Serve, databases: Databases) -> None:
    first, second = serve(), serve(databases.fresh("postgresql"))
    assert first.url != second.url
    assert [_status(each.url) for each in (first, second)] == [200, 200]


def test_a_server_that_cannot_start_says_why(serve: Serve) -> None:
    with pytest.raises(RuntimeError, match="ASSAY_SECRET"):
        serve(ASSAY_SECRET="secret")


def test_the_command_line_works_over_the_data_of_a_server(server: RunningServer) -> None:
    assert server.cli("--version").strip()
    with pytest.raises(RuntimeError, match="ended with 2"):
        server.cli("export", "nothing", "--output", "nowhere")
