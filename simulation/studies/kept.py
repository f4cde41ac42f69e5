"""A question in bytes: kept with its study, so that a moved depot is reckoned in seconds."""

import io
import zipfile
from dataclasses import fields

import numpy as np
import orjson

from gis.errors import IntegrityError
from scenarios.study import Study
from simulation.run import Words
from simulation.studies.areas import Areas
from simulation.studies.ensemble import Ensemble
from simulation.studies.question import Goods, Question, ask
from simulation.studies.sites import Sites

KEPT_VERSION = 2
_PARTS = {"goods": Goods, "sites": Sites, "areas": Areas, "ensemble": Ensemble}


def to_bytes(question: Question) -> bytes:
    """Write a question; the same question gives the same bytes on any machine."""
    arrays, words = {}, {}
    for part, kind in _PARTS.items():
        held = getattr(question, part)
        for one in fields(kind):
            value = getattr(held, one.name)
            if isinstance(value, np.ndarray):
                arrays[f"{part}.{one.name}"] = value
            else:
                words[f"{part}.{one.name}"] = value
    text = {
        "version": KEPT_VERSION,
        "study": question.study.model_dump(mode="json", by_alias=True),
        "load_t_per_hour": question.load_t_per_hour,
        "words": words,
    }
    option = orjson.OPT_SORT_KEYS | orjson.OPT_SERIALIZE_NUMPY
    raw = orjson.dumps(text, default=lambda value: value.model_dump(), option=option)
    arrays["text"] = np.frombuffer(raw, dtype=np.uint8)
    held_bytes = io.BytesIO()
    np.savez_compressed(held_bytes, **arrays)  # type: ignore[arg-type]  # names are not its options
    return held_bytes.getvalue()


def from_bytes(content: bytes) -> Question:
    """Read a question back.

    Raises:
        IntegrityError: The bytes are no question, or one of another version.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        text = orjson.loads(arrays.pop("text").tobytes())
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        message = f"the study's prepared question is damaged ({error}); run the study again"
        raise IntegrityError(message) from None
    if text["version"] != KEPT_VERSION:
        message = f"the study was prepared in version {text['version']}; run the study again"
        raise IntegrityError(message)
    values = arrays | {name: _frozen(name, value) for name, value in text["words"].items()}
    parts = {
        part: kind(**{one.name: values[f"{part}.{one.name}"] for one in fields(kind)})
        for part, kind in _PARTS.items()
    }
    return ask(
        Study.model_validate(text["study"]),
        parts.pop("goods"),
        load_t_per_hour=text["load_t_per_hour"],
        **parts,
    )


def _frozen(name: str, value: object) -> object:
    """JSON lists as the tuples they were; names as words."""
    if not isinstance(value, list):
        return value
    if name.endswith((".name", ".title")) and value and isinstance(value[0], dict):
        return tuple(Words.model_validate(one) for one in value)
    return tuple(tuple(one) if isinstance(one, list) else one for one in value)
