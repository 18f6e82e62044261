"""The package builds, installs into an empty environment, and satisfies the type checker."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
BOUND_S = 300.0


def call(*command: str, cwd: Path, **environment: str) -> str:
    """Runs it; fails with what it said."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env={**clean, **environment}, capture_output=True, text=True, timeout=BOUND_S)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("build")
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("dist")
    # Without isolation and its check: the build needs no network.
    call(sys.executable, "-m", "build", "--no-isolation", "--skip-dependency-check", "-o", str(folder), ".", cwd=HERE)
    return folder


def test_wheel_and_sdist_hold_the_package_its_types_and_its_tests(built: Path) -> None:
    [wheel] = built.glob("mcp_client-*-py3-none-any.whl")
    names = call(sys.executable, "-m", "zipfile", "-l", str(wheel), cwd=built)
    assert "mcp_client/py.typed" in names and "mcp_client/_core.py" in names and "tests/" not in names
    [sdist] = built.glob("mcp_client-*.tar.gz")
    with tarfile.open(sdist) as archive:
        inside = {name.split("/", 1)[1] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "mcp_client/py.typed", "tests/test_client.py", "examples/quickstart.py"} <= inside


def test_the_wheel_installs_into_an_empty_environment(built: Path, tmp_path: Path) -> None:
    """`websockets` is found on a path of its own: it is the one dependency, and no registry is asked."""
    call(sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "env"), cwd=tmp_path)
    python = str(tmp_path / "env" / "bin" / "python")
    [site] = (tmp_path / "env").glob("lib/python3*/site-packages")
    [wheel] = built.glob("*.whl")
    call(sys.executable, "-m", "zipfile", "-e", str(wheel), str(site), cwd=tmp_path)  # a pure wheel is its files (PEP 427)
    import websockets

    (site / "websockets").symlink_to(Path(websockets.__file__).parent)
    program = "import mcp_client, importlib.metadata as m; print(mcp_client.__file__, m.version('mcp-client'), m.requires('mcp-client'))"
    said = call(python, "-I", "-c", program, cwd=tmp_path)
    assert str(site) in said and "0.1.0 ['websockets>=10.4']" in said


def test_the_package_satisfies_the_strict_type_checker(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    call(sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), "mcp_client", cwd=HERE)


def test_a_user_of_the_package_gets_types(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    program = tmp_path / "program.py"
    program.write_text(
        "from mcp_client import MCPClient, Diagnostic\n"
        "client = MCPClient(uri='ws://x/', api_key='k')\n"
        "@client.on_diagnostic\n"
        "async def told(message: Diagnostic) -> None:\n"
        "    reveal_type(message.level)\n"
        "reveal_type(client.state)\n"
    )
    said = call(sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(program), cwd=tmp_path, MYPYPATH=str(HERE))
    assert 'Revealed type is "builtins.str"' in said and "Literal['connected']" in said
