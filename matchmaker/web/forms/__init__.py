# SPDX-License-Identifier: MIT
"""What people type: checked for form, never for meaning, and handed on as plain values."""
