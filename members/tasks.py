"""What the clock does in this room: forget the answers of repeated posts, which nobody asks for any more."""

from celery import shared_task

from members.models import Replay


@shared_task
def forget_replays() -> None:
    """Delete kept answers after their day, the pages in them included. Safe to run twice."""
    Replay.objects.stale().delete()
