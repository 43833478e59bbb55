# SPDX-License-Identifier: MIT
"""``python -m matchmaker`` is the ``matchmaker`` command."""

from matchmaker.cli import main

main(prog_name="matchmaker")
