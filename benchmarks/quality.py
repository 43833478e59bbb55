# SPDX-License-Identifier: MIT
"""How good the matching is: python benchmarks/quality.py [--actors N] [FOLDER ...]

Prints, for the recipe that ships with the product:

- translation finding on parallel texts of the trade in eleven languages (tests/matching/data),
- planted partners: 240 actors of eleven languages made of those texts, with complementary,
  one-sided and competing actors,
- the judged actors that ship with the product, and each folder of judged texts or partners that
  is named on the command line, with an ablation by part,
- what a pool of N actors costs, beside plain TF-IDF.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

import matchmaker
from matchmaker.cli.evaluate import table
from matchmaker.matching import ActorText, PartnerMatcher, Passage, TextSpace, recipe_version
from matchmaker.matching.evaluation import evaluate_folder, exchanged, partner_baselines
from matchmaker.matching.measures import Run, measure

DATA = Path(__file__).parents[1] / "tests" / "matching" / "data"
PARALLEL, PROFILES = DATA / "parallel.txt", DATA / "profiles.txt"
SHIPPED = Path(matchmaker.__file__).parent / "data" / "judged"
COUNTRIES = {
    "en": ("FI", "SE", "DE", "EE"), "da": ("DK", "FO"), "sv": ("SE", "AX"), "fi": ("FI",),
    "et": ("EE",), "lv": ("LV",), "lt": ("LT",), "pl": ("PL",), "de": ("DE",),
    "nb": ("NO",), "is": ("IS",),
}  # fmt: skip
SECTORS = {
    "puppets": "performing_arts", "residency": "music", "boats": "heritage", "games": "games",
    "film": "audiovisual", "textile": "crafts", "books": "publishing", "light": "visual_arts",
    "choir": "music", "factory": "architecture", "lead": "other", "export": "design",
    "dance": "performing_arts", "archive": "archives", "space": "visual_arts",
}  # fmt: skip

Parallel = dict[str, dict[str, tuple[str, str]]]  # topic -> language -> (offer, seek)
Texts = dict[str, dict[str, list[str]]]  # topic -> language -> texts


def read_parallel() -> Parallel:
    """Read the parallel texts."""
    found: Parallel = defaultdict(dict)
    for line in PARALLEL.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            topic, language, offer, seek = (part.strip() for part in line.split("|"))
            found[topic][language] = (offer, seek)
    return dict(found)


def read_profiles() -> Texts:
    """Read the longer parallel texts."""
    found: Texts = defaultdict(dict)
    for line in PROFILES.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            topic, language, text = (part.strip() for part in line.split("|"))
            found[topic][language] = [text]
    return dict(found)


def translation(texts: Texts, space: TextSpace | None = None) -> dict[str, float]:
    """Find the translation of each text: pair of languages by pair, and in one pool of all."""
    languages = list(next(iter(texts.values())))
    by_language = {
        code: [text for own in texts.values() for text in own[code]] for code in languages
    }
    flat = [text for code in languages for text in by_language[code]]
    codes = [code for code in languages for _ in by_language[code]]
    space = (space or TextSpace()).fit(flat, codes)
    rows, queries = space.transform(flat, codes), space.transform_queries(flat, codes)
    similar = (queries @ rows.T).toarray()
    n = len(by_language["en"])
    first: dict[tuple[str, str], float] = {}
    for i, a in enumerate(languages):
        for j, b in enumerate(languages):
            if a != b:
                block = similar[i * n : (i + 1) * n, j * n : (j + 1) * n]
                first[a, b] = float(np.mean(block.argmax(axis=1) == np.arange(n)))
    np.fill_diagonal(similar, -1)
    pool = []
    for row in range(len(flat)):
        wanted = set(range(row % n, len(flat), n)) - {row}
        pool.append(len(wanted.intersection(np.argsort(-similar[row], kind="stable")[:10])) / 10)
    into = {b: fmean(v for (_, to), v in first.items() if to == b) for b in languages}
    worst = min(into, key=lambda code: into[code])
    return {
        "first, all pairs": fmean(first.values()),
        "first, into English": into["en"],
        f"first, weakest ({worst})": into[worst],
        "one pool, recall@10": fmean(pool),
        "features of a text": rows.nnz / rows.shape[0],
        "features of a query": queries.nnz / queries.shape[0],
    }


def offer_finding(parallel: Parallel, space: TextSpace | None = None) -> float:
    """Find, for each seek, the offer that meets it, in another language: right one first."""
    languages = list(next(iter(parallel.values())))
    offers = [(t[code][0], code) for code in languages for t in parallel.values()]
    seeks = [(t[code][1], code) for code in languages for t in parallel.values()]
    space = (space or TextSpace()).fit(*zip(*(offers + seeks), strict=True))
    rows = space.transform(*zip(*offers, strict=True))
    similar = (space.transform_queries(*zip(*seeks, strict=True)) @ rows.T).toarray()
    n, hits = len(parallel), []
    for i in range(len(languages)):
        for j in range(len(languages)):
            if i != j:
                block = similar[i * n : (i + 1) * n, j * n : (j + 1) * n]
                hits.append(np.mean(block.argmax(axis=1) == np.arange(n)))
    return float(np.mean(hits))


def planted(
    parallel: Parallel, *, size: int = 240, seed: int = 7
) -> tuple[list[ActorText], dict[str, dict[str, float]], dict[str, set[str]]]:
    """Make actors with known good partners: gain 3 both ways, 1 one way; and the competitors.

    Each offers one or two things and seeks one or two; in every group of eight, four seek what
    the other four offer. A fifth of the sectors is drawn at random.
    """
    draw = random.Random(seed)
    topics, languages = list(parallel), list(COUNTRIES)
    wants: list[tuple[set[str], set[str]]] = []
    while len(wants) < size:
        have, need, *more = draw.sample(topics, 4)
        for side in range(8):
            offers, seeks = ({have}, {need}) if side % 2 else ({need}, {have})
            if side >= 4:
                offers = offers | {more[0]}
            if side in (2, 3, 6):
                seeks = seeks | {more[1]}
            wants.append((offers, seeks))
    actors = []
    for number, (offers, seeks) in enumerate(wants[:size]):
        code = draw.choice(languages)
        main = sorted(offers)[0]
        sector = SECTORS[main] if draw.random() < 0.8 else draw.choice(list(SECTORS.values()))
        other = SECTORS[sorted(seeks)[0]]
        does = parallel[main][code][0].split(",")[0]
        actors.append(
            ActorText(
                key=f"a{number}",
                country=draw.choice(COUNTRIES[code]),
                sectors=(sector, other) if draw.random() < 0.3 else (sector,),
                working_languages=("en",),
                does=Passage(does, code),
                offers=tuple(Passage(parallel[t][code][0], code) for t in sorted(offers)),
                seeks=tuple(Passage(parallel[t][code][1], code) for t in sorted(seeks)),
            )
        )
    return actors, *judge(actors, wants[:size])


def judge(
    actors: list[ActorText], wants: list[tuple[set[str], set[str]]]
) -> tuple[dict[str, dict[str, float]], dict[str, set[str]]]:
    """Return gains by query and candidate, and the competitors of each query."""
    judged: dict[str, dict[str, float]] = {actor.key: {} for actor in actors}
    rivals: dict[str, set[str]] = {actor.key: set() for actor in actors}
    for one, (offers, seeks) in zip(actors, wants, strict=True):
        for two, (their_offers, their_seeks) in zip(actors, wants, strict=True):
            ways = bool(seeks & their_offers) + bool(offers & their_seeks)
            if one.country == two.country:
                continue
            if ways:
                judged[one.key][two.key] = 3.0 if ways == 2 else 1.0
            elif offers & their_offers and seeks & their_seeks:
                rivals[one.key].add(two.key)
    return judged, rivals


def rival_wins(run: Run, judged: dict[str, dict[str, float]], rivals: dict[str, set[str]]) -> float:
    """Return the share of queries whose best competitor stands above the best two-way partner."""
    lost = []
    for query, ranked in run.items():
        place = {key: i for i, key in enumerate(ranked)}
        good = [place.get(k, 10**6) for k, gain in judged[query].items() if gain == 3.0]
        bad = [place.get(key, 10**6) for key in rivals[query]]
        if good and bad:
            lost.append(min(bad) < min(good))
    return fmean(lost) if lost else 0.0


def run_planted(parallel: Parallel, matcher: PartnerMatcher | None = None, seed: int = 7) -> None:
    """Print measures on the planted actors, ours and the baselines."""
    actors, judged, rivals = planted(parallel, seed=seed)
    matcher = (matcher or PartnerMatcher(100)).fit(actors)
    language = {actor.key: actor.does.language for actor in actors}
    runs: dict[str, Run] = {
        "matchmaker": ranked(matcher, actors, actors),
        "exchanged": ranked(matcher, [exchanged(actor) for actor in actors], actors),
        **partner_baselines(actors),
    }
    names = ("ndcg@10", "recall@10", "mrr", "abroad", "rival wins")
    print(f"{'planted partners':<18}" + "".join(f"{name:>12}" for name in names))
    for name, run in runs.items():
        values = measure(run, judged)
        far = {
            q: {k: g for k, g in gains.items() if language[k] != language[q]}
            for q, gains in judged.items()
        }
        away = {q: [k for k in ids if language[k] != language[q]] for q, ids in run.items()}
        shown = [values["ndcg@10"], values["recall@10"], values["mrr"],
                 measure(away, far)["ndcg@10"], rival_wins(run, judged, rivals)]  # fmt: skip
        print(f"{name:<18}" + "".join(f"{value:>12.3f}" for value in shown))


def ranked(
    matcher: PartnerMatcher, queries: list[ActorText], actors: list[ActorText]
) -> dict[str, list[str]]:
    """Return the keys of the partners of each query, best first."""
    lists = matcher.query(queries, 100)
    return {
        q.key: [actors[j].key for j, _ in found] for q, found in zip(queries, lists, strict=True)
    }


def mixed(actors: list[ActorText], parallel: Parallel) -> list[ActorText]:
    """Return actors whose texts differ: words of two topics shuffled, with one made-up word."""
    draw = random.Random(1)

    def mix(passage: Passage) -> Passage:
        other = parallel[draw.choice(list(parallel))][passage.language or "en"]
        words = f"{passage.text} {draw.choice(other)}".split()
        draw.shuffle(words)
        made_up = "".join(draw.choices("aeioukstlmnr", k=draw.randint(4, 9)))
        language = passage.language if draw.random() < 0.5 else None
        return replace(passage, text=" ".join([*words, made_up]), language=language)

    return [
        replace(
            a, does=mix(a.does), offers=tuple(map(mix, a.offers)), seeks=tuple(map(mix, a.seeks))
        )
        for a in actors
    ]


def speed(parallel: Parallel, size: int) -> None:
    """Print what a fit, suggestions for 200 actors and one transformed profile cost.

    Plain TF-IDF of the same texts is fitted and used in the same run.
    """
    actors = mixed(planted(parallel, size=size)[0], parallel)
    texts = [p.text for a in actors for p in (a.does, *a.offers, *a.seeks)]
    matcher, fitted = timed(lambda: PartnerMatcher().fit(actors))
    plain, plainly = timed(lambda: TfidfVectorizer().fit(texts))
    lists, asked = timed(lambda: matcher.query(actors[:200]))
    profiles = ["\n".join(p.text for p in (a.does, *a.offers, *a.seeks)) for a in actors[:100]]
    ours = median(timed(lambda t=t: matcher.space_.transform([t], [None]))[1] for t in profiles)
    theirs = median(timed(lambda t=t: plain.transform([t]))[1] for t in profiles)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"cost in CPU time, {size} actors with {len(texts)} texts")
    print(f"  fit: {fitted:.1f} s, {fitted / plainly:.0f} x plain TF-IDF ({plainly:.2f} s)")
    print(f"  suggestions: {asked / len(lists) * 1000:.1f} ms an actor")
    print(f"  one profile transformed: {ours * 1000:.1f} ms (median of {len(profiles)}), "
          f"{ours / theirs:.1f} x plain TF-IDF ({theirs * 1000:.1f} ms)")  # fmt: skip
    print(f"  peak memory of the process: {peak} MB")


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what some work gives, and the seconds of CPU time it takes."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def main() -> None:
    """Print all measures."""
    parser = argparse.ArgumentParser(description="How good the matching is.")
    parser.add_argument("folders", nargs="*", type=Path, help="judged texts or partners")
    parser.add_argument("--actors", type=int, default=250, help="pool to measure the cost with")
    arguments = parser.parse_args()
    parallel = read_parallel()
    sentences = {t: {code: list(pair) for code, pair in own.items()} for t, own in parallel.items()}
    print(f"recipe {recipe_version}\n")
    for name, texts in (("sentences", sentences), ("profiles", read_profiles())):
        print(f"translations of {len(texts)} topics ({name}) in eleven languages")
        for measured, value in translation(texts).items():
            print(f"  {measured:<24}{value:>8.3f}")
    found = offer_finding(parallel)
    print(f"offer that meets a seek in another language, right one first: {found:.3f}\n")
    run_planted(parallel)
    for folder in (SHIPPED, *arguments.folders):
        print()
        print(table(evaluate_folder(folder, ablation=True)))
    print()
    speed(parallel, arguments.actors)


if __name__ == "__main__":
    main()
