"""Faults as tables: in a file, from the control interface, and what the command line adds to them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from milepost.emulator.faults.errors import FaultError
from milepost.emulator.faults.quota import LIMITS, SETTINGS, UNLIMITED, Quota
from milepost.emulator.faults.rules import Rule, Step
from milepost.emulator.faults.short import parse_duration, parse_latency, parse_rate, parse_rule, parse_step

_Parsed = TypeVar("_Parsed")


@dataclass(frozen=True)
class FaultPlan:
    """Rules in the order they are asked, what rates are drawn from, and limits.

    `quota` is None where nothing is said of it: then the limits in force stay.
    """

    rules: tuple[Rule, ...] = ()
    seed: int = 0
    quota: Quota | None = None


def parse_quota(written: object) -> Quota:
    """`off`, `requests=600,writes=180`, or a table of the same names.

    `window` is a duration. A project's limit is never below the user's unless it is given.

    Raises:
        FaultError: an unknown name, or a value it cannot take.
    """
    if written == "off":
        return UNLIMITED
    if isinstance(written, str):
        pairs = [part.partition("=") for part in written.split(",")]
        written = {name.strip(): _number_or_text(value.strip()) for name, _, value in pairs}
    given = _table(written, "quota", SETTINGS)
    settings: dict[str, Any] = {name: _setting(name, value) for name, value in given.items()}
    for name in ("requests", "writes"):
        if name in settings and f"project_{name}" not in settings:
            user, project = settings[name], getattr(Quota(), f"project_{name}")
            settings[f"project_{name}"] = None if user is None else max(user, project)
    return Quota(**settings)


def _setting(name: str, value: object) -> object:
    if name == "window":
        return parse_duration(value)
    if name in LIMITS:
        return None if value == "off" else _whole(value, f"quota.{name}")
    return value


def read_plan(path: Path) -> FaultPlan:
    """A plan from a TOML file, or a JSON one by its ending.

    Raises:
        FaultError: it cannot be read, or says what cannot be.
    """
    try:
        text = path.read_text(encoding="utf-8")
        document = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
        return parse_plan(document)
    except OSError as error:
        raise FaultError(f"{path}: cannot be read ({error.strerror})") from None
    except FaultError as error:
        raise FaultError(f"{path}: {error}") from None
    except ValueError as error:
        raise FaultError(f"{path}: not a readable {path.suffix or 'TOML'} file ({error})") from None


def plan_of_options(
    *,
    file: Path | None = None,
    faults: Sequence[str] = (),
    latencies: Sequence[str] = (),
    quota: str | None = None,
    seed: int | None = None,
) -> FaultPlan:
    """What the command line asks for: its own rules come before those of the file, its figures instead.

    Raises:
        FaultError: something in it cannot be.
    """
    plan = read_plan(file) if file else FaultPlan()
    own = (
        *_each("--fault", parse_rule, faults),
        *_each("--latency", parse_latency, latencies),
    )
    limits = _each("--quota", parse_quota, [] if quota is None else [quota])
    return FaultPlan(
        rules=(*own, *plan.rules),
        seed=plan.seed if seed is None else seed,
        quota=limits[0] if limits else plan.quota,
    )


def _each(option: str, parse: Callable[[str], _Parsed], written: Sequence[str]) -> list[_Parsed]:
    try:
        return [parse(one) for one in written]
    except FaultError as error:
        raise FaultError(f"{option}: {error}") from None


def parse_plan(document: Mapping[str, object]) -> FaultPlan:
    """A plan from tables: `seed`, `latency`, `quota` and `rules`.

    Raises:
        FaultError: an unknown key, or a value it cannot take; the message names the path.
    """
    given = _table(document, "", ("seed", "latency", "quota", "rules"))
    written = given.get("rules", [])
    if not isinstance(written, Sequence) or isinstance(written, str):
        raise FaultError("rules: must be a list")
    rules = [_rule(one, f"rules[{number}]") for number, one in enumerate(written)]
    if "latency" in given:
        rules.append(Rule(latency=parse_duration(given["latency"])))
    return FaultPlan(
        rules=tuple(rules),
        seed=_whole(given.get("seed", 0), "seed"),
        quota=parse_quota(given["quota"]) if "quota" in given else None,
    )


def _rule(written: object, place: str) -> Rule:
    try:
        if isinstance(written, str):
            return parse_rule(written)
        given = _table(written, "", _RULE_KEYS)
        return Rule(**{_RULE_KEYS[key][0]: _RULE_KEYS[key][1](value) for key, value in given.items()})
    except FaultError as error:
        raise FaultError(f"{place}: {error}") from None


def _step(written: object) -> Step:
    if isinstance(written, str):
        return parse_step(written)
    given = _table(written, "script", _STEP_KEYS)
    return Step(**{key: _STEP_KEYS[key](value) for key, value in given.items()})


def _script(written: object) -> tuple[Step, ...]:
    if not isinstance(written, Sequence) or isinstance(written, str) or not written:
        raise FaultError("script: must be a list of answers")
    return tuple(_step(one) for one in written)


def _text(written: object) -> str:
    if not isinstance(written, str):
        raise FaultError(f"{written!r}: must be a text")
    return written


def _flag(written: object) -> bool:
    if not isinstance(written, bool):
        raise FaultError(f"{written!r}: must be true or false")
    return written


def _whole(written: object, name: str) -> int:
    # Numbers of a google.protobuf.Struct are all floating.
    if isinstance(written, bool) or not isinstance(written, int | float) or not float(written).is_integer():
        raise FaultError(f"{name}: {written!r} must be a whole number")
    return int(written)


def _number_or_text(written: str) -> int | str:
    return int(written) if written.isascii() and written.isdigit() else written


_STEP_KEYS: dict[str, Callable[[object], Any]] = {
    "answer": _text,
    "when": _text,
    "message": _text,
    "latency": parse_duration,
}
_RULE_KEYS: dict[str, tuple[str, Callable[[object], Any]]] = {
    **{key: (key, reader) for key, reader in _STEP_KEYS.items()},
    "method": ("method", _text),
    "property": ("property_id", _text),
    "rate": ("rate", parse_rate),
    "count": ("count", lambda written: _whole(written, "count")),
    "script": ("script", _script),
    "repeat": ("repeat", _flag),
}


def _table(written: object, place: str, known: Sequence[str] | Mapping[str, object]) -> dict[str, Any]:
    """A table whose keys are all known.

    Raises:
        FaultError: it is no table, or has another key.
    """
    where = f"{place}: " if place else ""
    if not isinstance(written, Mapping):
        raise FaultError(f"{where}must be a table")
    for key in written:
        if key not in known:
            raise FaultError(f"{where}no key {key!r}; there are: {', '.join(known)}")
    return dict(written)
