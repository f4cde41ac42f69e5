"""The verification cases of floor 2, one module a subject."""

from importlib import import_module
from pkgutil import iter_modules

from gis.proof import Case


def cases() -> list[Case]:
    """Give the cases of every module in this package, in the order of their names."""
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    return [case for module in modules for case in module.cases()]
