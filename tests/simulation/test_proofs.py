"""Every verification case of the simulation floor, as ``shapan verify`` runs them."""

import pytest

from gis.proof import Case
from simulation.proofs import cases


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.model}: {case.name}")
def test_case_holds(case: Case) -> None:
    outcome = case.check()
    assert outcome.passed, f"expected {case.expected} {case.unit}, computed {outcome.computed}"


def test_tolerances_say_why() -> None:
    assert [case.name for case in cases() if case.tolerance > 0 and not case.reason] == []


def test_no_two_cases_share_a_name() -> None:
    names = [(case.model, case.name) for case in cases()]
    assert len(names) == len(set(names))
