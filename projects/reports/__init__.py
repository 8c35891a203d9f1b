from projects.reports.ledger import find_faults, ledger_faults, read_ledger
from projects.reports.work import figures_for, work_for

__all__ = ["figures_for", "find_faults", "ledger_faults", "read_ledger", "work_for"]
