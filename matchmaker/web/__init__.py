# SPDX-License-Identifier: MIT
"""The web layer answers: a view reads a form, calls one service, commits and answers."""
