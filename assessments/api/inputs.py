"""What several of this room's inputs point with."""

from rest_framework import serializers


class Visible(serializers.PrimaryKeyRelatedField):
    """The id of a row within the caller's sight; a foreign one is as unknown as a missing one."""

    def get_queryset(self):
        return super().get_queryset().visible_to(self.context["request"].user)
