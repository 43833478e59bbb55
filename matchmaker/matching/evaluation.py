# SPDX-License-Identifier: MIT
"""How good the matching is on a judged collection, beside baselines and with parts left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from matchmaker.matching.detection import detect
from matchmaker.matching.fit import products
from matchmaker.matching.judged import Partners, Texts, read_collection
from matchmaker.matching.measures import (
    Interval,
    Run,
    by_query,
    decoy_first,
    gini,
    interval,
    measure,
    only,
)
from matchmaker.matching.partners import PartnerMatcher
from matchmaker.matching.pool import language_of
from matchmaker.matching.recipe import Recipe, default_recipe
from matchmaker.matching.space import TextSpace
from matchmaker.matching.text import analyse_all, known_language
from matchmaker.matching.values import ActorText

DEPTH: Final = 100
OURS: Final = "matchmaker"
_K1, _B = 1.5, 0.75  # of BM25


@dataclass(frozen=True, slots=True)
class Report:
    """Measures by method, our own first, and what the collection holds.

    ``intervals`` are those of nDCG@10. ``pairs`` holds, for the languages of query and answer,
    our own nDCG@10 among the answers in that language, and the number of queries it is a mean
    of; ``ablations`` our nDCG@10 without a part of the recipe; ``differences`` how far another
    recipe is above (or below) the first one, query by query.
    """

    collection: str
    kind: str  # "retrieval" or "partners"
    recipe: str
    sizes: Mapping[str, int]
    methods: Mapping[str, Mapping[str, float]]
    intervals: Mapping[str, Interval]
    ablations: Mapping[str, float]
    pairs: Mapping[tuple[str, str], tuple[float, int]]
    countries: Mapping[str, float]  # share of each country among the first ten; partners only
    differences: Mapping[str, tuple[float, Interval]]


def evaluate_folder(
    folder: Path, recipes: Sequence[Recipe] = (), *, ablation: bool = False
) -> Report:
    """Measure on a folder of judged texts or partners.

    The first recipe (by default the product's) is ours; others stand beside it as "recipe" with
    their version.

    Raises
    ------
    CollectionError
        The folder holds neither kind of collection, or a line of it cannot be read.
    """
    collection = read_collection(folder)
    first, *others = recipes or (default_recipe(),)
    ours = _ranked(collection, first)
    runs: dict[str, Run] = {OURS: ours}
    for number, other in enumerate(others, start=2):
        name = f"recipe {other.version}"
        runs[f"{name} ({number})" if name in runs else name] = _ranked(collection, other)
    parts = ablations(first) if ablation else {}
    judged = collection.judgements
    without = {
        name: measure(_ranked(collection, part), judged)["ndcg@10"] for name, part in parts.items()
    }
    mine = by_query(ours, judged)
    differences = {}
    for name, run in list(runs.items())[1:]:
        gaps = [b - a for a, b in zip(mine, by_query(run, judged), strict=True)]
        differences[name] = (float(np.mean(gaps)) if gaps else 0.0, interval(gaps))
    if isinstance(collection, Texts):
        runs |= retrieval_baselines(collection)
        methods = {name: measure(run, judged) for name, run in runs.items()}
        sizes = {"documents": len(collection.documents), "queries": len(collection.queries)}
        kind, countries = "retrieval", {}
    else:
        swapped = replace(collection, actors=[exchanged(a) for a in collection.actors])
        runs |= partner_baselines(collection.actors)
        methods = {name: _partner_measures(run, collection) for name, run in runs.items()}
        backwards = measure(_ranked(collection, first, asking=swapped.actors), judged)
        methods[OURS] = {**methods[OURS], "exchanged": backwards["ndcg@10"]}
        sizes = {"actors": len(collection.actors), "queries": len(judged)}
        kind, countries = "partners", _countries(ours, collection)
    return Report(
        collection.name, kind, first.version, sizes, methods,
        {name: interval(by_query(run, judged)) for name, run in runs.items()},
        without, _pairs(ours, collection), countries, differences,
    )  # fmt: skip


def ablations(recipe: Recipe) -> dict[str, Recipe]:
    """Return recipes that lack one part each, by the name of the part."""
    blocks, relatives, score = recipe.blocks, recipe.relatives, recipe.score
    return {
        "stems": replace(recipe, blocks=replace(blocks, words=0.0)),
        "concepts": replace(recipe, blocks=replace(blocks, concepts=0.0)),
        "relatives": replace(recipe, relatives=replace(relatives, own=0.0, abroad=0.0)),
        "companions": replace(recipe, companions=replace(recipe.companions, weight=0.0)),
        "language scale": replace(recipe, languages=replace(recipe.languages, evened=0.0)),
        "rivalry": replace(recipe, score=replace(score, rivalry=0.0)),
        "choices": replace(
            recipe,
            fit=replace(
                recipe.fit, type=0.0, theme=0.0, wished_country=0.0, wished_kind=0.0,
                wished_sector=0.0,
            ),
            score=replace(score, sectors=0.0, languages=0.0),
        ),
    }  # fmt: skip


def _ranked(
    collection: Texts | Partners, recipe: Recipe, *, asking: Sequence[ActorText] | None = None
) -> Run:
    if isinstance(collection, Texts):
        space = TextSpace(recipe=recipe).fit(list(collection.documents.values()))
        queries = space.transform_queries(list(collection.queries.values()))
        similar = products(queries, space.transform(list(collection.documents.values())))
        return _run(similar, list(collection.queries), list(collection.documents))
    matcher = PartnerMatcher(DEPTH, recipe=recipe).fit(collection.actors)
    keys = [actor.key for actor in collection.actors]
    if asking is not None:
        lists = matcher.query(asking)
        return {
            actor.key: [keys[j] for j, _ in found]
            for actor, found in zip(asking, lists, strict=True)
        }
    found: dict[str, list[str]] = {key: [] for key in keys}
    for i, j, _ in matcher.suggest():
        found[keys[i]].append(keys[j])
    return found


def exchanged(actor: ActorText) -> ActorText:
    """Return an actor that seeks what it offered and offers what it sought."""
    return replace(actor, offers=actor.seeks, seeks=actor.offers)


def _partner_measures(run: Run, collection: Partners) -> dict[str, float]:
    language = _languages(collection)
    abroad = only(run, collection.judgements, lambda q, c: language.get(q) != language.get(c))
    shown = Counter(key for ranked in run.values() for key in ranked[:10])
    return {
        **measure(run, collection.judgements),
        "other lang": measure(*abroad)["ndcg@10"],
        "decoy first": decoy_first(run, collection.judgements),
        "coverage": len(shown) / len(collection.actors) if collection.actors else 0.0,
        "gini": gini(shown.get(actor.key, 0) for actor in collection.actors),
    }


def _countries(run: Run, collection: Partners) -> dict[str, float]:
    country = {actor.key: actor.country for actor in collection.actors}
    places = Counter(
        country[key] for query in collection.judgements for key in run.get(query, ())[:10]
    )
    total = sum(places.values())
    return {code: places[code] / total for code in sorted(places)}


def _languages(collection: Texts | Partners) -> dict[str, str]:
    if isinstance(collection, Texts):
        texts = {**collection.documents, **{f"?{q}": t for q, t in collection.queries.items()}}
        return {id_: detect(text).language for id_, text in texts.items()}
    return {actor.key: _language(actor) for actor in collection.actors}


def _language(actor: ActorText) -> str:
    passages = (actor.does, *actor.offers, *actor.seeks)
    given = next((code for p in passages if (code := known_language(p.language))), None)
    return given or language_of("\n".join(p.text for p in passages), actor)


def _among(chosen: Container[str], query: str, answer: str) -> bool:
    return answer in chosen


def _pairs(run: Run, collection: Texts | Partners) -> dict[tuple[str, str], tuple[float, int]]:
    language = _languages(collection)
    mark = "?" if isinstance(collection, Texts) else ""
    asking = {query: language.get(f"{mark}{query}", "") for query in collection.judgements}
    found = {}
    for one in sorted(set(asking.values())):
        queries = {q: gains for q, gains in collection.judgements.items() if asking[q] == one}
        for two in sorted({language.get(id_, "") for gains in queries.values() for id_ in gains}):
            own = {id_ for id_, code in language.items() if code == two}
            values = by_query(*only(run, queries, partial(_among, own)))
            if values:
                found[one, two] = (float(np.mean(values)), len(values))
    return found


def retrieval_baselines(collection: Texts) -> dict[str, Run]:
    """Rank by plain TF-IDF, and by BM25 on stems (Robertson and Zaragoza, 2009)."""
    ids, texts = list(collection.documents), list(collection.documents.values())
    asked, queries = list(collection.queries), list(collection.queries.values())
    plain = TfidfVectorizer()
    try:
        rows = csr_array(plain.fit_transform(texts))
        cosine = products(csr_array(plain.transform(queries)), rows)
        bm25 = _bm25(texts, queries)
    except ValueError:  # no words at all
        cosine = bm25 = np.zeros((len(asked), len(ids)))
    return {
        "plain tf-idf": _run(cosine, asked, ids),
        "bm25, stemmed": _run(bm25, asked, ids),
    }


def _bm25(texts: Sequence[str], queries: Sequence[str]) -> Any:
    def stems(words: Any) -> list[str]:
        return [word.form.stem for word in words.words]

    counter = CountVectorizer(analyzer=stems, dtype=np.float64)
    counts = csr_array(counter.fit_transform(analyse_all(texts)))
    length = np.asarray(counts.sum(axis=1)).ravel()
    of_value = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    met = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log((len(texts) - met + 0.5) / (met + 0.5) + 1.0)
    shrunk = _K1 * (1.0 - _B + _B * length[of_value] / length.mean())
    counts.data = idf[counts.indices] * counts.data * (_K1 + 1.0) / (counts.data + shrunk)
    return products(csr_array(counter.transform(analyse_all(queries))), counts)


def partner_baselines(actors: Sequence[ActorText]) -> dict[str, Run]:
    """Rank by what anybody would try first: whole profiles as text, and shared sectors."""
    texts = [
        "\n".join([a.does.text, *(p.text for p in a.offers), *(p.text for p in a.seeks)])
        for a in actors
    ]
    keys = [actor.key for actor in actors]
    abroad = np.array([[a.country != b.country for b in actors] for a in actors])
    sectors = np.array(
        [[len(set(a.sectors) & set(b.sectors)) for b in actors] for a in actors], dtype=np.float64
    )
    return {
        "plain tf-idf": _run(_cosine(TfidfVectorizer(), texts) * abroad, keys, keys),
        "char n-grams": _run(
            _cosine(TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5)), texts) * abroad,
            keys,
            keys,
        ),
        "shared sectors": _run(sectors * abroad, keys, keys),
    }


def _cosine(vectoriser: TfidfVectorizer, texts: Sequence[str]) -> Any:
    try:
        rows = csr_array(vectoriser.fit_transform(texts))
    except ValueError:  # no words at all
        return np.zeros((len(texts), len(texts)))
    return products(rows, rows)


def _run(scores: Any, queries: Sequence[str], ids: Sequence[str]) -> dict[str, list[str]]:
    """Rank ids by their positive scores; of equal ones the earlier first."""
    run = {}
    for query, row in zip(queries, np.asarray(scores), strict=True):
        order = np.argsort(-row, kind="stable")[:DEPTH]
        run[query] = [ids[i] for i in order if row[i] > 0]
    return run
