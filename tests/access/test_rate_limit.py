"""So many at once, so many an hour after that, each caller by itself."""

import pytest

from hub.access.rate_limit import RateLimit, TooManyRequests


class Seconds:
    """A clock that is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_caller_has_its_burst_and_then_its_rate() -> None:
    seconds = Seconds()
    limit = RateLimit(hourly=60, burst=3, monotonic=seconds)
    for _ in range(3):
        limit.take("a")
    with pytest.raises(TooManyRequests) as refused:
        limit.take("a")
    assert refused.value.after == pytest.approx(60)
    limit.take("b")
    seconds.now += 59
    with pytest.raises(TooManyRequests) as refused:
        limit.take("a")
    assert refused.value.after == pytest.approx(1), "a refusal takes nothing"
    seconds.now += 1
    limit.take("a")
    seconds.now += 3600
    for _ in range(3):
        limit.take("a")
    with pytest.raises(TooManyRequests):
        limit.take("a")
