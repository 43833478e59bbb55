# SPDX-License-Identifier: MIT
"""What the address of the directory asks for."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from matchmaker.services.directory import Search
from matchmaker.services.plain import plain_line
from matchmaker.vocabulary import vocabulary
from matchmaker.web.forms.matches import codes
from matchmaker.web.paging import page_number

QUERY_LENGTH = 200


@dataclass(frozen=True)
class DirectoryQuery:
    """A search and the page of its results, from 1."""

    search: Search
    page: int

    @property
    def filtered(self) -> bool:
        """Tell whether anything but words narrows the search."""
        plain = Search(words=self.search.words, newest_first=self.search.newest_first)
        return self.search != plain

    def arguments(self) -> dict[str, object]:
        """Return the values for the address of another page of the same search."""
        search = self.search
        values: dict[str, object] = {
            "q": search.words,
            "country": list(search.countries),
            "sector": list(search.sectors),
            "kind": list(search.kinds),
            "type": list(search.types),
            "without": search.without,
            "sort": "newest" if search.newest_first and search.words else "",
        }
        return {name: value for name, value in values.items() if value}


def directory_query(args: MultiDict[str, str]) -> DirectoryQuery:
    """Read an address; what it says wrongly counts as not said."""
    without = args.get("without", "")
    search = Search(
        words=plain_line(args.get("q"))[:QUERY_LENGTH],
        countries=codes(args, "country", "countries"),
        sectors=codes(args, "sector", "sectors"),
        kinds=codes(args, "kind", "kinds"),
        types=codes(args, "type", "opportunity_types"),
        without=without if without in vocabulary("countries") else "",
        newest_first=args.get("sort") == "newest",
    )
    return DirectoryQuery(search, page_number(args))
