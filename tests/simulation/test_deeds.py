"""Deeds: each is offered by one room, and every deed a drill may ask for is offered."""

from typing import get_args

import pytest

from gis.errors import ConflictError
from scenarios import loader
from scenarios.injects import Deed
from simulation.engine import Play
from twin.synthetic import make_city


@pytest.fixture(scope="module")
def play() -> Play:
    return Play(make_city(residents=4_000), loader.load("typhoon-flood"), seed=1, decisions={})


def test_every_deed_a_drill_may_name_is_carried_out_by_a_room(play: Play):
    assert play.deeds.offered() == set(get_args(Deed))


def test_a_deed_has_one_room_and_a_decision_one_answer(play: Play):
    with pytest.raises(ConflictError, match="two rooms"):
        play.deeds.desk.offer("whistle", play.deeds.perform)
    with pytest.raises(ConflictError, match="two rooms"):
        play.deeds.desk.answer("D1", print)
