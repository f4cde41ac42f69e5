"""Protocol-buffer varints for whole arrays, and the little framing that vector tiles need."""

import numpy as np
from numpy.typing import NDArray


def varint_lengths(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Bytes that each value takes as a varint, 1-10.

    >>> varint_lengths(np.array([0, 127, 128, 2**63], np.uint64)).tolist()
    [1, 1, 2, 10]
    """
    lengths = np.ones(len(values), np.int64)
    for shift in range(7, 64, 7):
        lengths += values >= np.uint64(1 << shift)
    return lengths


def varints(values: NDArray[np.uint64]) -> bytes:
    r"""Values one after the other as varints.

    >>> varints(np.array([1, 300], np.uint64))
    b'\x01\xac\x02'
    """
    lengths = varint_lengths(values)
    end = np.cumsum(lengths)
    out = np.empty(int(end[-1]) if len(end) else 0, np.uint8)
    for place in range(int(lengths.max(initial=0))):
        has = lengths > place
        seven = (values[has] >> np.uint64(7 * place)) & np.uint64(127)
        goes_on = np.where(lengths[has] > place + 1, 128, 0).astype(np.uint64)
        out[end[has] - lengths[has] + place] = seven | goes_on
    return out.tobytes()


def varint(value: int) -> bytes:
    """One value as a varint."""
    return varints(np.array([value], np.uint64))


def field_bytes(number: int, content: bytes) -> bytes:
    r"""A length-delimited field.

    >>> field_bytes(1, b"ab")
    b'\n\x02ab'
    """
    return varint(number << 3 | 2) + varint(len(content)) + content
