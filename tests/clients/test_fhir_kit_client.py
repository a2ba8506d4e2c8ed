"""fhir-kit-client (npm) reads a case from a running hub. It is installed into a folder of its own, if npm can."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.api.fhir.reading import CPR_TOKEN, everything, pages, resources
from tests.clients.conftest import Running
from tests.people import CLINIC
from tests.waiting import PATIENCE

SCRIPT = Path(__file__).with_name("read_case.mjs")
PACKAGE = "fhir-kit-client@2.0.3"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script, beside the client; without node and npm, or where npm reaches nothing, the test says so."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("NOT RUN: fhir-kit-client needs node and npm")
    folder = tmp_path_factory.mktemp("npm")
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), PACKAGE]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, cwd=folder)
    except subprocess.TimeoutExpired:
        pytest.skip(f"NOT RUN: npm did not install {PACKAGE} in time")
    if done.returncode:
        pytest.skip(f"NOT RUN: npm cannot install {PACKAGE}")
    shutil.copy(SCRIPT, folder)
    return folder / SCRIPT.name


def test_it_reads_the_case(running: Running, installed: Path) -> None:
    words = ["node", str(installed), running.base, running.token, running.case, CPR_TOKEN]
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    acts = [
        resource["id"] for page in pages(running.doors, CLINIC, "/fhir/Communication") for resource in resources(page)
    ]
    assert found["fhirVersion"] == "4.0.1"
    assert found["family"] == "Hansen"
    assert found["versions"] > 5
    assert found["posted"] == [running.case]
    assert found["acts"] == acts
    assert found["everything"] > 0.8 * len(everything(running.doors, CLINIC, running.case))
    assert found["refused"] == "OperationOutcome"
