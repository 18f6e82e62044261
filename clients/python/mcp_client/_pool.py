"""Several connections used as one."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any

from ._backoff import full_jitter
from ._client import MCPClient
from ._codes import PROTOCOL_VERSION
from ._errors import MCPError, make_error
from ._options import ClientOptions
from ._stream import ToolStream
from ._trust import read_trust
from ._types import Tool, ToolCall


class MCPClientPool:
    """`size` clients (1 to 64). A call goes to the connected one with the fewest open requests.

    A client that ended by an error that may pass is replaced; by one that will not (INVALID_API_KEY and the like) it is left out,
    and when the last one is out, calls fail with that error. Takes every option of `MCPClient`. All connections of one key share its
    rate limit on the server.
    """

    def __init__(
        self, *, uri: str, api_key: str, size: int = 4, protocol_version: str = PROTOCOL_VERSION, **options: Any
    ) -> None:
        if not 1 <= size <= 64:
            raise ValueError(f"size must be 1 to 64, not {size}")
        self._options = ClientOptions(uri=uri, api_key=api_key, protocol_version=protocol_version, **options)
        self._trust = read_trust(self._options)
        self._size = size
        self._clients: list[MCPClient] = []
        self._replacing: set[asyncio.Task[None]] = set()
        self._last_error: MCPError | None = None
        self._closed = True

    @property
    def clients(self) -> tuple[MCPClient, ...]:
        """Those that take calls, or will again."""
        return tuple(self._clients)

    async def connect(self) -> None:
        """Connects all; when one fails, the others are closed and its error is raised."""
        if not self._closed:
            return
        self._closed = False
        self._last_error = None
        clients = [self._new() for _ in range(self._size)]
        outcomes = await asyncio.gather(*(client.connect() for client in clients), return_exceptions=True)
        failed = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        if failed or self._closed:
            self._closed = True
            await asyncio.gather(*(client.close() for client in clients))
            raise failed[0] if failed else make_error("CONNECTION_LOST", "closed by the caller")
        self._clients = clients

    async def close(self) -> None:
        """Closes all; no task, timer or socket is left."""
        self._closed = True
        clients, self._clients = self._clients, []
        replacing = list(self._replacing)
        for task in replacing:
            task.cancel()
        await asyncio.gather(*replacing, *(client.close() for client in clients), return_exceptions=True)

    async def __aenter__(self) -> MCPClientPool:
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def call_tool(self, name: str, arguments: Mapping[str, Any] | None = None, **how: Any) -> Any:
        """As `MCPClient.call_tool`."""
        return await self._pick().call_tool(name, arguments, **how)

    def stream_tool(self, name: str, arguments: Mapping[str, Any] | None = None, **how: Any) -> ToolStream:
        """As `MCPClient.stream_tool`; the connection is chosen now."""
        return self._pick().stream_tool(name, arguments, **how)

    async def call_tools(self, calls: Iterable[ToolCall]) -> list[Any]:
        """As `MCPClient.call_tools`; one batch, so one connection."""
        return await self._pick().call_tools(calls)

    async def list_tools(self) -> list[Tool]:
        """As `MCPClient.list_tools`."""
        return await self._pick().list_tools()

    def get_diagnostics(self) -> dict[str, Any]:
        """``active_connections`` of the pool, and the report of each client under ``clients``."""
        reports = [client.get_diagnostics() for client in self._clients]
        return {"active_connections": sum(report["active_connections"] for report in reports), "clients": reports}

    def _pick(self) -> MCPClient:
        for wanted in ("connected", "reconnecting"):
            fit = [client for client in self._clients if client.state == wanted]
            if fit:
                return min(fit, key=lambda client: client.open_requests)  # the first of equals
        raise self._last_error or make_error("CONNECTION_FAILED", "the pool has no connection: call connect() first")

    def _new(self) -> MCPClient:
        client = MCPClient._of_pool(self._options, self._trust)
        client._driver.on_ended = lambda error: self._ended(client, error)
        return client

    def _ended(self, client: MCPClient, error: MCPError) -> None:
        """`client` has closed by itself."""
        if self._closed or client not in self._clients:
            return
        self._clients.remove(client)
        self._last_error = error
        task = asyncio.create_task(self._replace(client, error), name="mcp_client pool")
        self._replacing.add(task)
        task.add_done_callback(self._replacing.discard)

    async def _replace(self, old: MCPClient, error: MCPError) -> None:
        await old.close()
        attempt = 0
        while error.retryable:
            jitter = full_jitter(
                random.random, self._options.reconnect_initial_delay_s, self._options.reconnect_max_delay_s, attempt
            )
            await asyncio.sleep((error.retry_after or 0) + jitter)
            client = self._new()
            try:
                await client.connect()
            except MCPError as failure:
                error = self._last_error = failure
                attempt += 1
                continue
            self._clients.append(client)
            return
