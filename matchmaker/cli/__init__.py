# SPDX-License-Identifier: MIT
"""The ``matchmaker`` command."""

import sys

import click

from matchmaker import __version__
from matchmaker.errors import MatchmakerError


class Sentences(click.Group):
    """A group whose commands end in one sentence, not a traceback, when a rule forbids them."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except MatchmakerError as error:
            raise click.ClickException(str(error)) from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command when it is called: ``rank`` needs no web, ``serve`` no file reader."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command = getattr(__import__(f"matchmaker.cli.{module}", fromlist=[name]), name)
        assert isinstance(command, click.Command)
        return command


COMMANDS = {
    "demo": ("demo", "demo"),
    "serve": ("serve", "serve"),
    "migrate": ("serve", "migrate"),
    "recompute": ("recompute", "recompute"),
    "mail": ("mail", "mail"),
    "import": ("importing", "import_actors"),
    "role": ("accounts", "role"),
    "rank": ("rank", "rank"),
    "evaluate": ("evaluate", "evaluate"),
}


@click.group(cls=Sentences, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="matchmaker")
def main() -> None:
    """Find partners across the Baltic Sea. Settings come from MATCHMAKER_* variables."""


if __name__ == "__main__":
    sys.exit(main())
