# SPDX-License-Identifier: MIT
"""Measures, and the two kinds of judged folders."""

import json
import re
from importlib.resources import files
from math import log2
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from matchmaker.cli.evaluate import evaluate
from matchmaker.matching.judged import read_collection
from matchmaker.matching.measures import (
    decoy_first,
    gini,
    interval,
    measure,
    ndcg,
    recall,
    reciprocal_rank,
)
from tests.matching.conftest import MakeActor


def write(path: Path, records: list[dict[str, Any]]) -> None:
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")


def test_measures_by_hand() -> None:
    gains = {"a": 3.0, "b": 1.0, "c": 0.0}
    ranked = ["c", "a", "x", "b"]

    got = (ndcg(ranked, gains), recall(ranked, gains, 2), reciprocal_rank(ranked, gains))

    ideal = 3 + 1 / log2(3)
    assert got == pytest.approx(((3 / log2(3) + 1 / log2(5)) / ideal, 0.5, 0.5))


def test_a_query_without_an_answer_counts_as_nothing_found() -> None:
    judged = {"q": {"a": 1.0}, "r": {"a": 1.0}, "nobody is good": {"a": 0.0}}

    measured = measure({"q": ["a"]}, judged)

    assert measured == {"ndcg@10": 0.5, "recall@10": 0.5, "recall@100": 0.5, "mrr": 0.5}


def test_gini_of_exposure() -> None:
    assert gini([2, 2, 2]) == pytest.approx(0)
    assert gini([0, 0, 9]) == pytest.approx(2 / 3)


@pytest.fixture
def retrieval(tmp_path: Path) -> Path:
    docs = ["weaving wool by hand", "boats in the harbour", "choirs sing"]
    write(tmp_path / "docs.jsonl", [{"id": str(i), "text": t} for i, t in enumerate(docs)])
    write(tmp_path / "queries.jsonl", [{"id": "q", "text": "a boat"}])
    write(tmp_path / "qrels.jsonl", [{"q": "q", "d": "1", "rel": 1}])
    return tmp_path


def test_a_retrieval_folder(retrieval: Path) -> None:
    result = CliRunner().invoke(evaluate, [str(retrieval), "--json"])

    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (report["kind"], report["ndcg@10"], report["mrr"]) == ("retrieval", 1.0, 1.0)
    assert set(report["methods"]) == {"matchmaker", "plain tf-idf", "bm25, stemmed"}
    assert report["methods"]["plain tf-idf"]["ndcg@10"] == 0.0


def test_a_partner_folder(tmp_path: Path, make_actor: MakeActor) -> None:
    pairs = [("da", "boats", "film"), ("fi", "film", "boats"), ("pl", "choir", "games")]
    actors = [make_actor(code, [offer], [seek]) for code, offer, seek in pairs]
    write(
        tmp_path / "actors.jsonl",
        [
            {
                "id": str(i), "country": actor.country, "lang": pairs[i][0],
                "offers": actor.offers[0].text, "seeks": actor.seeks[0].text,
            }
            for i, actor in enumerate(actors)
        ],
    )  # fmt: skip
    write(tmp_path / "judgements.jsonl", [{"query": "0", "candidate": "1", "gain": 3}])

    result = CliRunner().invoke(evaluate, [str(tmp_path)])

    assert result.exit_code == 0
    assert "3 actors, 1 queries" in result.stdout
    assert "shared sectors" in result.stdout
    assert "Countries of the first ten: FI" in result.stdout


def test_a_folder_that_is_no_collection_gets_a_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(evaluate, [str(tmp_path)])

    assert result.exit_code == 1
    assert "is no judged collection" in result.stderr


@pytest.mark.parametrize("line", ["{", '{"q": "q", "d": "1"}', '{"q": "q", "d": "1", "rel": "x"}'])
def test_a_bad_judgement_is_named(line: str, retrieval: Path) -> None:
    (retrieval / "qrels.jsonl").write_text(line)

    result = CliRunner().invoke(evaluate, [str(retrieval)])

    assert result.exit_code == 1
    assert "qrels.jsonl, line 1" in result.stderr


def test_decoys_above_the_best_good_answer_are_counted() -> None:
    judged = {
        "q": {"good": 1.0, "decoy": 0.0},
        "r": {"good": 3.0, "decoy": 0.0},
        "s": {"good": 1.0},
    }
    run = {"q": ["decoy", "good"], "r": ["good", "decoy"], "s": ["other"]}

    assert decoy_first(run, judged) == 0.5


def test_an_interval_holds_the_mean_and_shrinks_with_the_queries() -> None:
    few, many = interval([0.0, 1.0] * 5), interval([0.0, 1.0] * 500)

    assert few[0] < many[0] < 0.5 < many[1] < few[1]


def noted(folder: Path, make_actor: MakeActor) -> None:
    """Write actors with the subjects of what they offer and seek beside them."""
    subjects = [
        ("da", "boats", "film", ["A+", "B-"]),
        ("fi", "film", "boats", ["B+", "A-"]),
        ("pl", "boats", "film", ["A+", "B-"]),
        ("lt", "games", "film", ["B-"]),
        ("et", "games", "choir", ["Ax"]),
    ]
    records = []
    for number, (code, offer, seek, thread) in enumerate(subjects):
        actor = make_actor(code, [offer], [seek])
        records.append(
            {
                "id": str(number), "country": actor.country, "lang": code, "thread": thread,
                "offers": actor.offers[0].text, "seeks": actor.seeks[0].text,
            }
        )  # fmt: skip
    write(folder / "actors.jsonl", records)


def test_judgements_follow_from_the_subjects_that_are_noted(
    tmp_path: Path, make_actor: MakeActor
) -> None:
    noted(tmp_path, make_actor)

    collection = read_collection(tmp_path)

    assert collection.judgements["0"] == {"1": 3.0, "2": 0.0, "4": 0.0}
    assert collection.judgements["1"] == {"0": 3.0, "2": 3.0, "3": 1.0, "4": 0.0}


def test_two_recipes_stand_side_by_side(tmp_path: Path, make_actor: MakeActor) -> None:
    noted(tmp_path, make_actor)
    shipped = files("matchmaker.matching").joinpath("recipe.toml").read_text(encoding="utf-8")
    other = tmp_path / "other.toml"
    other.write_text(shipped.replace("concepts = 0.8", "concepts = 0.0"), encoding="utf-8")
    recipes = ["--recipe", str(other), "--recipe", str(other)]

    report = json.loads(CliRunner().invoke(evaluate, [str(tmp_path), *recipes, "--json"]).stdout)
    result = CliRunner().invoke(evaluate, [str(tmp_path), *recipes, "--ablation"])
    assert result.exception is None
    text = result.stdout

    name = f"recipe {report['recipe']}"
    assert report["differences"] == {name: [0.0, [0.0, 0.0]]}
    assert report["methods"][name]["ndcg@10"] == report["ndcg@10"]
    assert {"exchanged", "gini", "coverage", "decoy first"} <= report["methods"][
        "matchmaker"
    ].keys()
    assert f"{name} against {report['recipe']}: +0.000" in text
    assert {"stems", "concepts", "relatives", "choices"} <= set(re.findall(r"^(\w+)", text, re.M))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("concepts = 0.8", 'concepts = "much"'), "concepts in [blocks] is 'much', and a number"),
        (("concepts = 0.8", ""), "concepts in [blocks] is missing"),
        (("[fresh]", "[stale]"), "[fresh] is missing"),
        (("half_life = 365", "half_life = 0"), "half_life in [fresh] is 0"),
        (("most_features = 400", "most_features = 0.5"), "a whole number is needed"),
        (("mutual = 0.96", "mutual = 0.5"), "add up to 0.540"),
        (("version =", "version"), "is no recipe"),
    ],
)
def test_a_recipe_with_a_fault_gets_a_sentence(
    change: tuple[str, str], reason: str, tmp_path: Path
) -> None:
    shipped = files("matchmaker.matching").joinpath("recipe.toml").read_text(encoding="utf-8")
    assert change[0] in shipped
    (tmp_path / "recipe.toml").write_text(shipped.replace(*change), encoding="utf-8")

    result = CliRunner().invoke(evaluate, ["--recipe", str(tmp_path / "recipe.toml")])

    assert result.exit_code == 1
    assert reason in result.stderr
