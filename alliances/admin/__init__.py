"""The registers of this room in the web admin."""

from alliances.admin import alliances, duties, meetings, minutes, procedure, votes

__all__ = ["alliances", "duties", "meetings", "minutes", "procedure", "votes"]
