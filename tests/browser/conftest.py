"""Which client a test drives: ours, and under `--all` (or CLIENT=reference) the vendor's as well."""

from __future__ import annotations

import os

import pytest

from tests.browser.clients import OURS, THEIRS


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "differs(row): the reference must fail this test, by a row of docs/differences.md"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give `client` to each test that asks for one; what only ours can do, the reference must be seen to fail at."""
    if "client" not in metafunc.fixturenames:
        return
    row = metafunc.definition.get_closest_marker("differs")
    failing = [pytest.mark.xfail(reason=f"{row.args[0]}: on purpose", strict=True)] if row else []
    theirs = pytest.param(THEIRS, id="reference", marks=failing)
    ours = pytest.param(OURS, id="ours")
    everything = bool(metafunc.config.getoption("--all", default=False))
    wanted = os.environ.get("CLIENT", "both" if everything else "ours")
    metafunc.parametrize("client", {"reference": [theirs], "ours": [ours], "both": [theirs, ours]}[wanted])
