# SPDX-License-Identifier: MIT
"""The services do: (session, plain values, now) in, rows out. They flush and never commit."""
