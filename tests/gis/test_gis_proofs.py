"""Every verification case of floor 1 passes."""

import pytest

from gis.proof import Case
from gis.proofs import cases


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.model}: {case.name}")
def test_the_case_gives_its_published_answer(case: Case) -> None:
    assert case.check().passed
    assert case.tolerance == 0 or case.reason
