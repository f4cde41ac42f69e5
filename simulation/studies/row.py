"""What every part of a study's answer is made of."""

from pydantic import BaseModel, ConfigDict


class Row(BaseModel):
    """A frozen record that takes no unknown field."""

    model_config = ConfigDict(extra="forbid", frozen=True)
