"""Requests of every kind; what `MCPClient` and the audio streams call."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from ._callbacks import Callback
from ._driver import Driver
from ._errors import MCPError
from ._outputs import RequestSpec
from ._sink import Sink
from ._types import Tool, ToolAnnotations, ToolCall


def tool_spec(name: str, arguments: Mapping[str, Any] | None, *, stream: bool = False, **how: Any) -> RequestSpec:
    """A tools/call."""
    params: dict[str, Any] = {"name": name, "arguments": dict(arguments or {})}
    if stream:
        params["stream"] = True
    return RequestSpec(method="tools/call", params=params, **how)


def checked(
    timeout: float | None = None,
    idempotency_key: str | None = None,
    idempotent: bool | None = None,
    traceparent: str | None = None,
) -> dict[str, Any]:
    """The further arguments of a `RequestSpec`. Raises ValueError for what is out of range."""
    if timeout is not None and not 0.001 <= timeout <= 300:
        raise ValueError(f"timeout must be 0.001 to 300 seconds, not {timeout}")
    if idempotency_key is not None and not 1 <= len(idempotency_key) <= 128:
        raise ValueError("idempotency_key must have 1 to 128 characters")
    return {
        "timeout_s": timeout,
        "idempotency_key": idempotency_key,
        "idempotent": idempotent,
        "traceparent": traceparent,
    }


async def perform(driver: Driver, spec: RequestSpec, on_progress: Callback | None = None) -> Any:
    """One request to its end; cancelling the task cancels it on the server too."""
    sink = Sink(on_progress)
    handle = driver.request(spec, sink)
    return await _outcome(driver, handle, sink)


async def perform_batch(driver: Driver, calls: Iterable[ToolCall], group: int) -> list[Any]:
    """Several calls in one array: results and errors, in the order of the calls."""
    specs = [
        tool_spec(call.name, call.arguments, group=group, **checked(call.timeout, call.idempotency_key, call.idempotent))
        for call in calls
    ]
    started: list[tuple[int | None, Sink]] = []
    for spec in specs:
        sink = Sink()
        try:
            started.append((driver.request(spec, sink, hold=True), sink))
        except MCPError as error:
            sink.failed(error)
            started.append((None, sink))
    driver.release()
    try:
        return list(await asyncio.gather(*(sink.future for _, sink in started), return_exceptions=True))
    except asyncio.CancelledError:
        for handle, _ in started:
            if handle is not None:
                driver.cancel(handle)
        raise


async def _outcome(driver: Driver, handle: int, sink: Sink) -> Any:
    try:
        return await sink.future
    except asyncio.CancelledError:
        driver.cancel(handle)
        raise


async def all_tools(driver: Driver) -> list[Tool]:
    """Every page of tools/list."""
    tools: list[Tool] = []
    params: dict[str, Any] = {}
    while True:
        page = await perform(driver, RequestSpec(method="tools/list", params=params))
        tools += [_tool(entry) for entry in page["tools"]]
        if page.get("next_cursor") is None:
            return tools
        params = {"cursor": page["next_cursor"]}


def _tool(entry: dict[str, Any]) -> Tool:
    hints = entry.get("annotations", {})
    annotations = ToolAnnotations(
        bool(hints.get("readOnlyHint")),
        bool(hints.get("idempotentHint")),
        bool(hints.get("destructiveHint")),
        bool(hints.get("longRunningHint")),
    )
    return Tool(
        entry["name"],
        entry.get("title", entry["name"]),
        entry.get("description", ""),
        entry.get("input_schema", {}),
        entry.get("output_schema"),
        annotations,
    )


