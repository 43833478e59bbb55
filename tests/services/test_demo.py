# SPDX-License-Identifier: MIT
"""The demo's records become whole profiles, with what they wish and how much it counts."""

from matchmaker.paths import DATA
from matchmaker.services.demo import profile_of, read_demo
from matchmaker.store.actors import CRITERIA, PRIORITIES
from matchmaker.vocabulary import vocabulary
from tests.conftest import NOON

RECORDS = read_demo(DATA / "demo")


def test_wished_sectors_and_priorities_pass_through():
    item = {"title": "A", "sectors": ["music"], "priorities": {"sector": "must", "type": "nice"}}
    record = {**RECORDS[0], "offers": [{"title": "B"}], "seeks": [item]}

    exchange = profile_of(record, today=NOON.date(), number=0).exchange

    told = [
        (one.sectors, *(getattr(one, f"{criterion}_priority") for criterion in CRITERIA))
        for one in (*exchange.offers, *exchange.seeks)
    ]
    assert told == [
        ((), "prefer", "prefer", "prefer", "prefer", "prefer"),
        (("music",), "nice", "prefer", "prefer", "must", "prefer"),
    ]


def test_some_demo_actors_say_how_much_a_wish_counts():
    items = [
        (record["id"], item)
        for record in RECORDS
        for item in (*record["offers"], *record["seeks"])
        if item.get("priorities")
    ]

    assert 8 <= len({actor for actor, _ in items}) <= 15
    for _, item in items:
        assert set(item["priorities"]) <= set(CRITERIA)
        assert set(item["priorities"].values()) <= set(PRIORITIES) - {"prefer"}
        assert set(item.get("sectors", ())) <= set(vocabulary("sectors").codes)
