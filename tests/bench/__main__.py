"""Runs every benchmark of this folder in turn: `make bench`, or `python -m tests.bench [--json] [WORD …]`.

A benchmark is a module `bench_<what>.py` that can be run by itself: it prints a table of rates beside those of the raw
driver in the same run, or with `--json` one JSON document. Each runs in a process of its own, so that none warms or
burdens the next. A real PostgreSQL stands ready under TVAERSPOR_TEST_POSTGRES_URL. Words choose benchmarks by name.
"""

import argparse
import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.postgres import NAMED, TestServer

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Run the chosen benchmarks; the exit code counts those that failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document instead of tables")
    parser.add_argument("words", nargs="*", metavar="WORD", help="only benchmarks whose name holds one of these")
    chosen = parser.parse_args()
    names = [name for name in available() if not chosen.words or any(word in name for word in chosen.words)]
    if not names:
        parser.error(f"no such benchmark; there are: {', '.join(available())}")
    with closing(TestServer.owned()) as server:
        environment = os.environ | {NAMED: server.url().render_as_string(hide_password=False)}
        return _as_json(names, environment) if chosen.json else _as_tables(names, environment)


def available() -> list[str]:
    """The names of the benchmarks in this folder."""
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def _as_tables(names: list[str], environment: dict[str, str]) -> int:
    failed = 0
    for name in names:
        print(f"\n== {name}", flush=True)
        failed += _run(name, [], environment, stdout=None).returncode != 0
    return failed


def _as_json(names: list[str], environment: dict[str, str]) -> int:
    finished = {name: _run(name, ["--json"], environment, stdout=subprocess.PIPE) for name in names}
    sound = {name: json.loads(run.stdout) for name, run in finished.items() if run.returncode == 0}
    print(json.dumps(sound, indent=2, ensure_ascii=False))
    return len(finished) - len(sound)


def _run(
    name: str, options: list[str], environment: dict[str, str], stdout: int | None
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"tests.bench.bench_{name}", *options]
    return subprocess.run(command, env=environment, stdout=stdout, text=True, check=False, cwd=HERE.parents[1])


if __name__ == "__main__":
    sys.exit(main())
