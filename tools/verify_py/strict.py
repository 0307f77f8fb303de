"""Bytes with one spelling for each meaning: text, JSON, base64, numbers, and files of a run."""

import base64
import json
import math
import os
import re
import stat
from decimal import Decimal

PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
HEX_64 = re.compile(r"[0-9a-f]{64}")
MAX_DOCUMENT = 512 * 1024 * 1024
MAX_DEPTH = 64


class Refused(ValueError):
    """Bytes that the contract refuses; the message says which and why."""


def parse_json(data: bytes):
    """JSON in strict UTF-8 without duplicate members, NaN or Infinity."""
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_members,
                           parse_constant=_no_constant)
        if isinstance(value, (dict, list)):
            _check_depth(value, MAX_DEPTH)
        return value
    except RecursionError as error:
        raise Refused("JSON nested too deeply") from error
    except ValueError as error:
        raise Refused(f"no strict JSON: {error}") from error


def _check_depth(value, left: int):
    if left == 0:
        raise Refused("JSON nested too deeply")
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, (dict, list)):
            _check_depth(each, left - 1)


def _members(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
        raise Refused("an object has a member twice")
    return result


def _no_constant(name):
    raise Refused(f"{name} is no JSON")


def stringify(value, ordered: bool = False, indent: int = 0, margin: str = "\n") -> str:
    """What ECMAScript's JSON.stringify writes; with `ordered` the canonical JSON of RFC 8785."""
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (int, float)):
        return _number(value)
    inner = margin + " " * indent if indent else ""
    if isinstance(value, list):
        parts, (start, end) = [stringify(each, ordered, indent, inner) for each in value], "[]"
    else:
        keys = sorted(value, key=lambda key: key.encode("utf-16-be")) if ordered else value
        colon, (start, end) = (": " if indent else ":"), "{}"
        parts = [json.dumps(key, ensure_ascii=False) + colon
                 + stringify(value[key], ordered, indent, inner) for key in keys]
    if not parts:
        return start + end
    return start + inner + ("," + inner).join(parts) + (margin if indent else "") + end


def _number(value) -> str:
    """ECMA-262 Number::toString, base 10: repr() gives the same digits in another layout."""
    if isinstance(value, int) and abs(value) <= 2**53:
        return str(value)
    if isinstance(value, int) or not math.isfinite(value):
        raise Refused("a number beyond what a record holds")
    sign, digits, exponent = Decimal(repr(float(value))).normalize().as_tuple()
    text = "".join(map(str, digits))
    point = len(text) + exponent
    if text == "0":
        return "0"
    if len(text) <= point <= 21:
        text = text + "0" * (point - len(text))
    elif 0 < point <= 21:
        text = text[:point] + "." + text[point:]
    elif -6 < point <= 0:
        text = "0." + "0" * -point + text
    else:
        fraction = "." + text[1:] if len(text) > 1 else ""
        text = f"{text[0]}{fraction}e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return "-" + text if sign else text


def canonical_line(data: bytes, end: str = "\n"):
    """One line of canonical JSON."""
    value = parse_json(data)
    if (stringify(value, ordered=True) + end).encode() != data:
        raise Refused("not canonical JSON")
    return value


def members(value, names: str):
    """An object with exactly the members of `names`."""
    if not isinstance(value, dict) or set(value) != set(names.split()):
        raise Refused(f"not an object of {names}")
    return value


def is_version_one(value) -> bool:
    return type(value) is int and value == 1


def canonical_base64(text, size: int | None = None) -> bytes:
    if not isinstance(text, str):
        raise Refused("base64 is no text")
    data = base64.b64decode(text.encode(), validate=True)
    if base64.b64encode(data).decode() != text or size not in (None, len(data)):
        raise Refused("base64 is not canonical or has another size")
    return data


def whole_number(text: str) -> int:
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", text):
        raise Refused("a number has another spelling than its own")
    return int(text)


def open_regular(path: str):
    """Opens a regular file: never through a link, never waiting for a FIFO."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Refused("no regular file")
    return os.fdopen(handle, "rb")


def read_regular(path: str) -> bytes:
    with open_regular(path) as file:
        data = file.read(MAX_DOCUMENT + 1)
    if len(data) > MAX_DOCUMENT:
        raise Refused("larger than any document of a run")
    return data
