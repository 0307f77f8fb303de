"""A small language for the tables of the contracts: which keys a record has, in which order, and
what stands behind each.

A shape is `key:type key:type ...`. Types: n a whole number from 0, p from 1, z whole, f any finite,
b flag, s text, r text that is not empty, h16 and h64 hex, t a UTC time, d a decimal, j any JSON,
o any object, l any list, a one agent's id; `=x` that very value, `x|y` one of these words, `@name`
another shape, `[type]` a list of it; a `?` behind a type allows null. `why` is r beside a known
value too. `venue` is what a venue sent: an object of at most 4096 values, 16 deep; `sign` is -1, 0
or 1; other words are forms of text that the user of the shapes knows.
"""

import math
import re

from strict import Refused

FORMS = {"h16": r"[0-9a-f]{16}", "h64": r"[0-9a-f]{64}", "a": r"a(\d{6}|[1-9]\d{6,15})",
         "t": r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d\.\d{3}Z",
         "d": r"-?(0|[1-9]\d{0,19})(\.\d{1,18})?"}
LEAST = {"n": 0, "p": 1, "z": -2**53 + 1}
CONSTANTS = {"null": None, "true": True, "false": False, "0": 0}


def read_table(text: str) -> dict:
    """Shapes by name; `+name` stands for the fields of another."""
    rows, name = {}, ""
    for line in text.strip().split("\n"):
        words = line.split()
        if not line.startswith(" "):
            name, *words = words
            rows[name] = []
        for word in words:
            rows[name].extend(rows[word[1:]] if word.startswith("+") else [word])
    return {name: " ".join(fields) for name, fields in rows.items()}


class Shapes:
    """Shapes by name, which may name each other."""

    def __init__(self, texts: dict, forms: dict | None = None, reasoned: bool = False):
        """Where `reasoned`, every `x` beside an `x_reason` is null exactly when the other is not."""
        self._reasoned = reasoned
        self._fields = {name: [tuple(part.split(":", 1)) for part in text.split()]
                        for name, text in texts.items()}
        self._forms = {name: re.compile(form)
                       for name, form in {**FORMS, **(forms or {})}.items()}

    def keys(self, name: str) -> list:
        return [key for key, _ in self._fields[name]]

    def check(self, value, name: str, path: str = ""):
        """Refuses a record that is not of the shape, naming the field."""
        fields = self._fields[name]
        if not isinstance(value, dict) or list(value) != [key for key, _ in fields]:
            wrong = ", ".join(sorted(set(value) ^ set(self.keys(name)))) if isinstance(
                value, dict) else "no object"
            raise Refused(f"{path or 'the record'} has other keys, or in another order: {wrong}")
        for key, kind in fields:
            self._value(value[key], kind, f"{path}.{key}" if path else key)
            if self._reasoned and key.endswith("_reason") and key[:-7] in value and (
                    kind != "why?" and (value[key[:-7]] is None) == (value[key] is None)):
                raise Refused(f"{path}.{key}: a reason stands beside nulls only")

    def _value(self, value, kind: str, path: str):
        if not self._fits(value, kind, path):
            raise Refused(f"{path}: {str(value)[:40]!r} is no {kind}")

    def _fits(self, value, kind: str, path: str) -> bool:
        if kind.endswith("?"):
            return value is None or self._fits(value, kind[:-1], path)
        if kind.startswith("@"):
            self.check(value, kind[1:], path)
            return True
        if kind.startswith("["):
            if not isinstance(value, list):
                return False
            for at, each in enumerate(value):
                self._value(each, kind[1:-1], f"{path}.{at}")
            return True
        if kind.startswith("="):
            due = CONSTANTS.get(kind[1:], kind[1:])
            return type(value) is type(due) and value == due
        if kind in LEAST:
            return type(value) is int and LEAST[kind] <= value < 2**53
        if kind in self._forms:
            return isinstance(value, str) and self._forms[kind].fullmatch(value) is not None
        if kind == "f":
            return type(value) in (int, float) and math.isfinite(value)
        if kind == "sign":
            return type(value) is int and value in (-1, 0, 1)
        if kind == "venue":
            return isinstance(value, dict) and is_small(value)
        plain = {"b": bool, "s": str, "r": str, "why": str, "o": dict, "l": list}.get(kind)
        if plain is not None:
            return isinstance(value, plain) and (kind not in ("r", "why") or value != "")
        return kind == "j" or value in kind.split("|")


def is_small(value) -> bool:
    """At most 4096 values, 16 deep (orders.md 1.8)."""
    level, seen, depth = [value], 0, 0
    while level:
        if depth > 16:
            return False
        level = [member for each in level if isinstance(each, (dict, list))
                 for member in (each.values() if isinstance(each, dict) else each)]
        seen, depth = seen + len(level), depth + 1
        if seen > 4096:
            return False
    return True
