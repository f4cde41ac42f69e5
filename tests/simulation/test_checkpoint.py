"""Checkpoints: a broken run ends like an unbroken one, and no other run can use its checkpoint."""

from collections import deque

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis.errors import InputError, IntegrityError
from scenarios.drill import Drill
from simulation import engine
from simulation.checkpoint.file import pack, read_head, unpack
from simulation.checkpoint.inventory import Inventory
from tests.simulation.evidence import bytes_of
from twin.city import City

SEED = 3
EVERY_S = 3_600


@pytest.fixture(scope="module")
def city(small_city: City) -> City:
    return small_city


@pytest.fixture(scope="module")
def drill(short_drill: Drill) -> Drill:
    return short_drill


@pytest.fixture(scope="module")
def kept() -> list[bytes]:
    return []


@pytest.fixture(scope="module")
def unbroken(city: City, drill: Drill, kept: list[bytes]) -> str:
    return bytes_of(engine.run(city, drill, seed=SEED, keep=kept.append, keep_every_s=EVERY_S))


def test_writing_checkpoints_changes_nothing(unbroken: str, city: City, drill: Drill):
    assert bytes_of(engine.run(city, drill, seed=SEED)) == unbroken


def test_a_checkpoint_can_be_written_at_every_hour_and_holds_only_data(
    unbroken: str, kept: list[bytes], drill: Drill
):
    """Fails with the attribute's name where a part holds what no checkpoint can write."""
    assert unbroken
    hours = (drill.horizon.end - drill.horizon.start) // EVERY_S
    assert [read_head(content).tick // 100 // EVERY_S for content in kept] == [*range(1, hours)]


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(hour=st.integers(0, 58))
def test_a_run_resumed_at_any_hour_ends_with_the_same_bytes(
    unbroken: str, kept: list[bytes], city: City, drill: Drill, hour: int
):
    again = engine.run(city, drill, seed=SEED, resume_from=kept[hour])
    assert bytes_of(again) == unbroken


def test_a_restored_run_is_the_one_that_was_written_down(
    unbroken: str, kept: list[bytes], city: City, drill: Drill
):
    assert unbroken
    head, changes = unpack(kept[45])
    play = engine.Play(city, drill, seed=SEED, decisions={})
    inventory = Inventory(play, drill)
    inventory.restore(changes)
    assert pack(head, inventory.changes()) == kept[45]


class Part:
    """One part with every kind of value a part may hold."""

    UNKEPT = ("told",)

    def __init__(self) -> None:
        self.told = print
        self.array = np.arange(4)
        self.same = self.array
        self.numbers = {1: 2.5, "x": float("inf"), (1, "a"): -0.0}
        self.waiting: deque[int] = deque()
        self.names: set[str] = set()
        self.lines: list[bytes] = []
        self.random = np.random.default_rng(1)
        self.large = 1
        self.scalar = np.float32(0)

    def live(self) -> None:
        self.array[2] = 9
        self.numbers[(2, "b")] = float("nan")
        self.waiting.extend([3, 1])
        self.names |= {"b", "a"}
        self.lines += [b"one", b"", b"three"]
        self.random.random(3)
        self.large = 2**90
        self.scalar = np.float32(0.1)


def test_every_kind_of_value_comes_back_as_it_was(drill: Drill):
    lived, again = Part(), Part()
    inventory = Inventory(lived, drill)
    lived.live()
    Inventory(again, drill).restore(inventory.changes())
    assert again.array.tolist() == [0, 1, 9, 3]
    assert again.same is again.array
    assert again.numbers.keys() == lived.numbers.keys()
    assert np.isnan(again.numbers[2, "b"])
    assert np.signbit(again.numbers[1, "a"])
    assert again.waiting == lived.waiting
    assert again.names == {"a", "b"}
    assert again.lines == lived.lines
    assert again.random.random() == lived.random.random()
    assert again.large == 2**90
    assert again.scalar == np.float32(0.1)
    assert type(again.scalar) is np.float32


@pytest.mark.parametrize("value", [object(), (n for n in ()), {"a": complex(1, 2)}])
def test_an_attribute_no_checkpoint_can_hold_is_named(drill: Drill, value: object):
    part = Part()
    part.array = value
    with pytest.raises(IntegrityError, match=r"play\.array.*UNKEPT"):
        Inventory(part, drill)


def test_code_set_while_a_run_is_played_is_refused(drill: Drill):
    part = Part()
    inventory = Inventory(part, drill)
    part.large = len
    with pytest.raises(IntegrityError, match=r"play\.large holds code"):
        inventory.changes()


def test_two_views_of_one_array_are_refused(drill: Drill):
    part = Part()
    inventory = Inventory(part, drill)
    part.same = part.array[1:]
    with pytest.raises(IntegrityError, match="share memory"):
        inventory.changes()


def test_the_checkpoint_of_another_run_is_refused(
    unbroken: str, kept: list[bytes], city: City, drill: Drill
):
    assert unbroken
    with pytest.raises(InputError, match="of seed 3, but 4"):
        engine.run(city, drill, seed=4, resume_from=kept[5])
    with pytest.raises(InputError, match="of decisions none, but D1=now"):
        engine.run(city, drill, seed=SEED, decisions={"D1": "now"}, resume_from=kept[5])


@pytest.mark.parametrize("noun", ["engine", "release", "drill"])
def test_the_checkpoint_of_another_version_is_refused(
    unbroken: str, kept: list[bytes], city: City, drill: Drill, noun: str
):
    assert unbroken
    head, changes = unpack(kept[5])
    other = pack(head.model_copy(update={noun: "0.0.1"}), changes)
    with pytest.raises(InputError, match=f"of {noun}.* 0.0.1, but"):
        engine.run(city, drill, seed=SEED, resume_from=other)


def test_a_damaged_checkpoint_is_refused_in_one_line(
    unbroken: str, kept: list[bytes], city: City, drill: Drill
):
    assert unbroken
    content = kept[50]
    middle = len(content) // 2
    for damaged in (
        b"",
        content[:middle],
        content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
    ):
        with pytest.raises((InputError, IntegrityError), match="play from the start") as caught:
            engine.run(city, drill, seed=SEED, resume_from=damaged)
        assert "\n" not in str(caught.value)
