"""Diagnostics the client makes itself."""

from __future__ import annotations

from typing import Any

from ._outbox import Outbox
from ._outputs import DiagnosticMade
from ._types import Diagnostic


class LocalDiagnostics:
    """They come to the same callbacks as the server's, with component ``client`` and ``details.kind``."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def say(self, level: str, kind: str, message: str, **facts: Any) -> None:
        self._outbox.emit(DiagnosticMade(Diagnostic(level, "client", message, {"kind": kind, **facts})))
