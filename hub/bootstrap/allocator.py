"""What was large and is let go of goes back to the system at once.

glibc serves a large block from a mapping of its own, which ends when the block does; but each time one is freed it
raises the size that counts as large, up to 32 MiB, and then keeps what documents and sealed letters leave behind
(mallopt(3), M_MMAP_THRESHOLD). A fixed size keeps a hub that has carried 25 MB as small as one that has not.
"""

import ctypes
from contextlib import suppress

_M_MMAP_THRESHOLD = -3  # <malloc.h>
LARGE = 1024 * 1024


def give_back() -> None:
    """For this process, from now on; where the C library knows no such setting, nothing happens."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, LARGE)
