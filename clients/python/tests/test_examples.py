"""Every example runs against the real server, as a user would run it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from real_server import BOUND_S, KEY, RealServer

EXAMPLES = Path(__file__).parents[1] / "examples"
SAYS = {
    "quickstart": ["status: ", "tool: system/performance (read-only)", "messages: {'sent': 3, 'received': 4}"],
    "resilience": ["state: connected", "invalid: /interval", "cpu: ", "state: closed"],
    "many_calls": ["pool: ['basic', 'detailed', 'basic', 'detailed']", "batch: TOOL_NOT_FOUND", "connections: "],
    "audio": ["no report: TOOL_NOT_FOUND|frames: "],
    "speech": ["no report: TOOL_NOT_FOUND|speech "],
}


def test_every_example_has_its_expectation() -> None:
    assert sorted(path.stem for path in EXAMPLES.glob("*.py")) == sorted(SAYS)


@pytest.fixture(scope="module")
def server() -> object:
    with RealServer() as running:
        yield running


@pytest.mark.parametrize("name", sorted(SAYS))
def test_the_example_runs_and_says_what_it_should(name: str, server: RealServer) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(EXAMPLES.parent), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-W", "error::ResourceWarning", str(EXAMPLES / f"{name}.py"), server.uri, KEY]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=BOUND_S)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    lines = done.stdout.splitlines()
    for wanted in SAYS[name]:
        assert any(line.startswith(tuple(wanted.split("|"))) for line in lines), f"{wanted!r} is not in {lines}"
