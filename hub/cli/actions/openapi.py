"""`tvaerspor openapi`: what the doors can do, written down."""

import json
import tempfile
from pathlib import Path

import yaml

from hub.api.app import create_app
from hub.api.description import with_examples
from hub.api.fhir.metadata import statement
from hub.bootstrap.build import build
from hub.bootstrap.workers import Workers
from hub.settings import Settings


def description(examples: Path) -> str:
    """The API's description as YAML, with the examples of a folder."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(env="test", data_dir=Path(folder), dispatch=False)
        with build(settings) as services:
            made = with_examples(create_app(Workers(services)).openapi(), examples)
    text: str = yaml.dump(made, Dumper=_Written, sort_keys=False, allow_unicode=True, width=110)
    return text


def capabilities() -> str:
    """What the FHIR doors can do, as `GET /fhir/metadata` answers at the address that is set when none is."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(env="test", data_dir=Path(folder), dispatch=False)
        with build(settings) as services:
            made = statement(create_app(Workers(services)), f"{settings.server.public_url}/fhir")
    return json.dumps(json.loads(made), indent=2, ensure_ascii=False) + "\n"


class _Written(yaml.SafeDumper):
    """YAML without anchors: what stands twice is written twice, as a reader expects."""

    def ignore_aliases(self, _data: object) -> bool:
        """Nothing is an alias."""
        return True
