"""Stream a WAV file of speech and print what the server heard: by default speech.wav, made by

    espeak-ng -v en-gb -s 150 -w s.wav "Patchbay is listening. Every word is measured, and so is every pause."
    sox -R s.wav -r 16000 -c 1 -b 16 speech.wav

    python speech.py ws://127.0.0.1:8000/api/mcp/ws YOUR-KEY [FILE.wav]
"""

import asyncio
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

from mcp_client import MCPClient, MCPError

SAMPLE = Path(__file__).with_name("speech.wav")


def pieces(file: wave.Wave_read) -> Iterator[bytes]:
    """Any length will do: the client cuts it to frames."""
    while piece := file.readframes(4096):
        yield piece


async def main(uri: str, key: str, path: str = str(SAMPLE)) -> None:
    with wave.open(path) as file:
        codec = {2: "s16le", 3: "s24le"}[file.getsampwidth()]
        async with MCPClient(uri=uri, api_key=key) as client:
            try:
                report = await client.stream_audio(
                    pieces(file), codec=codec, sample_rate=file.getframerate(), channels=file.getnchannels(), label=Path(path).name
                )
            except MCPError as error:
                print("no report:", error.code)  # for example TOOL_NOT_FOUND, when the server has no audio tools
                return
    quality, errors = report["quality"], report["errors"]
    loudness, speech = quality["loudness"], quality["speech"]
    print(f"heard      {report['duration_s']:.2f} s, {report['sample_rate']} Hz, {report['frames']} frames, {errors['lost']} lost")
    print(f"loudness   {loudness['integrated_lufs']:.1f} LUFS, largest momentary {loudness['momentary_max_lufs']:.1f}, true peak {loudness['true_peak_dbtp']:.1f} dBTP")
    print(f"speech     {speech['ratio']:.0%} of the time: " + ", ".join(f"{part['start_s']:.1f}-{part['end_s']:.1f} s" for part in speech["segments"]))
    print(f"bandwidth  {quality['bandwidth']['hz'] / 1000:.1f} kHz ({quality['bandwidth']['class']})")
    if not report["findings"]:
        print("findings   none")
    for finding in report["findings"]:
        print(f"{finding['severity']:<10} {finding['title']}: {finding['detail']}")


asyncio.run(main(*sys.argv[1:4]))
