"""Run `tvaerspor …` in a process of its own, at once: a fork of this one, which has read the libraries already.

A fresh interpreter needs two seconds to read them, and the demo runs some twenty commands. The console script is found
by name, so that the demo stays a stranger to what it plays against. Call this only while no other thread runs.
"""

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import BinaryIO, NoReturn

_CONSOLE_SCRIPT = ("hub.cli", "main")  # [project.scripts] of pyproject.toml


def run(words: Sequence[str], environment: Mapping[str, str], printed: BinaryIO, complained: BinaryIO) -> int:
    """The exit code of the command; what it said lies in the two files."""
    module, function = _CONSOLE_SCRIPT
    main = getattr(import_module(module), function)
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        os.dup2(printed.fileno(), 1)
        os.dup2(complained.fileno(), 2)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - lives as long as the process
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - likewise
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = ["tvaerspor", *words]
        _end_with(main)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _end_with(main: object) -> NoReturn:
    """Run it and end the process, whatever happens: nothing of the demo may go on in the child."""
    code = 1
    try:
        assert callable(main)
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        if sys.exc_info()[0]:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
