"""Injects: what the controllers send, what it does to the city, and what must follow."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from scenarios.care import SeverityMix
from scenarios.norms import Norm
from scenarios.words import Duration, Span, Strict, Text

Deed = Literal[
    "activate_response",
    "predischarge_reservoir",
    "sweep_at_risk_people",
    "order_evacuation",
    "stage_buses",
    "whistle",
    "report_in",
    "stop_lines",
    "close_underpasses",
    "deploy_generators",
    "rescue_complete",
    "deploy_satcom",
    "fallback_runner_report",
    "open_next_shelter",
    "decide",
    "publish_update",
    "clear_lifeline_roads",
    "activate_surge",
    "control_traffic",
    "contraflow",
]


class Expectation(Strict):
    """One expected action: who does what within which time.

    Attributes:
        arg: What the deed is about, such as a response level, a decision or a department.
        within: Time limit, from the inject or from the end of another action [s].
        after: The action whose end starts the time limit; empty for the inject itself.
        critical: False where a miss does not lower the objective's rating.
    """

    id: str
    who: str
    do: Deed
    arg: str = ""
    within: Span
    after: str = ""
    critical: bool = True


class Forecast(Strict):
    """A forecast reaches the city; it changes what is known, not what is."""

    kind: Literal["forecast"]


class Failure(Strict):
    """A facility stops working."""

    kind: Literal["fail"]
    facility: str


class CommunicationLoss(Strict):
    """Mobile network and data links of an area go down."""

    kind: Literal["comm_loss"]
    area: str


class Incident(Strict):
    """People in danger at a facility whose low spot fills with water."""

    kind: Literal["trapped"]
    facility: str
    people: int = Field(gt=0)


class StretcherDemand(Strict):
    """Residents of an area who cannot leave on their own."""

    kind: Literal["stretchers"]
    area: str
    people: int = Field(gt=0)


class MassCasualty(Strict):
    """Residents of an area are hurt at once.

    Attributes:
        area: Selector of the place; of a facility, the people are hurt there.
        mix: Shares of the triage categories among them.
    """

    kind: Literal["casualties"]
    area: str
    people: int = Field(gt=0)
    mix: SeverityMix


class DykeRisk(Strict):
    """A dyke pipes and may breach later."""

    kind: Literal["dyke_risk"]
    facility: str
    probability: Norm
    after: Span


class Rumour(Strict):
    """A rumour lowers belief in warnings until it is answered."""

    kind: Literal["rumour"]
    share: Norm


class Debris(Strict):
    """Mud stays on roads that were flooded until crews clear it."""

    kind: Literal["debris"]


Effect = Annotated[
    Forecast
    | Failure
    | CommunicationLoss
    | Incident
    | StretcherDemand
    | MassCasualty
    | DykeRisk
    | Rumour
    | Debris,
    Field(discriminator="kind"),
]


class Condition(Strict):
    """When a contingent inject fires: a measure of the city passes a value."""

    measure: Literal["shelter.occupancy", "hospital.crowding"]
    op: Literal[">", "<"]
    value: float


class Inject(Strict):
    """One row of the master scenario events list.

    Attributes:
        at: When it is sent [s from T0]; None where a condition fires it.
        kind: ``info`` scripted information, ``event`` changes the city, ``hidden`` known to the
            controllers only, ``cont`` fired by a condition, ``end`` closes a thread.
        since: For ``cont``: not before [s from T0].
        area: Selector of the place or facility it is about.
    """

    id: str
    at: Duration | None = None
    since: Duration | None = None
    kind: Literal["info", "event", "hidden", "cont", "end"]
    channel: Literal["cap", "dashboard", "app", "sensor", "phone", "radio", "media"]
    sender: str
    to: tuple[str, ...] = Field(min_length=1)
    area: str
    message: Text
    when: Condition | None = None
    effects: tuple[Effect, ...] = ()
    expect: tuple[Expectation, ...] = ()
    capability: str
    controller: str = "excon"
    notes: str = ""

    @model_validator(mode="after")
    def _time_or_condition(self) -> Self:
        if (self.kind == "cont") != (self.when is not None):
            message = "a condition belongs to kind cont, and kind cont needs one; set both or none"
            raise ValueError(message)
        if (self.kind == "cont") == (self.at is not None):
            message = "give at: for an inject sent by the clock, and none for kind cont"
            raise ValueError(message)
        return self
