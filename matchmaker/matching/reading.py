# SPDX-License-Identifier: MIT
"""Actors from JSON lines: lenient about shapes, exact about what is wrong with a line."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from matchmaker.matching.values import CRITERIA, PRIORITIES, ActorText, Passage
from matchmaker.vocabulary import normalise_language

_LONGEST_LINE: Final = 5_000_000  # bytes
_OLDEST: Final = 36_525  # days: a hundred years


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that could not be read; lines are counted from 1."""

    number: int
    reason: str


@dataclass(slots=True)
class ActorFile:
    """The actors of a file in their order, and the lines that are not among them."""

    actors: list[ActorText] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)


class WrongLineError(ValueError):
    """What is wrong with a line: a clause that goes on after "line 7:"."""


def read_actors(lines: Iterable[bytes]) -> ActorFile:
    """Read one JSON object a line; empty lines are passed over."""
    found = ActorFile()
    first_seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        try:
            actor = actor_from(_parse(line))
            _refuse_double(actor.key, first_seen)
        except WrongLineError as wrong:
            found.bad.append(BadLine(number, str(wrong)))
        else:
            first_seen[actor.key] = number
            found.actors.append(actor)
    return found


def _refuse_double(key: str, first_seen: dict[str, int]) -> None:
    if key in first_seen:
        raise WrongLineError(f"the id {key!r} stands in line {first_seen[key]} already")


def _parse(line: bytes) -> dict[str, Any]:
    if len(line) > _LONGEST_LINE:
        raise WrongLineError(f"it is longer than {_LONGEST_LINE} bytes")
    try:
        data = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise WrongLineError("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise WrongLineError(f"it is not JSON ({error.msg}, column {error.colno})") from None
    except (RecursionError, ValueError):
        raise WrongLineError(
            "it is not JSON that can be read (nested too deep, or a number too long)"
        ) from None
    return _object(data)


def _object(data: object) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise WrongLineError(f"it is {_kind(data)}, and an object is needed")
    return data


def actor_from(data: dict[str, Any]) -> ActorText:
    """Make an actor of a JSON object.

    Raises
    ------
    ValueError
        id or country is missing, or a value has the wrong type; the sentence says which.
    """
    language = _text(data, "lang") or None
    return ActorText(
        key=_key(data),
        country=_country(data),
        kind=_text(data, "kind").lower(),
        sectors=_tags(data, "sectors"),
        working_languages=tuple(
            dict.fromkeys(normalise_language(code) for code in _tags(data, "working_langs"))
        ),
        does=_passages(data, "does", language, single=True)[0],
        offers=_passages(data, "offers", language),
        seeks=_passages(data, "seeks", language),
        age=_age(data),
    )


def _age(data: dict[str, Any]) -> int:
    value = data.get("age", 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _OLDEST:
        raise WrongLineError(f"age is {value!r:.20}, and a number of days is needed")
    return value


def _key(data: dict[str, Any]) -> str:
    value = data.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        raise WrongLineError("it has no id")
    if not isinstance(value, str):
        raise WrongLineError(f"id is {_kind(value)}, and a text is needed")
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in value):
        raise WrongLineError(
            f"the id {value!r} holds a tab, a line break or another control character"
        )
    return value


def _country(data: dict[str, Any]) -> str:
    country = _text(data, "country").upper()
    if not country:
        raise WrongLineError("it has no country")
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise WrongLineError(
            f"country is {country[:20]!r}, and a code of two letters such as EE is needed"
        )
    return country


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise WrongLineError(f"{name} is {_kind(value)}, and a text is needed")
    return value.strip()


def _tags(data: dict[str, Any], name: str) -> tuple[str, ...]:
    value = data.get(name)
    if value is None:
        return ()
    listed = value.split(",") if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(tag, str) for tag in listed):
        raise WrongLineError(f"{name} is {_kind(value)}, and a list of texts is needed")
    return tuple(dict.fromkeys(tag.strip().lower() for tag in listed if tag.strip()))


def _passages(
    data: dict[str, Any], name: str, language: str | None, *, single: bool = False
) -> tuple[Passage, ...]:
    """Read a text, a list of texts, or objects with title, text and type."""
    value = data.get(name)
    listed = value if isinstance(value, list) else [value]
    passages = [_passage(item, name, language) for item in listed if item is not None]
    if single:
        own = next((p.language for p in passages if p.language), language)
        return (Passage("\n".join(p.text for p in passages), own),)
    return tuple(passage for passage in passages if passage.text or passage.type)


def _passage(item: object, name: str, language: str | None) -> Passage:
    if isinstance(item, str):
        return Passage(item.strip(), language)
    if not isinstance(item, dict):
        raise WrongLineError(f"{name} holds {_kind(item)}, and texts are needed")
    texts = (_text(item, "title"), _text(item, "text"))
    return Passage(
        text="\n".join(text for text in texts if text),
        language=_text(item, "lang") or language,
        type=_text(item, "type").lower(),
        themes=_tags(item, "themes"),
        countries=tuple(code.upper() for code in _tags(item, "countries")),
        kinds=_tags(item, "kinds"),
        sectors=_tags(item, "sectors"),
        priorities=_priorities(item),
    )


def _priorities(item: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Read which criteria count more or less than usual."""
    value = item.get("priorities")
    if value is None:
        return ()
    if not isinstance(value, dict):
        raise WrongLineError(f"priorities is {_kind(value)}, and an object is needed")
    for criterion, priority in value.items():
        if criterion not in CRITERIA:
            raise WrongLineError(
                f"priorities names {criterion[:20]!r}, and only {', '.join(CRITERIA)} can be named"
            )
        if priority not in PRIORITIES:
            raise WrongLineError(
                f"the priority of {criterion} is {str(priority)[:20]!r}, and "
                f"{', '.join(PRIORITIES)} are possible"
            )
    return tuple(sorted(value.items()))


def _kind(value: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", str: "a text",
             list: "a list", dict: "an object"}  # fmt: skip
    return names.get(type(value), "null")
