"""The real server, when there is one: the command in PATCHBAY_SERVER, or the host as it was built in this checkout."""

from __future__ import annotations

import os
import queue
import re
import shlex
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest

KEY = "python-client-tests-key"
BOUND_S = 60.0
_ROOT = Path(__file__).parents[3]
_HOSTS = [_ROOT / "src" / "Patchbay.Host" / "bin" / kind / "net10.0" / "Patchbay.Host.dll" for kind in ("Release", "Debug")]
_LISTENS = re.compile(r"listen\w* on:? http://127\.0\.0\.1:(\d+)")


def command() -> list[str]:
    """How to start it; skips the test when there is none."""
    told = os.environ.get("PATCHBAY_SERVER")
    if told:
        return shlex.split(told)
    for host in _HOSTS:
        if host.exists():
            return ["dotnet", str(host)]
    pytest.skip("the server is not built, and PATCHBAY_SERVER names none")


class RealServer:
    """`with RealServer(MessagesPerMinute=5) as server:`; the data directory goes with it."""

    def __init__(self, **settings: str) -> None:
        self._command = command()
        self._settings = settings
        self._data = tempfile.TemporaryDirectory(prefix="patchbay-")
        self._process: subprocess.Popen[str] | None = None
        self.port = 0
        self.output: list[str] = []

    @property
    def uri(self) -> str:
        return f"ws://127.0.0.1:{self.port}/api/mcp/ws"

    @property
    def data(self) -> Path:
        return Path(self._data.name)

    def __enter__(self) -> RealServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._keep_evidence()
        self._data.cleanup()

    def _keep_evidence(self) -> None:
        """What it has let out is looked through for secrets when the whole run is over."""
        if (directory := os.environ.get("PATCHBAY_EVIDENCE")) is not None:
            kept = Path(tempfile.mkdtemp(prefix="python-", dir=directory))
            (kept / "output.log").write_text("\n".join(self.output))
            for file in self.data.glob("audit*"):
                shutil.copy(file, kept)

    def start(self) -> None:
        """Starts it, on the port it had when it ran before."""
        environment = {
            **os.environ,
            "PATCHBAY_API_KEY": KEY,
            "Patchbay__DebugTools": "true",
            "Patchbay__DataDirectory": self._data.name,
            **{f"Patchbay__{name}": value for name, value in self._settings.items()},
        }
        arguments = [*self._command, "--urls", f"http://127.0.0.1:{self.port}"]
        self._process = subprocess.Popen(
            arguments, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        ports: queue.Queue[int | None] = queue.Queue()
        threading.Thread(target=self._read, args=(self._process, ports), daemon=True).start()
        port = ports.get(timeout=BOUND_S)
        if port is None:
            raise AssertionError("the server did not start:\n" + "\n".join(self.output[-20:]))
        self.port = port

    def _read(self, process: subprocess.Popen[str], ports: queue.Queue[int | None]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self.output.append(line.rstrip())
                found = _LISTENS.search(line)
                if found is not None:
                    ports.put(int(found[1]))
        ports.put(None)

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(BOUND_S)

    def stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(BOUND_S)
        except subprocess.TimeoutExpired:
            self.kill()
