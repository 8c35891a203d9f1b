from alliances.models.alliance import Alliance, Membership

__all__ = ["Alliance", "Membership"]
