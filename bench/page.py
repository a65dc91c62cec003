"""The labeling page in headless Chromium over a real server: its bytes, its start, and how fast keys are answered.

    python bench/page.py                     50 submissions by keyboard
    python bench/page.py --submissions 500 --json
    python bench/page.py --throttle 4        with a processor 4 times slower

Times are taken inside the page: a key's from its event, a paint's right after the frame that shows the next task.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the checkout is not on the search path yet
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from assay import __version__
from assay.client import Project
from bench.assay_server import Server, make_project, running_server
from bench.figures import percentile, print_json, rounded
from bench.machine import between, describe, moment, say
from tools.machine import find_chromium, how_to_install

PROBE = Path(__file__).with_name("page_probe.js")
FLAGS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
_SHOWN_MS = 30_000
_ARRIVAL_SECONDS = 30
_KINDS = {".js": "javascript", ".css": "css", ".woff2": "fonts"}
# Name, bytes of the body as it came, bytes of it unpacked, of everything that the page has loaded.
_RESOURCES = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .map((one) => [new URL(one.name).pathname, one.encodedBodySize, one.decodedBodySize])"""
_FIRST_PAINT = """() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"""


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=50, help="tasks answered by keyboard (50)")
    parser.add_argument("--pause-ms", type=int, default=250, help="between a task shown and its answer (250)")
    parser.add_argument("--starts", type=int, default=3, help="cold starts of the page (3)")
    parser.add_argument("--throttle", type=float, default=1, help="slow the page's processor down so many times")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    return parser.parse_args()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser. Ends the program when none is installed."""
    path = find_chromium()
    if path is None:
        sys.exit(how_to_install())
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else [*FLAGS]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


def signed_in(browser: Browser, server: Server) -> Any:
    """The cookies of the first annotator, signed in by a one-time link."""
    context = browser.new_context(base_url=server.url)
    answer = context.request.post(
        "/api/v1/session/link", data={"token": server.annotators[0].link_secret}, headers={"Origin": server.url}
    )
    if not answer.ok:
        raise RuntimeError(f"The one-time link was refused: {answer.text()}")
    state = context.storage_state()
    context.close()
    return state


@contextmanager
def opened(browser: Browser, state: Any, url: str, throttle: float) -> Iterator[tuple[Page, BrowserContext]]:
    """The labeling page with nothing in its caches, once its first task is painted."""
    context = browser.new_context(storage_state=state, viewport={"width": 1280, "height": 800})
    context.add_init_script(path=PROBE)
    page = context.new_page()
    if throttle > 1:
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": throttle})
    page.goto(url)
    page.wait_for_function("() => window.assayProbe.firstPaintedAt !== null", timeout=_SHOWN_MS)
    yield page, context
    context.close()


def start_figures(page: Page) -> dict[str, Any]:
    """Bytes that came until the first task was painted, and when that was."""
    page.wait_for_load_state("networkidle")  # and what it fetches ahead right after
    sizes: Counter[str] = Counter()
    unpacked = 0
    for path, encoded, decoded in page.evaluate(_RESOURCES):
        kind = _KINDS.get(Path(path).suffix, "data" if path.startswith("/api/") else "other")
        sizes[kind] += encoded
        unpacked += decoded if kind == "javascript" else 0
    return {
        **{f"{kind}_kb": rounded(size / 1000, 1) for kind, size in sizes.items()},
        "total_kb": rounded(sum(sizes.values()) / 1000, 1),
        "javascript_unpacked_kb": rounded(unpacked / 1000, 1),
        "first_contentful_paint_ms": rounded(page.evaluate(_FIRST_PAINT), 1),
        "first_task_painted_ms": rounded(page.evaluate("() => window.assayProbe.firstPaintedAt"), 1),
    }


def answer_by_keyboard(page: Page, context: BrowserContext, submissions: int, pause_ms: int) -> dict[str, Any]:
    """Press a label's key and Enter for each task, as a person does."""
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    before = _page_memory(session)
    for number in range(submissions):
        page.wait_for_timeout(pause_ms)
        page.keyboard.press(str(number % 3 + 1))
        page.keyboard.press("Enter")
        page.wait_for_function(f"() => window.assayProbe.latencies.length > {number}", timeout=_SHOWN_MS)
    after = _page_memory(session)
    latencies: list[float] = page.evaluate("() => window.assayProbe.latencies")
    return {
        "submissions": len(latencies),
        "key_to_next_painted_p50_ms": rounded(percentile(latencies, 0.5), 1),
        "key_to_next_painted_p95_ms": rounded(percentile(latencies, 0.95), 1),
        "key_to_next_painted_max_ms": rounded(max(latencies), 1),
        "heap_start_mb": rounded(before["JSHeapUsedSize"] / 1e6),
        "heap_growth_mb": rounded((after["JSHeapUsedSize"] - before["JSHeapUsedSize"]) / 1e6),
        "dom_nodes_growth": int(after["Nodes"] - before["Nodes"]),
    }


def _page_memory(session: Any) -> dict[str, float]:
    session.send("HeapProfiler.collectGarbage")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return {one["name"]: one["value"] for one in metrics}


def missing(project: Project, submissions: int) -> int:
    """Answers that have not arrived in the project when the page has had time to send them."""
    deadline = time.monotonic() + _ARRIVAL_SECONDS
    while (arrived := project.info()["annotation_count"]) < submissions and time.monotonic() < deadline:
        time.sleep(0.1)
    return submissions - int(arrived)


def measure(asked: argparse.Namespace) -> dict[str, Any]:
    """Start a server, open the page a few times, and label."""
    with running_server(asked.database, annotators=1) as server, server.client() as client, chromium() as browser:
        project = make_project(server, client, asked.submissions + 20, 1)
        url = f"{server.url}/projects/{project.id}/label"
        state = signed_in(browser, server)
        before = moment(*server.watched())
        starts = []
        for _ in range(asked.starts):
            say("Opening the page ...")
            with opened(browser, state, url, asked.throttle) as (page, _context):
                starts.append(start_figures(page))
        if starts[0]["javascript_kb"] == starts[0]["javascript_unpacked_kb"]:
            say("The pages were built without compressed files, so bytes and start are not those of users: make ui")
        say(f"Answering {asked.submissions} tasks by keyboard ...")
        with opened(browser, state, url, asked.throttle) as (page, context):
            page.wait_for_load_state("networkidle")
            keyed = answer_by_keyboard(page, context, asked.submissions, asked.pause_ms)
            lost = missing(project, asked.submissions)
        span = between(before, moment(*server.watched()))
        return {
            "version": __version__,
            "chromium": re.sub(r"[^\d.]", "", browser.version),
            "database": asked.database,
            "throttle": asked.throttle,
            **_middle(starts),
            **keyed,
            "lost": lost,
            "cores_busy_with_browser_and_others": rounded(span.other_cores),
        }


def _middle(starts: list[dict[str, Any]]) -> dict[str, Any]:
    """The start whose first task came at the median."""
    return sorted(starts, key=lambda start: float(start["first_task_painted_ms"]))[(len(starts) - 1) // 2]


def main() -> None:
    """Measure and print; ends with 1 when an answer did not arrive."""
    asked = arguments()
    found = {**measure(asked), "machine": describe()}
    if asked.json:
        print_json(found)
    else:
        for name, value in found.items():
            print(f"{name:<30} {value}")
    if found["lost"]:
        sys.exit(f"{found['lost']} answers did not arrive.")


if __name__ == "__main__":
    main()
