"""The operator's MeMo schemas: found in a folder, read once, asked about every message. None come with the hub.

Digitaliseringsstyrelsen published XSD files up to 1.1 and none for 1.2 (secure-mail guide §6), so a folder holds what
its operator has: any `MeMo_core.xsd` beneath it, known by the edition that the file itself states.
"""

from pathlib import Path

from lxml import etree

from hub.errors import Unreadable

CORE = "MeMo_core.xsd"


class Schemas:
    """MeMo schemas by edition. What it holds never changes after it was read."""

    def __init__(self, by_edition: dict[str, etree.XMLSchema]) -> None:
        self._by_edition = by_edition

    @classmethod
    def read(cls, folder: Path) -> "Schemas":
        """Every schema beneath the folder; `Unreadable` names the file that is none, or says that there is none."""
        found = sorted(folder.rglob(CORE))
        if not found:
            raise Unreadable(f"a folder with the MeMo schemas: {CORE} and the files it imports, one folder an edition")
        read = [_read(path, path.relative_to(folder)) for path in found]
        editions = [edition for edition, _ in read]
        if len(set(editions)) != len(editions):
            raise Unreadable("one schema for each edition of MeMo")
        return cls(dict(read))

    @property
    def editions(self) -> tuple[str, ...]:
        """Those there is a schema for."""
        return tuple(self._by_edition)

    def allows(self, message: etree._Element) -> bool:
        """Does the message keep the schema of the edition it names? One without a schema at hand is not judged here."""
        schema = self._by_edition.get(message.get("memoVersion") or "")
        return schema is None or bool(schema.validate(message))


def _read(path: Path, name: Path) -> tuple[str, etree.XMLSchema]:
    try:
        # no_network: a schema imports its neighbours, never something from elsewhere (SM-32)
        tree = etree.parse(str(path), etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False))
        return tree.getroot().get("version") or "", etree.XMLSchema(tree)
    except (OSError, etree.LxmlError):
        raise Unreadable("an XML schema whose imports lie beside it", field=str(name)) from None
