"""Some tests could go on for ever: servers that are killed, doors that are shaken, stories in any order.

`make test` lets them go on for a little, `make endurance` for as long as is promised, and runs nothing else. Whichever
asks how often bears the mark `endures`, by which it is found.
"""

import os

LONG = bool(os.environ.get("TVAERSPOR_TEST_ENDURANCE"))


def times(short: int, long: int) -> int:
    """How often, in this run."""
    return long if LONG else short
