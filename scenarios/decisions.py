"""Questions put to the players, each with a default and a deadline."""

from typing import Self

from pydantic import Field, model_validator

from scenarios.words import Duration, Span, Strict, Text


class Option(Strict):
    """One answer to a decision."""

    id: str
    title: Text


class Decision(Strict):
    """One question: who must answer it, from when, and what holds if nobody does.

    Attributes:
        opens: When it is asked [s from T0].
        within: Time until the default is taken [s].
    """

    id: str
    who: str
    opens: Duration
    within: Span
    question: Text
    options: tuple[Option, ...] = Field(min_length=2)
    default: str

    @model_validator(mode="after")
    def _default_is_an_option(self) -> Self:
        if self.default not in self.names():
            found = ", ".join(self.names())
            message = f"default {self.default!r} is none of the options ({found})"
            raise ValueError(message)
        return self

    def names(self) -> tuple[str, ...]:
        """Ids of the options, in order."""
        return tuple(option.id for option in self.options)
