"""Every dialogue for clients, played against MCPClient."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from dialogue_runner import DialogueRunner
from loop_check import run
from scripted_peer import ScriptedPeer

FOLDER = Path(os.environ.get("PATCHBAY_DIALOGUES", Path(__file__).parents[3] / "conformance" / "dialogues"))
DIALOGUES = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("[0-9]*.json"))}


@pytest.mark.parametrize("name", [name for name, dialogue in DIALOGUES.items() if "client" in dialogue["for"]])
def test_the_client_plays_its_part(name: str) -> None:
    async def play() -> None:
        openings = json.loads((FOLDER / "openings.json").read_text())
        async with ScriptedPeer() as peer:
            await DialogueRunner(DIALOGUES[name], openings, peer).play()

    run(play())


def test_there_are_dialogues_for_clients() -> None:
    assert len([name for name, dialogue in DIALOGUES.items() if "client" in dialogue["for"]]) >= 40


