"""`tvaerspor demo`: a hub of its own, the story over HTTP, and everything that came of it in one folder."""

import shutil
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from hub.demo import papers, pull, receipts, replay, story
from hub.demo.client import Client
from hub.demo.failure import StoryDiffers
from hub.demo.mailroom import Mailroom
from hub.demo.narrator import Narrator
from hub.demo.server import DemoHub, running
from hub.demo.stage import Stage
from hub.errors import Unreadable

FOLDERS = {
    "letters": "letters in Danish, as PDF: one for every act that left the house, none for the two refusals",
    "mail": "the sealed mails they travelled in, as the hub carried them",
    "keys": "the units' certificates and private keys, made for this demo: openssl cms opens the mails with them",
    "memo": "what left by Digital Post, for the one unit that prefers it: MeMo messages with the letter inside",
    "papers": "paper for people: a consent form to sign, and the citizen's own account of what was shared about her",
    "bundles": "FHIR message bundles, as two municipalities pulled them",
    "cases": "the case as each of the five parties is shown it",
    "replay": "who told whom what, on which hjemmel, at five moments: table, JSON, CSV, per unit; and the proof",
}
TRANSCRIPT = "transcript.txt"
CLIENTS = {
    "hospital": ("Familieambulatoriet (hospital)", "hospital/familieambulatorium@sygehus-soenderjylland"),
    "familieafdeling": ("Familieafdelingen (Aabenraa)", "kommune/familieafdeling@aabenraa"),
    "sundhedspleje": ("Sundhedsplejen (Aabenraa)", "kommune/sundhedspleje@aabenraa"),
    "rusmiddelcenter": ("Rusmiddelcentret (Aabenraa)", "kommune/rusmiddelcenter@aabenraa"),
    "new": ("Familieafdelingen (Sønderborg)", "kommune/familieafdeling@soenderborg"),
}


def run(out: Path) -> None:
    """Play it. Returns when every assertion held; else says what differs, and the process ends with exit code 1."""
    narrator = Narrator()
    prepare(out)
    try:
        _play(out, narrator)
    except StoryDiffers as difference:
        Console(stderr=True).print(f"\n[red]The demo stopped:[/red] {difference}", highlight=False)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        Console(stderr=True).print("\nstopped; the hub is gone")
        raise SystemExit(130) from None
    finally:
        narrator.keep(out / TRANSCRIPT)


def prepare(out: Path) -> None:
    """An empty place for the results: what an earlier demo left is removed, and what it did not leave is kept."""
    earlier = (out / TRANSCRIPT).is_file()
    if not earlier and any((out / name).exists() for name in FOLDERS):
        raise Unreadable("a folder that is new, or that a demo has filled", field="--out")
    try:
        for name in FOLDERS:
            shutil.rmtree(out / name, ignore_errors=True)
            (out / name).mkdir(parents=True)
        (out / TRANSCRIPT).write_text("")
    except OSError:
        raise Unreadable("a folder that can be written to", field="--out") from None


def _play(out: Path, narrator: Narrator) -> None:
    narrator.title(
        "Tværspor: one pregnancy, March to October 2025",
        "A hub starts on SQLite in a temporary folder, and everything below is said to it over HTTP. "
        "The persons are invented; the CPR number is one of MedCom's published test numbers.",
    )
    with ExitStack() as stack:
        hub = stack.enter_context(running())
        narrator.aside(f"the hub listens on {hub.url}")
        clients = _clients(hub)
        for client in clients.values():
            stack.callback(client.close)
        stage = Stage(hub, clients, narrator, Mailroom(hub.outbox, hub.keys, hub.receipts, hub.post_receipts, out), out)
        story.tell(stage)
        pull.pull(stage)
        receipts.come_back(stage)
        pull.views(stage)
        replay.replay(stage)
        replay.verify(stage)
        papers.printed(stage)
    _contents(stage)


def _clients(hub: DemoHub) -> dict[str, Client]:
    """A token for each, made by the hub's operator: `tvaerspor clients token`."""

    def one(name: str) -> Client:
        called, unit = CLIENTS[name]
        words = ("clients", "token", "--client", name, "--unit", unit, "--hours", "8760")
        return Client.with_token(called, unit, hub.url, hub.tvaerspor(*words).strip())

    return {name: one(name) for name in CLIENTS}


def _contents(stage: Stage) -> None:
    """What lies in the folder now."""
    stage.tell.chapter(f"What lies in {stage.out}/", "hvad der nu ligger i mappen")
    counted = {folder: len(list((stage.out / folder).iterdir())) for folder in FOLDERS}
    rows = [(f"{folder}/", str(counted[folder]), what) for folder, what in FOLDERS.items()]
    stage.tell.table([*rows, (TRANSCRIPT, "", "what you have just read")])
