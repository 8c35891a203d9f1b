from projects.reports.ledger import ledger_faults
from projects.reports.work import figures_for, work_for

__all__ = ["figures_for", "ledger_faults", "work_for"]
