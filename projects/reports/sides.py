"""On which side of a claim a person stands."""

from django.db.models import Q

from projects.states import Direction


def of_owner(user) -> Q:
    """Claims on listings of an organisation that `user` speaks for."""
    return user.acting("slot__listing__organisation__path", "slot__listing__organisation__kind__level")


def of_claimant(user) -> Q:
    """Claims of an organisation that `user` speaks for."""
    return user.acting("organisation__path", "organisation__kind__level")


def of_provider(user) -> Q:
    """Claims whose doer is an organisation that `user` speaks for."""
    is_need = Q(slot__listing__direction=Direction.NEED)
    return (is_need & of_claimant(user)) | (~is_need & of_owner(user))


def of_requester(user) -> Q:
    """Claims whose requester is an organisation that `user` speaks for."""
    is_need = Q(slot__listing__direction=Direction.NEED)
    return (is_need & of_owner(user)) | (~is_need & of_claimant(user))
