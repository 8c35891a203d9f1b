"""What this room has for a person to do; read-only."""

from alliances.reports.alliances import (
    work_for,
)

__all__ = [
    "work_for",
]
