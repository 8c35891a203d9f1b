"""The registers of this room in the web admin."""

from alliances.admin import alliances, duties, minutes

__all__ = ["alliances", "duties", "minutes"]
