"""The clock, the streams and the log that every run stands on."""

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import ConflictError, InputError
from simulation.clock import Clock
from simulation.record import EventLog, canonical
from simulation.streams import Streams


def _ignore(payload: dict) -> None:
    del payload


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 3)), max_size=40))
def test_events_happen_in_order_of_tick_priority_and_entry(plan):
    clock, heard = Clock(), []
    clock.on("bell", lambda payload: heard.append((clock.tick, payload["n"])))
    for number, (tick, priority) in enumerate(plan):
        clock.schedule(tick, "bell", {"n": number}, priority=priority)
    clock.run(until_tick=50)
    wanted = sorted((tick, priority, n) for n, (tick, priority) in enumerate(plan))
    assert heard == [(tick, n) for tick, _, n in wanted]


def test_an_event_in_the_past_is_refused():
    clock = Clock()
    clock.on("bell", _ignore)
    clock.run(until_tick=100)
    with pytest.raises(InputError, match="before now"):
        clock.schedule(99, "bell")


def test_an_event_nobody_handles_is_refused():
    with pytest.raises(InputError, match="nobody handles"):
        Clock().schedule(1, "bell")


def test_two_handlers_of_one_kind_are_refused():
    clock = Clock()
    clock.on("bell", _ignore)
    with pytest.raises(ConflictError):
        clock.on("bell", _ignore)


def test_a_cancelled_event_does_not_happen():
    clock, heard = Clock(), []
    clock.on("bell", lambda payload: heard.append(payload["n"]))
    clock.schedule(1, "bell", {"n": 1})
    clock.cancel(clock.schedule(2, "bell", {"n": 2}))
    assert [event.payload["n"] for event in clock.pending()] == [1]
    clock.run(until_tick=10)
    assert heard == [1]


def test_a_new_stream_shifts_no_other():
    alone = Streams(7).get("boats").random(5)
    streams = Streams(7)
    streams.get("ambulances").random(100)
    assert np.array_equal(streams.get("boats").random(5), alone)


def test_streams_of_two_names_or_seeds_differ():
    assert Streams(7).get("a").random() != Streams(7).get("b").random()
    assert Streams(7).get("a").random() != Streams(8).get("a").random()


def test_equal_events_have_equal_bytes_whatever_the_order_of_their_details():
    assert canonical({"b": 1, "a": 2}) == canonical({"a": 2, "b": 1})
    log = EventLog(Clock(), -60)
    log.write("shelter.full", who=None, place="9901", places=np.int64(3), share=1 / 3)
    line = orjson.loads(log.lines[0])
    assert line == {
        "kind": "shelter.full",
        "place": "9901",
        "places": 3,
        "sequence": 0,
        "share": 0.333333,
        "tick": 0,
        "time_s": -60,
        "who": None,
    }
