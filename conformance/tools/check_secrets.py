"""Looks for secrets in what the servers of a test run have let out: `check_secrets.py DIRECTORY [SECRET ...]`.

A secret is told by its form, so that one nobody noted is found too: an API key (`pb_<id>_` and 49 letters and digits), a ticket or a resume token
(43 characters of base64url, 256 bits), and every text given on the command line. Ends with 1 when one is found, with 2 when there was nothing to look at.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

_KEY = re.compile(r"pb_[0-9A-Za-z]{1,64}_[0-9A-Za-z]{49}")
_TOKEN = re.compile(r"(?<![0-9A-Za-z_/+.-])[0-9A-Za-z_-]{43}(?![0-9A-Za-z_/+=.-])")

# The operator is shown a new key once, and only there.
_SHOWN_ONCE = re.compile(r"^API key: \S+$", re.MULTILINE)


def _is_random(text: str) -> bool:
    """256 random bits have letters of both cases and digits, but for one in many millions; a name of 43 characters seldom does."""
    return any(c.islower() for c in text) and any(c.isupper() for c in text) and sum(c.isdigit() for c in text) >= 2


def leaks(text: str, secrets: list[str]) -> list[str]:
    """What looks like a secret, or is one of those given."""
    text = _SHOWN_ONCE.sub("", text)
    found = [f"a key: {match[:16]}…" for match in _KEY.findall(text)]
    found += [f"a ticket or resume token: {match[:8]}…" for match in _TOKEN.findall(text) if _is_random(match)]
    return found + [f"a known secret: {secret[:8]}…" for secret in secrets if secret in text]


def main(arguments: list[str]) -> int:
    files = [file for file in sorted(Path(arguments[0]).rglob("*")) if file.is_file()]
    size = sum(file.stat().st_size for file in files)
    if size == 0:
        print(f"{arguments[0]} holds nothing to look at")
        return 2
    bad = [f"{file.name}: {leak}" for file in files for leak in leaks(file.read_text("utf-8", "replace"), arguments[1:])]
    print("\n".join(bad) or f"no secret in {len(files)} files, {size} bytes")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
