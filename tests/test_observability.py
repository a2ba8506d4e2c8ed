"""What an operator's log reader may rely on."""

import io
import json
import sys

import pytest

from hub import observability


class Pipe(io.StringIO):
    """Standard error, and another thread's line after everything that is written to it."""

    def write(self, text: str, /) -> int:
        """The text, and at once what another thread had to say."""
        return super().write(text) + super().write('{"event": "another"}\n')


def test_two_threads_never_share_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Pipe()
    monkeypatch.setattr(sys, "stderr", pipe)
    observability.configure("info")
    observability.log.info("one", position=1)
    lines = [json.loads(line) for line in pipe.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["one", "another"]
