# SPDX-License-Identifier: MIT
"""From best scores to lists that serve everybody: no row of near-twins, and nobody left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from matchmaker.matching.blocks import unit_rows
from matchmaker.matching.pool import Pool
from matchmaker.matching.recipe import ListSettings

Ranking = list[tuple[int, float]]  # (place of the candidate in the pool, score), in list order


@dataclass(frozen=True, slots=True)
class Twins:
    """Tells which actors of a pool offer nearly the same, by the cosine of all their offers."""

    rows: csr_array  # one of unit length for each actor, or empty
    settings: ListSettings

    @classmethod
    def of(cls, pool: Pool, settings: ListSettings) -> Self:
        """Add up what each actor does and offers."""
        offers, n = pool.offers, len(pool.offers.owner)
        owners = csr_array((np.ones(n), (offers.owner, np.arange(n))), shape=(len(pool), n))
        return cls(unit_rows(csr_array(owners @ offers.rows)), settings)

    def parted(self, ranking: Ranking) -> Ranking:
        """Let few near-twins stand among the first; the others follow right behind.

        Who stands where among the first ``settings.first`` changes, and no score does.
        """
        first, most = self.settings.first, self.settings.most_twins
        if len(ranking) <= most:
            return ranking
        looked_at = ranking[: self.settings.window]
        rows = self.rows[[place for place, _ in looked_at]]
        alike = (rows @ rows.T).toarray() >= self.settings.twins
        chosen: list[int] = []
        for one in range(len(looked_at)):
            if len(chosen) == first:
                break
            if np.count_nonzero(alike[one, chosen]) < most:
                chosen.append(one)
        later = [one for one in range(len(looked_at)) if one not in chosen]
        order = [*chosen, *later]
        return [*(looked_at[one] for one in order), *ranking[self.settings.window :]]


def with_everybody(
    rankings: Sequence[Ranking], left_out: Mapping[int, Ranking], *, n: int, most_guests: int
) -> list[Ranking]:
    """Put each actor that stands in nobody's list at the end of one.

    ``left_out`` holds the partners of each such actor, best first. It is a guest of the best one
    that has not yet taken ``most_guests`` (the score of a pair is the same from both sides). In a
    full list, of ``n``, it takes the last place of somebody who stands in another list as well.
    """
    lists = [list(ranking) for ranking in rankings]
    met = Counter(place for ranking in rankings for place, _ in ranking)
    guests: Counter[int] = Counter()
    for actor, partners in left_out.items():
        for host, score in partners:
            own = lists[host]
            last = n - 1 - guests[host]
            if guests[host] >= most_guests or last < 1:
                continue
            if len(own) >= n:
                leaving = own[last][0]
                if met[leaving] < 2:
                    continue
                del own[last]
                met[leaving] -= 1
            own.append((actor, score))
            guests[host] += 1
            met[actor] += 1
            break
    return lists
