"""Fixtures for every test: see the modules of tests/support."""

pytest_plugins = [
    "tests.support.databases",
    "tests.support.server",
    "tests.support.chromium",
    "tests.support.soak",
]
