"""What `tvaerspor verify` found, in plain words: what was shown, and what it does not show.

hub/evidence/README.md says how a stranger does the same, and what the roots are good for.
"""

import json
from collections.abc import Sequence

from hub.evidence.merkle import Frontier

SHOWN = (
    "every stored event gives the hash (leaf) that it was stored with;",
    "none is missing between the first position and the last;",
    "the hashes give the tree head that stands on record;",
    "every sealed event opens under its case's key, and none has lost its body",
    "but after the erasure of its case;",
    "keys, citizen index and list of commands say what the events do",
)
NOT_SHOWN = (
    "that nobody made events, hashes and head anew: only a root that was",
    "kept elsewhere can show that (hub/evidence/README.md);",
    "what a removed event said: only its hash is left",
)


def write_proof(heads: Sequence[Frontier], *, as_json: bool) -> None:
    """To standard output: how many events, up to which position of each partition, under which root."""
    events = sum(head.size for head in heads)
    if as_json:
        reached = [{"partition": n, "position": head.size, "root": head.root.hex()} for n, head in enumerate(heads)]
        print(json.dumps({"sound": True, "events": events, "heads": reached}))
        return
    print(f"sound: {events} event{'s' if events != 1 else ''}")
    for partition, head in enumerate(heads):
        if head.size:
            print(f"up to:     position {head.size} of partition {partition}, root {head.root.hex()}")
    _list("shown: ", SHOWN)
    _list("not shown: ", NOT_SHOWN)


def write_broken(why: str) -> None:
    """To standard output, as JSON: what is wrong, and where."""
    print(json.dumps({"sound": False, "why": why}))


def _list(label: str, lines: Sequence[str]) -> None:
    for line in lines:
        print(f"{label:<11}{line}")
        label = ""
