"""The client's tables are the server's tables, and its options are what the README says."""

from __future__ import annotations

import inspect
import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

import mcp_client
from mcp_client import ClientOptions, MCPClient, MCPError
from mcp_client._codes import CLOSE_CODES, ERROR_CODES, Reconnect
from mcp_client._errors import make_error

ROOT = Path(__file__).parents[3]
ERRORS = ROOT / "src" / "Patchbay.Protocol" / "Errors"
ROW = re.compile(r'new\("([A-Z_]+)", "(\w+)", (true|false), ')
CLOSE = re.compile(r"new\((\d{4}), \"[^\"]*\", (?:null|ErrorCodes\.(\w+)), Reconnect\.(\w+)\)")


def test_the_error_codes_are_the_servers() -> None:
    told = {name: (group, retryable == "true") for name, group, retryable in ROW.findall((ERRORS / "ErrorCodes.cs").read_text())}
    assert {name: (row.group, row.retryable) for name, row in ERROR_CODES.items()} == told


def test_the_close_codes_and_their_reconnecting_are_the_servers() -> None:
    names = {"AsYouLike": Reconnect.AS_YOU_LIKE, "No": Reconnect.NO, "WithBackoff": Reconnect.WITH_BACKOFF, "AfterDelay": Reconnect.AFTER_DELAY}
    rows = CLOSE.findall((ERRORS / "CloseCodes.cs").read_text())
    assert {code: rule for code, (_, rule) in CLOSE_CODES.items()} == {int(code): names[rule] for code, _, rule in rows}
    for code, error, _ in rows:
        if error:
            assert CLOSE_CODES[int(code)][0].replace("_", "").lower() == error.lower()


def test_every_code_has_a_class_of_its_group() -> None:
    families = {"protocol": mcp_client.ProtocolError, "request": mcp_client.RequestError, "execution": mcp_client.ExecutionError,
                "security": mcp_client.SecurityError, "connection": mcp_client.MCPConnectionError}  # fmt: skip
    for code, row in ERROR_CODES.items():
        error = make_error(code, "text")
        assert isinstance(error, families[row.group]) and error.retryable is row.retryable
    assert type(make_error("FROM_THE_FUTURE", "x")) is MCPError


def test_what_the_server_says_about_retrying_goes_before_the_table() -> None:
    assert make_error("CONNECTION_LOST", "replaced", {"retryable": False}).retryable is False
    assert make_error("FROM_THE_FUTURE", "x", {"retryable": True, "retry_after_ms": 1500}).retry_after == 1.5


@pytest.mark.parametrize(
    ("name", "value"),
    [("uri", "http://x/"), ("uri", "ws://user:pw@x/"), ("api_key", ""), ("api_key", "a b"), ("api_key", "schlüssel"), ("client_name", ""),
     ("diagnostics_level", "loud"), ("connect_timeout_s", 0.09), ("connect_timeout_s", 301), ("request_timeout_s", 0),
     ("request_timeout_s", float("nan")), ("heartbeat_interval_s", 0), ("reconnect_max_attempts", 0), ("reconnect_max_delay_s", 0.4),
     ("retry_max_attempts", -1), ("retry_max_attempts", 101), ("max_pending", 0), ("max_message_bytes", 1023), ("stream_buffer", 0)],
)  # fmt: skip
def test_an_option_out_of_range_is_refused_by_name(name: str, value: object) -> None:
    options = {"uri": "ws://127.0.0.1/", "api_key": "key", name: value}
    with pytest.raises(ValueError, match=name.removesuffix("_level").removeprefix("diagnostics") or "diagnostics"):
        MCPClient(**options)  # type: ignore[arg-type]


def test_the_constructor_takes_exactly_the_options_with_their_defaults() -> None:
    parameters = inspect.signature(MCPClient.__init__).parameters
    told = {name: parameter.default for name, parameter in parameters.items() if name != "self"}
    assert told == {field.name: inspect.Parameter.empty if field.default is MISSING else field.default for field in fields(ClientOptions)}
    assert all(parameter.kind is inspect.Parameter.KEYWORD_ONLY for name, parameter in parameters.items() if name != "self")


def test_the_readme_lists_every_option_with_its_default() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", readme, re.MULTILINE))
    for field in fields(ClientOptions):
        default = "required" if field.default is MISSING else f"`{field.default!r}`"
        assert rows.get(field.name, "missing").strip() == default, field.name
    assert set(rows) == {field.name for field in fields(ClientOptions)} | {"size"}


def test_everything_public_is_documented_and_listed() -> None:
    for name in mcp_client.__all__:
        thing = getattr(mcp_client, name)
        if inspect.isclass(thing):
            assert thing.__doc__, name
            for member, value in vars(thing).items():
                if inspect.isfunction(value) and not member.startswith("_"):
                    assert value.__doc__, f"{name}.{member}"
    assert mcp_client.__all__ == sorted(mcp_client.__all__, key=lambda name: (name.startswith("_"), name))
