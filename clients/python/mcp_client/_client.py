"""The client users meet."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping
from dataclasses import fields
from os import PathLike
from types import TracebackType
from typing import Any, TypeVar, overload

from ._audio import AudioStream, Framer
from ._calls import all_tools, checked, perform, perform_batch, tool_spec
from ._codes import PROTOCOL_VERSION
from ._driver import Driver
from ._options import ClientOptions, check_level
from ._outputs import RequestSpec
from ._stream import ToolStream
from ._trust import read_trust
from ._types import ConnectionState, Diagnostic, Limits, Progress, ServerEvent, ServerInfo, Tool, ToolCall
from ._version import __version__

OnDiagnostic = TypeVar("OnDiagnostic", bound=Callable[[Diagnostic], Awaitable[None] | None])
OnEvent = TypeVar("OnEvent", bound=Callable[[ServerEvent], Awaitable[None] | None])
OnState = TypeVar("OnState", bound=Callable[[ConnectionState], Awaitable[None] | None])
OnProgress = Callable[[Progress], Awaitable[None] | None]


class MCPClient:
    """A connection to a Patchbay server that comes back by itself.

    All options are keyword-only; README.md lists each with its default, and `ClientOptions` checks them (ValueError).

    ::

        async with MCPClient(uri="ws://127.0.0.1:8000/api/mcp/ws", api_key="…") as client:
            print(await client.call_tool("system/diagnostics", {"level": "basic"}))
    """

    def __init__(
        self,
        *,
        uri: str,
        api_key: str,
        ca_file: str | PathLike[str] | None = None,
        protocol_version: str = PROTOCOL_VERSION,
        client_name: str = "mcp_client",
        client_version: str = __version__,
        diagnostics: bool = False,
        diagnostics_level: str = "warning",
        connect_timeout_s: float = 10,
        close_timeout_s: float = 2,
        request_timeout_s: float = 30,
        heartbeat_interval_s: float | None = None,
        resumable: bool = True,
        reconnect: bool = True,
        reconnect_on_normal_close: bool = True,
        reconnect_initial_delay_s: float = 0.5,
        reconnect_max_delay_s: float = 30,
        reconnect_max_attempts: int | None = None,
        retry: bool = True,
        retry_max_attempts: int = 3,
        retry_initial_delay_s: float = 0.25,
        retry_max_delay_s: float = 10,
        retry_max_wait_s: float = 60,
        retry_budget: int = 10,
        batching: bool = False,
        max_pending: int = 1000,
        max_message_bytes: int = 16 * 1024 * 1024,
        stream_buffer: int = 64,
        slow_call_s: float = 5,
    ) -> None:
        given = locals()
        wanted = ClientOptions(**{field.name: given[field.name] for field in fields(ClientOptions)})
        self._begin(wanted, read_trust(wanted))

    @classmethod
    def _of_pool(cls, options: ClientOptions, trust: ssl.SSLContext | None) -> MCPClient:
        """With what was read when the pool was made: the file may be gone by now."""
        client = cls.__new__(cls)
        client._begin(options, trust)
        return client

    def _begin(self, options: ClientOptions, trust: ssl.SSLContext | None) -> None:
        self._driver = Driver(options, trust)
        self._groups = 0
        if options.diagnostics:
            self.enable_diagnostics()

    # --- connection ------------------------------------------------------------------------------------------------------

    async def connect(self) -> None:
        """Connects. One attempt, which raises its error; a connection that stood once comes back by itself."""
        await self._driver.connect()

    async def close(self) -> None:
        """Closes for good: open requests fail with CONNECTION_LOST, and no task, timer or socket is left."""
        await self._driver.close()

    async def __aenter__(self) -> MCPClient:
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def options(self) -> ClientOptions:
        """What it was made with."""
        return self._driver.options

    @property
    def state(self) -> ConnectionState:
        """``closed`` (also before the first connect), ``connecting``, ``connected`` or ``reconnecting``."""
        return self._driver.core.state

    @property
    def client_id(self) -> str | None:
        """Given by the server; None before the first welcome."""
        return self._driver.core.client_id

    @property
    def session_id(self) -> str | None:
        """The session's; stays the same when it is resumed."""
        return self._driver.core.session_id

    @property
    def server(self) -> ServerInfo:
        """Who the server is."""
        return self._driver.core.server

    @property
    def limits(self) -> Limits:
        """The server's limits, from its welcome."""
        return self._driver.core.limits

    @property
    def open_requests(self) -> int:
        """How many requests have no outcome yet."""
        return self._driver.core.open_requests

    # --- calls -----------------------------------------------------------------------------------------------------------

    async def call_tool(
        self,
        name: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
        idempotency_key: str | None = None,
        idempotent: bool | None = None,
        on_progress: OnProgress | None = None,
        traceparent: str | None = None,
    ) -> Any:
        """Calls a tool and returns its result object.

        `timeout`: seconds one attempt may take (0.001 to 300; default the option ``request_timeout_s``).
        `idempotency_key`: 1 to 128 characters; the server runs the call once, however often it is sent.
        `idempotent`: whether it may be repeated; by default the tool's own annotations say so.
        Raises the error tree of this package. Cancelling the task cancels the call on the server.
        """
        how = checked(timeout, idempotency_key, idempotent, traceparent)
        return await perform(self._driver, tool_spec(name, arguments, **how), on_progress)

    def stream_tool(
        self,
        name: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
        idempotency_key: str | None = None,
        idempotent: bool | None = None,
        on_progress: OnProgress | None = None,
        traceparent: str | None = None,
    ) -> ToolStream:
        """Calls a tool that streams, as an async iterator of its chunks; a slow loop slows the tool down.

        `timeout`: seconds the whole may take on the server (up to 300; default the option ``request_timeout_s``).
        """
        how = checked(timeout, idempotency_key, idempotent, traceparent)
        return ToolStream(self._driver, tool_spec(name, arguments, stream=True, **how), on_progress)

    async def call_tools(self, calls: Iterable[ToolCall]) -> list[Any]:
        """Calls several tools in one batch; returns a result or an `MCPError` for each, in their order."""
        self._groups += 1
        return await perform_batch(self._driver, calls, self._groups)

    async def list_tools(self) -> list[Tool]:
        """Every tool this key may see, all pages."""
        return await all_tools(self._driver)

    async def request(self, method: str, params: Mapping[str, Any] | None = None, *, timeout: float | None = None) -> Any:
        """Any method of the protocol; returns its result."""
        how = checked(timeout)
        return await perform(self._driver, RequestSpec(method=method, params=dict(params or {}), **how))

    async def ping(self) -> float:
        """A request there and back, in seconds."""
        start = self._driver.now()
        await self.request("ping")
        return self._driver.now() - start

    # --- events and diagnostics --------------------------------------------------------------------------------------------

    async def subscribe(self, *event_types: str) -> list[str]:
        """Subscribes to events (and again after a lost session); returns what is subscribed now."""
        answer = await self.request("events/subscribe", {"event_types": list(event_types)})
        return list(answer["event_types"])

    async def unsubscribe(self, *event_types: str) -> list[str]:
        """Ends subscriptions; returns what is still subscribed."""
        answer = await self.request("events/unsubscribe", {"event_types": list(event_types)})
        return list(answer["event_types"])

    @overload
    def on_event(self, handler: OnEvent) -> OnEvent: ...

    @overload
    def on_event(self, handler: str) -> Callable[[OnEvent], OnEvent]: ...

    def on_event(self, handler: Any) -> Any:
        """Registers a callback: ``@client.on_event`` for all events, ``@client.on_event("status_update")`` for one type."""
        if isinstance(handler, str):
            return lambda wanted: self._add_event(handler, wanted)
        return self._add_event(None, handler)

    def _add_event(self, event_type: str | None, handler: Any) -> Any:
        self._driver.on_event.append((event_type, handler))
        return handler

    def on_state(self, handler: OnState) -> OnState:
        """Registers a callback for changes of `state`; usable as a decorator."""
        self._driver.on_state.append(handler)
        return handler

    def on_diagnostic(self, handler: OnDiagnostic) -> OnDiagnostic:
        """Registers a callback for diagnostics, the server's and this client's own; usable as a decorator."""
        self._driver.on_diagnostic.append(handler)
        return handler

    def enable_diagnostics(self, level: str | None = None, components: Iterable[str] = ("*",)) -> None:
        """Subscribes to the server's diagnostics, now or when connected, and again after a lost session.

        `level`: the least to be told; default the option ``diagnostics_level``. Needs the scope ``diagnostics``.
        """
        wanted = self.options.diagnostics_level if level is None else level
        check_level(wanted)
        self._driver.want_diagnostics(wanted, list(components))

    def disable_diagnostics(self) -> None:
        """Ends that subscription. This client's own diagnostics still come."""
        self._driver.want_diagnostics(None, [])

    def get_diagnostics(self) -> dict[str, Any]:
        """This connection's report, in the shape of protocol section 9, with ``connection``. Needs no server."""
        return self._driver.core.report(self._driver.now())

    async def server_diagnostics(self) -> dict[str, Any]:
        """The server's report, in the same shape (`diagnostics/report`). Needs the scope ``diagnostics``."""
        report: dict[str, Any] = await self.request("diagnostics/report")
        return report

    # --- audio -------------------------------------------------------------------------------------------------------------

    async def open_audio(
        self, *, codec: str, sample_rate: int, channels: int, frame_ms: float = 20, label: str | None = None
    ) -> AudioStream:
        """Opens an audio stream. `codec`: ``s16le``, ``s24le``, ``f32le``, ``mulaw``, ``alaw`` or ``opus``."""
        arguments = {"codec": codec, "sample_rate": sample_rate, "channels": channels, "frame_ms": frame_ms}
        if label is not None:
            arguments["label"] = label
        Framer(0, codec, sample_rate, channels, frame_ms)  # says what does not fit before anything is opened
        opened = await self.call_tool("audio/open", arguments)
        return AudioStream(self._driver, opened, Framer(opened["stream_no"], codec, sample_rate, channels, frame_ms))

    async def stream_audio(
        self,
        pcm: Iterable[bytes] | AsyncIterable[bytes],
        *,
        codec: str,
        sample_rate: int,
        channels: int,
        frame_ms: float = 20,
        label: str | None = None,
    ) -> Any:
        """Sends all that `pcm` yields (pieces of any length; opus: packets), at its pace, and returns the final report."""
        form = {"codec": codec, "sample_rate": sample_rate, "channels": channels, "frame_ms": frame_ms}
        async with await self.open_audio(label=label, **form) as stream:  # type: ignore[arg-type]
            if isinstance(pcm, AsyncIterable):
                async for piece in pcm:
                    await stream.send(piece)
            else:
                for piece in pcm:
                    await stream.send(piece)
            return await stream.close()
