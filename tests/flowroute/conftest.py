"""A provider with planned answers, and a client that talks to it without waiting."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from flowroute import Call, Flowroute
from tests.flowroute.provider import FakeProvider


@dataclass
class StoodStill:
    """Time that passes only by sleeping, and at once."""

    now: float = 0.0
    naps: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    fake = FakeProvider()
    yield fake
    fake.close()
    assert fake.unplanned == []


@pytest.fixture
def time() -> StoodStill:
    return StoodStill()


@pytest.fixture
def calls() -> list[Call]:
    """What `on_call` was told."""
    return []


@pytest.fixture
def client(provider: FakeProvider, time: StoodStill, calls: list[Call]) -> Iterator[Flowroute]:
    with Flowroute(
        "key", "secret", provider.url, on_call=calls.append, sleep=time.sleep, clock=time.clock
    ) as flowroute:
        yield flowroute
