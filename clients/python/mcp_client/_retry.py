"""Whether a refused request is repeated, and after how long (docs/design/clients.md section 4)."""

from __future__ import annotations

from collections.abc import Callable

from ._backoff import RetryBudget, full_jitter
from ._catalog import Catalog
from ._errors import MCPError
from ._options import ClientOptions
from ._request import Request

_NEVER_RAN = ("RATE_LIMIT_EXCEEDED", "SERVER_OVERLOADED")
_MAY_HAVE_RUN = ("TOOL_TIMEOUT", "INTERNAL_ERROR")


class RetryPolicy:
    """The rules; the table of requests carries them out."""

    def __init__(self, options: ClientOptions, catalog: Catalog, random: Callable[[], float]) -> None:
        self._options = options
        self._catalog = catalog
        self._random = random
        self._budget = RetryBudget(options.retry_budget)

    def succeeded(self) -> None:
        self._budget.succeeded()

    def repeatable(self, request: Request) -> bool | None:
        """Whether running it twice does no harm; None when the tool list has to be asked."""
        spec = request.spec
        if not request.is_call:
            return not spec.method.startswith("session/")
        if spec.idempotency_key is not None:
            return True
        if spec.idempotent is not None:
            return spec.idempotent
        return False if request.tool is None else self._catalog.repeatable(request.tool)

    def wants(self, request: Request, error: MCPError) -> bool | None:
        """Whether the rules would repeat it after `error`; None when the tool list has to be asked."""
        options = self._options
        if not options.retry or request.chunks or request.retries >= options.retry_max_attempts:
            return False
        if (error.retry_after or 0) > options.retry_max_wait_s:
            return False
        if error.code in _NEVER_RAN:
            return True
        # With an idempotency key the server would answer with what it stored: the same error.
        if error.code in _MAY_HAVE_RUN and request.spec.idempotency_key is None:
            return self.repeatable(request)
        return False

    def delay(self, request: Request, error: MCPError) -> float | None:
        """Seconds to wait before the repetition, paid from the budget; None when the budget is empty."""
        if not self._budget.take():
            return None
        options = self._options
        jitter = full_jitter(self._random, options.retry_initial_delay_s, options.retry_max_delay_s, request.retries)
        return (error.retry_after or 0) + jitter
