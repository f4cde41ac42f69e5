"""The error hierarchy of the whole house.

    ShapanError
    ├── InputError (ValueError)          what somebody gave us cannot be used
    │   ├── FileFormatError              a file is not what its name or caller claims
    │   ├── SchemaError                  a table lacks a column, or a column has a wrong type
    │   ├── ShapeMismatchError           two arrays disagree on a dimension
    │   ├── DrillError                   a drill names or asks something impossible
    │   └── InfeasibleError              no answer satisfies the constraints
    ├── NotFoundError (KeyError)         a name or id that nobody has
    ├── ConflictError                    the thing exists, or is in a state that forbids the act
    ├── IntegrityError                   stored bytes do not hash to what their manifest says
    └── CancelledError                   the work was asked to stop

Every message says what was found, what was wanted and how to mend it, in one line.
"""


class ShapanError(Exception):
    """Root of every error that Shapan raises on purpose.

    Args:
        message: One line: what was found, what was wanted, how to mend it.
        field: The field, column, option or file the message is about, where there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return self.message


class InputError(ShapanError, ValueError):
    """What somebody gave us cannot be used."""


class FileFormatError(InputError):
    """A file is not what its name or its caller claims."""


class SchemaError(InputError):
    """A table lacks a column, or a column has a wrong type or value."""


class ShapeMismatchError(InputError):
    """Two arrays disagree on a dimension."""


class DrillError(InputError):
    """A drill names or asks something impossible."""


class InfeasibleError(InputError):
    """No answer satisfies the constraints."""


class NotFoundError(ShapanError, KeyError):
    """A name or id that nobody has."""


class ConflictError(ShapanError):
    """The thing exists already, or is in a state that forbids the act."""


class IntegrityError(ShapanError):
    """Stored bytes do not hash to what their manifest says."""


class CancelledError(ShapanError):
    """The work was asked to stop."""
