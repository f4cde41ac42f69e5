"""Every verification case of the location models passes."""

import pytest

from gis.proofs.locate import cases


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.model}: {case.name}")
def test_the_case_gives_its_published_answer(case):
    assert case.check().passed
