"""Stream audio from an iterator and read the report: a second of 440 Hz, 16 kHz mono.

    python audio.py ws://127.0.0.1:8000/api/mcp/ws YOUR-KEY
"""

import asyncio
import math
import struct
import sys
from collections.abc import Iterator

from mcp_client import MCPClient, MCPError

RATE = 16000


def tone(seconds: float) -> Iterator[bytes]:
    """PCM s16le in pieces of any length: the client cuts it to frames."""
    for start in range(0, int(RATE * seconds), 1000):
        samples = (int(8000 * math.sin(2 * math.pi * 440 * n / RATE)) for n in range(start, start + 1000))
        yield b"".join(struct.pack("<h", sample) for sample in samples)


async def main(uri: str, key: str) -> None:
    async with MCPClient(uri=uri, api_key=key) as client:
        try:
            report = await client.stream_audio(tone(1), codec="s16le", sample_rate=RATE, channels=1, label="tone")
        except MCPError as error:
            print("no report:", error.code)  # for example TOOL_NOT_FOUND, when the server has no audio tools
            return
        print("frames:", report["frames"], "duration:", report["duration_s"])


asyncio.run(main(*sys.argv[1:3]))
