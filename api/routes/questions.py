"""Questions: the reserve studies of the library, which may be asked of any city."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from scenarios import studies
from scenarios.study import Study
from simulation.run import Words

router = APIRouter(prefix="/questions", tags=["studies"])


class Question(BaseModel):
    """One study of the library."""

    name: str
    title: Words
    summary: Words
    drills: list[str] = Field(description="Drills it plans with and replays in")
    points: int = Field(description="Plans on its front")


class QuestionList(BaseModel):
    """Questions by name."""

    items: list[Question]


@router.get("")
def list_questions() -> QuestionList:
    """Reserve studies of the library."""
    return QuestionList(items=[_question(name, studies.load(name)) for name in studies.names()])


def _question(name: str, study: Study) -> Question:
    return Question(
        name=name,
        title=Words(**study.title.model_dump()),
        summary=Words(**study.summary.model_dump()),
        drills=[part.drill for part in study.drills],
        points=len(study.front.budgets()),
    )
