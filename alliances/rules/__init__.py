"""Rules without a database: which values are allowed, how a quorum and a majority are counted."""

from alliances.rules.values import DAYS, check_days, read_name, read_phone

__all__ = ["DAYS", "check_days", "read_name", "read_phone"]
