"""How an address becomes a scene: a city, a run, a placement or a reserve plan."""

from typing import Annotated

from fastapi import Depends, Path, Query, Request

from api.layers.scene import Language, PlanView, RunView, Scene
from api.layers.sources import Library
from api.layers.spec import Theme
from simulation.run import RunResult

ThemeQuery = Annotated[Theme, Query(description="Colours")]
LanguageQuery = Annotated[Language, Query(description="Language of labels in the map")]
CityPath = Annotated[str, Path(max_length=120, description="Name of the city")]
RunPath = Annotated[str, Path(max_length=120, description="Id of the run")]
PlacementPath = Annotated[str, Path(max_length=120, description="Id of the placement")]
StudyPath = Annotated[str, Path(max_length=120, description="Id of the study")]
PlanPath = Annotated[
    str,
    Path(max_length=120, description="Point of the front, from 0, or the id of a moved plan"),
]


def library_of(request: Request) -> Library:
    """Where the running service finds cities, runs and placements."""
    library: Library = request.app.state.library
    return library


LibraryDependency = Annotated[Library, Depends(library_of)]


def city_scene(
    request: Request,
    library: LibraryDependency,
    city: CityPath,
    theme: ThemeQuery = "dark",
    language: LanguageQuery = "zh",
) -> None:
    """Set the scene: the current release of a city."""
    base = f"/api/cities/{city}"
    found = library.city(city)
    request.state.scene = Scene(city=found, base=base, theme=theme, language=language)


def run_scene(
    request: Request,
    library: LibraryDependency,
    run: RunPath,
    theme: ThemeQuery = "dark",
    language: LanguageQuery = "zh",
) -> None:
    """Set the scene: a run, on the release it was played on."""
    view = run_view(library, run)
    request.state.scene = Scene(
        city=library.release(view.result.release),
        base=f"/api/runs/{run}",
        theme=theme,
        language=language,
        run=view,
    )


def placement_scene(
    request: Request,
    library: LibraryDependency,
    placement: PlacementPath,
    theme: ThemeQuery = "dark",
    language: LanguageQuery = "zh",
) -> None:
    """Set the scene: a placement, on the release it was solved on."""
    answer = library.placement(placement)
    request.state.scene = Scene(
        city=library.release(answer["release"]),
        base=f"/api/placements/{placement}",
        theme=theme,
        language=language,
        placement=answer,
    )


def plan_scene(
    request: Request,
    library: LibraryDependency,
    study: StudyPath,
    plan: PlanPath,
    *,
    theme: ThemeQuery = "dark",
    language: LanguageQuery = "zh",
) -> None:
    """Set the scene: a plan of a reserve study, on the release it was made for."""
    answer = library.study(study)
    request.state.scene = Scene(
        city=library.release(answer.release),
        base=f"/api/studies/{study}/plans/{plan}",
        theme=theme,
        language=language,
        plan=PlanView(name=plan, plan=library.plan(study, plan), study=answer),
    )


def run_view(library: Library, run: str) -> RunView:
    """A run as it lies on the disk.

    Raises:
        NotFoundError: No such run.
    """
    folder = library.run_folder(run)
    result = RunResult.model_validate_json((folder / "result.json").read_bytes())
    return RunView(folder=folder, result=result)
