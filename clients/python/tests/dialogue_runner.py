"""Plays the server and the user of a dialogue (conformance/dialogues/README.md) against MCPClient, over real sockets in manual time."""

from __future__ import annotations

import asyncio
import dataclasses
import random
from typing import Any

from matching import Mismatch, Names
from scripted_peer import Attempt, Connection, ScriptedPeer, bounded, is_quiet
from travel_loop import TravelLoop, settle

from mcp_client import MCPClient, MCPError


class Call:
    """Something the user has started."""

    def __init__(self, task: asyncio.Task[Any]) -> None:
        self.task = task
        self.chunks: asyncio.Queue[Any] = asyncio.Queue()
        self.progress: asyncio.Queue[Any] = asyncio.Queue()


class DialogueRunner:
    """One dialogue, one client, one server."""

    def __init__(self, dialogue: dict[str, Any], openings: dict[str, Any], peer: ScriptedPeer) -> None:
        self._steps = [*openings[dialogue["opening"]], *dialogue["steps"]]
        options = {"resumable": False, **dialogue.get("options", {})}
        self._peer = peer
        self.client = MCPClient(uri=peer.uri, api_key="k" * 16, retry=False, **options)
        self.client._driver.core._life._plan._random = random.Random(1).random
        self._names = Names()
        self._connections: dict[str, Connection] = {}
        self._calls: dict[str, Call] = {}
        self._events: asyncio.Queue[Any] = asyncio.Queue()
        self._diagnostics: asyncio.Queue[Any] = asyncio.Queue()
        self._state_changed = asyncio.Event()
        self._tried_at_loss = 0
        self._pushed_back: dict[str, list[Any]] = {}
        self.client.on_event(self._events.put_nowait)
        self.client.on_diagnostic(self._diagnostics.put_nowait)
        self.client.on_state(lambda _: self._state_changed.set())

    async def play(self) -> None:
        """Raises AssertionError at the first step that does not hold."""
        try:
            await self._play(self._steps, "")
        finally:
            await self.client.close()
            for call in self._calls.values():
                call.task.cancel()
            await asyncio.gather(*(call.task for call in self._calls.values()), return_exceptions=True)

    async def _play(self, steps: list[Any], at: str) -> None:
        for number, step in enumerate(steps, 1):
            if step.get("only") == "server":
                continue
            try:
                if "repeat" in step:
                    for turn in range(step["repeat"]):
                        await self._play(step["steps"], f"{at}{number}.{turn + 1}.")
                else:
                    await self._step(step)
            except (AssertionError, KeyError) as error:
                raise AssertionError(f"step {at}{number} {str(step)[:200]}: {error}") from error

    async def _step(self, step: dict[str, Any]) -> None:
        on = step.get("on", "a")
        match step:
            case {"connect": _}:
                await self._connect(step, on)
            case {"user": what}:
                await self._user(what, step)
            case {"fault": "cut"}:
                self._tried_at_loss = self._peer.tried
                self._connections[on].cut()
                await settle()
            case {"fault": "delay", "ms": ms}:
                await settle()
                loop = asyncio.get_running_loop()
                assert isinstance(loop, TravelLoop)
                loop.advance(ms / 1000)
                await settle()
            case {"fault": "close", "from": "server", "code": code}:
                self._tried_at_loss = self._peer.tried
                await self._connections[on].close(code, self._names.sample(step.get("reason", "")))
            case {"fault": "close", "from": "client"}:
                await self._closed(on, step.get("code"), optional=step.get("optional", False))
            case {"from": "client"}:
                for wanted in step.get("any_order", [step.get("message")]):
                    await self._expect(on, wanted, optional=step.get("optional", False), others=step.get("any_order"))
            case {"from": "server"}:
                for message in step.get("any_order", [step.get("message")]):
                    await self._connections[on].send(self._names.sample(message))
            case _:
                raise AssertionError("a step this runner does not know")

    async def _connect(self, step: dict[str, Any], on: str) -> None:
        attempt: Attempt = await self._peer.attempt()
        if "status" in step:
            attempt.refuse(step["status"], self._names.sample(step.get("body", {})))
        else:
            self._connections[on] = await attempt.accept()

    # --- what the client sends -------------------------------------------------------------------------------------------

    async def _next(self, on: str) -> Any:
        kept = self._pushed_back.setdefault(on, [])
        return kept.pop(0) if kept else await self._connections[on].next(skip_quiet=False)

    async def _expect(self, on: str, wanted: Any, *, optional: bool, others: list[Any] | None) -> None:
        if isinstance(wanted, list):
            for element in wanted:
                await self._expect(on, element, optional=False, others=None)
            return
        while True:
            message = await self._next(on)
            if message is not None and others is not None:
                if any(self._names.matches(other, message) for other in others):
                    return
            elif message is not None and self._names.matches(wanted, message):
                return
            if message is not None and is_quiet(message):
                continue
            if optional:
                self._pushed_back[on].insert(0, message)
                return
            assert message is not None, "the connection ended"
            self._names.match(wanted, message)

    async def _closed(self, on: str, code: int | None, *, optional: bool) -> None:
        while True:
            message = await self._next(on)
            if message is None:
                break
            if not is_quiet(message):
                if optional:
                    self._pushed_back[on].insert(0, message)
                    return
                raise AssertionError(f"not a Close: {message}")
        got, _ = await self._connections[on].closed
        assert code is None or got == code, f"closed with {got}"

    # --- the user --------------------------------------------------------------------------------------------------------

    async def _user(self, what: str, step: dict[str, Any]) -> None:
        match what:
            case "connect":
                self._start("", self.client.connect())
            case "request":
                self._start(step["as"], self.client.request(step["method"], step.get("params", {})))
            case "subscribe":
                self._start(step["as"], self.client.subscribe(*step["event_types"]))
            case "call":
                self._call(step)
            case "cancel":
                self._calls[step["of"]].task.cancel()
                await settle()
            case "close":
                await bounded(self.client.close(), "the client closes")
            case "result":
                result = await bounded(asyncio.shield(self._calls[step.get("of", "")].task), "the result comes")
                if "value" in step:
                    self._names.match(step["value"], result)
            case "error":
                await self._error(step)
            case "chunk":
                self._names.match(step["value"], await bounded(self._calls[step["of"]].chunks.get(), "a chunk comes"))
            case "progress":
                told = await bounded(self._calls[step["of"]].progress.get(), "progress comes")
                value = {name: part for name, part in dataclasses.asdict(told).items() if part is not None}
                self._names.match(step["value"], value)
            case "event":
                event = await bounded(self._events.get(), "an event comes")
                assert event.event_type == step["event_type"], f"the event is {event}"
                self._names.match(step.get("data", "$any"), event.data)
            case "diagnostic":
                await self._diagnostic(step["value"])
            case "state":
                await self._state(step)
            case "report":
                self._names.match(step["value"], self.client.get_diagnostics())
            case _:
                raise AssertionError("a user step this runner does not know")

    def _start(self, name: str, doing: Any) -> None:
        self._calls[name] = Call(asyncio.ensure_future(doing))

    def _call(self, step: dict[str, Any]) -> None:
        how = {"timeout": step["timeout_ms"] / 1000} if "timeout_ms" in step else {}
        queues: list[Call] = []

        async def run() -> Any:
            [call] = queues
            how["on_progress"] = call.progress.put_nowait
            if not step.get("stream"):
                return await self.client.call_tool(step["name"], step.get("arguments"), **how)
            stream = self.client.stream_tool(step["name"], step.get("arguments"), **how)
            index = 0
            async for chunk in stream:
                call.chunks.put_nowait({"index": index, "chunk": chunk})
                index += 1
            return stream.result

        self._start(step["as"], run())
        queues.append(self._calls[step["as"]])

    async def _error(self, step: dict[str, Any]) -> None:
        task = self._calls[step.get("of", "")].task
        await bounded(asyncio.wait([task]), "the error comes")
        if task.cancelled():
            code = "REQUEST_CANCELLED"  # Python's way of saying it
        else:
            error = task.exception()
            assert isinstance(error, MCPError), f"it ended with {error!r}"
            code = error.code
        assert code == step["code"], f"the error is {code}"

    async def _diagnostic(self, wanted: Any) -> None:
        while True:
            told = dataclasses.asdict(await bounded(self._diagnostics.get(), "a diagnostic comes"))
            if told["component"] == "client" and not self._names.matches(wanted, told):
                continue  # a local one
            self._names.match(wanted, told)
            return

    async def _state(self, step: dict[str, Any]) -> None:
        await settle()
        while self.client.state != step["is"]:
            self._state_changed.clear()
            await bounded(self._state_changed.wait(), f"the state {step['is']} (it is {self.client.state})")
        if "attempts" in step:
            tried = self._peer.tried - self._tried_at_loss
            assert tried == step["attempts"], f"{tried} attempts were made"


__all__ = ["DialogueRunner", "Mismatch"]
