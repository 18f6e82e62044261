"""The client as a state machine without socket, clock or chance (docs/design/clients.md).

Every input takes `now`, monotonic seconds. After each the shell carries out `take()` in order, and calls `tick` at `next_deadline()`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import _incoming as incoming
from ._errors import MCPError, make_error
from ._lifecycle import ABANDON, HEARTBEAT_TIMEOUT, Lifecycle, Step
from ._link import Ending, ending_of_close, ending_of_handshake
from ._local import LocalDiagnostics
from ._meter import Meter
from ._options import ClientOptions
from ._outbox import Outbox, encode
from ._outputs import DiagnosticMade, Drop, EventArrived, Output, RequestSpec
from ._session import AckPace, Arrival, SessionState
from ._table import RequestTable
from ._timers import Timers
from ._types import ConnectionState, Limits, ServerInfo


class ClientCore:
    """See the module. Not thread-safe; one transport at a time."""

    def __init__(self, options: ClientOptions, *, random: Callable[[], float], wall: Callable[[], float]) -> None:
        self.options = options
        self._session = SessionState()
        self._meter = Meter(wall)
        self._timers = Timers()
        self._outbox = Outbox(self._session, self._meter, options.protocol_version)
        local = LocalDiagnostics(self._outbox)
        self._table = RequestTable(options, self._outbox, self._timers, self._meter, local, random)
        self._life = Lifecycle(
            options, self._outbox, self._timers, self._meter, local, self._session, self._table, random
        )
        self._table.answered_ok = self._life.subscriptions.note
        self._events_sent = 0
        self._ack_pace = AckPace()

    # --- for the shell -------------------------------------------------------------------------------------------------

    def take(self) -> list[Output]:
        """What is to be done, in order; empties it."""
        return self._outbox.take()

    def next_deadline(self) -> float | None:
        """When `tick` is due, or None."""
        return self._timers.next()

    @property
    def state(self) -> ConnectionState:
        return self._life.state

    @property
    def client_id(self) -> str | None:
        return self._life.client_id

    @property
    def session_id(self) -> str | None:
        return self._session.session_id

    @property
    def server(self) -> ServerInfo:
        return self._life.server

    @property
    def limits(self) -> Limits:
        return self._outbox.limits

    @property
    def closing_error(self) -> MCPError | None:
        return self._life.closing_error

    @property
    def open_requests(self) -> int:
        return len(self._table)

    def report(self, now: float) -> dict[str, Any]:
        """The diagnostics of protocol section 9."""
        return self._meter.report(now, self.state)

    # --- inputs of the user --------------------------------------------------------------------------------------------

    def connect(self, now: float) -> None:
        """Begins; nothing happens unless the state is ``closed``."""
        if self.state == "closed":
            self._meter.started(now)
            self._life.begin(now)

    def request(self, spec: RequestSpec, now: float) -> int:
        """A request; its handle. Raises ValueError or TypeError when its params are not JSON."""
        handle = self._table.add(spec, now)
        if self.state == "closed":
            error = self._life.closing_error
            self._table.fail_all(error or make_error("CONNECTION_FAILED", "not connected: call connect() first"), now)
        self._table.leave(now)
        return handle

    def cancel(self, handle: int, now: float) -> None:
        """The caller has gone."""
        self._table.cancel(handle, now)
        self._table.leave(now)

    def want_diagnostics(self, level: str | None, components: list[str], now: float) -> None:
        """Subscribes to the server's diagnostics now and after every lost session; `level` None ends that."""
        params = None if level is None else {"level": level, "components": components}
        self._life.subscriptions.want_diagnostics(params, now)
        self._table.leave(now)

    def consumer_paused(self, paused: bool, now: float) -> None:
        """The shell holds reading back because a consumer is slow: silence is not the server's then."""
        self._life.heartbeat.pause(paused, now)

    def close(self, now: float) -> None:
        """The user closes. The Close frame with 1000 also ends the session on the server."""
        if self.state == "closed":
            return
        if self._life.has_transport:
            self._outbox.emit(Drop(1000, ""))
        self._life.end(make_error("CONNECTION_LOST", "closed by the caller"), now, by_user=True)

    # --- inputs of the transport ---------------------------------------------------------------------------------------

    def opened(self, now: float) -> None:
        """The WebSocket is open."""
        self._life.opened(now)

    def open_failed(
        self, status: int | None, retry_after_s: float | None, text: str, now: float, code: str | None = None
    ) -> None:
        """No WebSocket: `status` is that of the HTTP answer, or None when there was none."""
        if self._life.step is Step.OPENING:
            self._life.lost(ending_of_handshake(status, retry_after_s, text, code), now)

    def closed(self, code: int, reason: str, now: float) -> None:
        """The transport has ended; 1006 when there was no Close."""
        if self._life.has_transport:
            self._life.lost(ending_of_close(code, reason, self._life.told, self.options), now)

    def text(self, text: str, now: float) -> None:
        """One whole text message."""
        if not self._life.has_transport:
            return
        self._life.heartbeat.heard(now)
        try:
            elements = incoming.read(text)
        except (ValueError, RecursionError):
            self._meter.message_in(now)
            self._invalid("text")
            return
        for element in elements:
            if self._life.has_transport:
                self._message(element, now)
        self._acknowledge(now)
        self._table.leave(now)

    def tick(self, now: float) -> None:
        """Time has passed."""
        while (key := self._timers.pop_due(now)) is not None:
            match key:
                case ("expire", int(handle)):
                    self._table.expired(handle, now)
                case ("retry", int(handle)):
                    self._table.retry_due(handle, now)
                case "connect":
                    self._life.drop(HEARTBEAT_TIMEOUT, "connect timeout", Ending(self._not_connected(), True), now)
                case "backoff":
                    self._life.open(now)
                case "heartbeat":
                    self._life.heartbeat.beat(self.client_id or "", now)
                case "silence":
                    error = make_error("HEARTBEAT_TIMEOUT", "nothing was heard for two heartbeat intervals")
                    self._meter.violation("heartbeat_timeout", {})
                    self._life.drop(HEARTBEAT_TIMEOUT, "HEARTBEAT_TIMEOUT", Ending(error, True), now)
                case "ack":
                    self._ack(now)
        self._table.leave(now)

    # --- messages ------------------------------------------------------------------------------------------------------

    def _message(self, message: Any, now: float) -> None:
        self._meter.message_in(now)
        wrong = incoming.fault(message)
        if wrong is not None:
            self._invalid(wrong)
            return
        seq = message.get("seq") if self._session.numbered else None
        if seq is not None:
            arrival = self._session.arrived(seq)
            if arrival is Arrival.COPY:
                return
            if arrival is Arrival.HOLE:
                details = {"expected": self._session.last_seq + 1, "seq": seq}
                self._meter.violation("sequence_gap", details)
                error = make_error("CONNECTION_LOST", "the server's numbering has a hole", details)
                self._life.drop(ABANDON, "sequence gap", Ending(error, True), now)
                return
        self._dispatch(message, now)
        if seq is not None:
            self._life.numbered_message_taken(now)

    def _dispatch(self, message: incoming.Message, now: float) -> None:
        match message["message_type"]:
            case "response":
                self._table.answered(message["request_id"], message["result"], incoming.part(message, "metrics"), now)
            case "error":
                error = incoming.to_error(message)
                if error.request_id is None:
                    self._life.told = error
                self._table.refused(error, now)
            case "event":
                self._event(message, incoming.part(message, "data"), now)
            case "diagnostic":
                self._outbox.emit(DiagnosticMade(incoming.to_diagnostic(message)))
            case "heartbeat":
                self._life.heartbeat.answered(incoming.part(message, "metrics").get("echo"), now)

    def _event(self, message: incoming.Message, data: dict[str, Any], now: float) -> None:
        match message["event_type"]:
            case "welcome":
                if not self._life.welcomed(data, now):
                    self._invalid("event_type")
            case "tool.chunk":
                match data:
                    case {"request_id": str(request_id), "index": int(index), "chunk": chunk}:
                        self._table.chunk(request_id, index, chunk, now)
                    case _:
                        self._invalid("data")
            case "tool.progress":
                match data:
                    case {"request_id": str(request_id), "progress": int() | float() as made}:
                        total, said = data.get("total"), data.get("message")
                        total = total if isinstance(total, (int, float)) else None
                        self._table.progress(request_id, made, total, said if isinstance(said, str) else None)
                    case _:
                        self._invalid("data")
            case kind:
                if kind == "server.draining":
                    after = data.get("reconnect_after_ms")
                    self._life.drain_delay_s = max(0.0, after / 1000) if isinstance(after, (int, float)) else 0.0
                    self._table.wire.draining = True
                elif kind == "tools_changed":
                    self._table.catalog.forget()
                self._outbox.emit(EventArrived(incoming.to_event(message)))

    def _acknowledge(self, now: float) -> None:
        """Every 16 messages as far as the pace allows, and after a second at the latest."""
        if not self._session.unacknowledged or not self._life.has_transport:
            return
        due = now + SessionState.ACK_AFTER_S
        if self._session.unacknowledged >= SessionState.ACK_EVERY:
            due = self._ack_pace.opens_at(now)
        if due <= now:
            self._ack(now)
        else:
            self._timers.set_sooner("ack", due)

    def _ack(self, now: float) -> None:
        self._timers.clear("ack")
        seq = self._session.take_ack() if self._life.has_transport else None
        if seq is not None:
            self._events_sent += 1
            self._ack_pace.sent(now)
            fields = encode({"event_type": "ack", "data": {"seq": seq}})[1:-1]
            self._outbox.send(self._outbox.envelope("event", f"evt-{self._events_sent}", fields), now)

    def _invalid(self, field: str) -> None:
        self._meter.violation("invalid_message", {"field": field, "from": "server"})

    def _not_connected(self) -> MCPError:
        text = f"not connected within {self.options.connect_timeout_s:g} s"
        return make_error("CONNECTION_FAILED", text, {"source": "client"})
