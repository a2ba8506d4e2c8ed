"""Every letter and paper as PDF in a folder, for the outside judge: `python -m tests.conformance.letters FOLDER`.

Each as it is usually, and two of them with every text that would break a page if it were anything but text.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from adapters.documents import typesetting
from adapters.documents.renderer import TypstRenderer
from tests.adapters.documents.letters import DRAWN, FHIR
from tests.adapters.documents.nasty import NASTY, with_text
from tests.adapters.documents.papers import sheets

HOSTILE = ("underretning", "anmodning")  # free words and a form: between them every part of the layout


def papers() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each."""
    render = TypstRenderer().render
    for kind, letter in DRAWN.items():
        yield kind, render(letter(), FHIR)
    for name, sheet in sheets().items():
        yield name, typesetting.pdf(sheet)
    for kind in HOSTILE:
        for name, text in NASTY.items():
            yield f"{kind}-{name.replace(' ', '-')}", render(with_text(DRAWN[kind](), text), FHIR)


def main(folder: Path) -> None:
    """Write them all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, pdf in papers():
        (folder / f"{name}.pdf").write_bytes(pdf)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
