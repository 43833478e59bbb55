# SPDX-License-Identifier: MIT
"""Picture every page of the demo on a phone and a desktop, light and dark, into ``shots/``.

``python tools/shots.py desk match`` pictures the pages whose names hold one of the words;
``--language lv`` shows them in another language.
"""

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from matchmaker.app import create_app
from matchmaker.cli.demo import fill
from matchmaker.config import Settings

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
from tests.browser import chromium, launched, served  # noqa: E402  the root is not a package
from tests.tour import TOUR, become, visit  # noqa: E402

WIDTHS = (360, 1280)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--language", default="en")
    parser.add_argument("--folder", default="shots", type=Path)
    wanted = parser.parse_args()
    stops = [s for s in TOUR if not wanted.words or any(w in s.name for w in wanted.words)]
    path = chromium()
    if path is None:
        sys.exit("No Chromium on this machine, so there are no pictures. apt install chromium")
    wanted.folder.mkdir(exist_ok=True, parents=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            folder=Path(folder),
            database=f"sqlite:///{folder}/demo.sqlite",
            secret_key="pictures-" * 5,
            demo=True,
            operator="Demo",
        )
        fill(settings)
        app = create_app(settings)
        with served(app) as address, launched(path) as browser:
            app.extensions["matchmaker_settings"] = replace(settings, base_url=address)
            for width in WIDTHS:
                for theme in ("light", "dark"):
                    take(browser, address, stops, width, theme, wanted)


def take(browser, address, stops, width, theme, wanted) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=theme,
        base_url=address,
        locale=wanted.language,
        reduced_motion="reduce",
    )
    page = context.new_page()
    who = ""
    for stop in stops:
        if stop.who != who:
            become(page, stop.who)
            who = stop.who
        status = visit(page, stop)
        file = wanted.folder / f"{stop.name}-{width}-{theme}.png"
        page.screenshot(path=str(file), full_page=True)
        print(f"{file} {status}")
    context.close()


if __name__ == "__main__":
    main()
