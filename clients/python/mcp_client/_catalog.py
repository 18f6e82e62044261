"""What is known of the tools: whether a call may be repeated."""

from __future__ import annotations

from typing import Any


class Catalog:
    """Annotations learned from every `tools/list` answer that passes by."""

    def __init__(self) -> None:
        self._repeatable: dict[str, bool] = {}
        self.complete = False
        """Whether every page was seen: a tool that is not known then does not exist."""

    def learn(self, result: Any) -> str | None:
        """Takes one page and returns the cursor of the next, or None after the last."""
        if not isinstance(result, dict):
            return None
        tools = result.get("tools")
        for tool in tools if isinstance(tools, list) else []:
            if isinstance(tool, dict) and isinstance(tool.get("name"), str):
                hints = tool.get("annotations")
                hints = hints if isinstance(hints, dict) else {}
                self._repeatable[tool["name"]] = bool(hints.get("readOnlyHint") or hints.get("idempotentHint"))
        cursor = result.get("next_cursor")
        return cursor if isinstance(cursor, str) else None

    def forget(self) -> None:
        self._repeatable.clear()
        self.complete = False

    def repeatable(self, tool: str) -> bool | None:
        """None when it is not known yet."""
        found = self._repeatable.get(tool)
        return False if found is None and self.complete else found
