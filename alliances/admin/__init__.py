"""The registers of this room in the web admin."""

from alliances.admin import alliances

__all__ = ["alliances"]
