# SPDX-License-Identifier: MIT
"""Migrations keep what is stored, up and down, with the rules of each step."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from matchmaker.store import Actor, Opportunity, schema
from matchmaker.store.actors import CRITERIA

KEPT = "title, text, countries, kinds, stage, direction, position"


def rows(engine: Engine, columns: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        found = connection.execute(sa.text(f"SELECT {columns} FROM opportunity ORDER BY id"))
        return [tuple(row) for row in found]


def refused(engine: Engine, change: str) -> str:
    """Return what the database says when it refuses a change of all opportunities."""
    with engine.connect() as connection, pytest.raises(sa.exc.IntegrityError) as caught:
        connection.execute(sa.text(f"UPDATE opportunity SET {change}"))
    return str(caught.value.orig)


def test_offers_from_before_0002_wish_as_they_did(
    engine: Engine, session: Session, make_actor: Callable[..., Actor]
) -> None:
    make_actor(offers=["Sound mixing: For films."], seeks=["A residency"])
    session.commit()
    before = rows(engine, KEPT)

    schema.downgrade(engine, "0001")
    older = rows(engine, "*")
    names = {column["name"] for column in sa.inspect(engine).get_columns("opportunity")}
    rules = [refused(engine, change) for change in ("direction = 'both'", "title = ''")]
    schema.upgrade(engine)

    assert len(older) == len(before) == 2
    assert names.isdisjoint({"sectors", "language", "language_chosen", "type_priority"})
    assert ["direction_known" in rules[0], "title_length" in rules[1]] == [True, True]
    assert rows(engine, KEPT) == before
    priorities = ", ".join(f"{criterion}_priority" for criterion in CRITERIA)
    assert set(rows(engine, priorities)) == {("prefer",) * len(CRITERIA)}
    with Session(engine) as later:
        items = later.scalars(sa.select(Opportunity)).all()
        assert [(i.sectors, i.language, i.language_chosen) for i in items] == [([], "", False)] * 2
    assert "direction_known" in refused(engine, "direction = 'both'")
