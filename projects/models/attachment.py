"""Pictures that stand beside a listing: never required, at most three, without any trace of where they were taken."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.models.listing import Listing
from projects.pictures import MOST_BYTES

MOST_ATTACHMENTS = 3


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(listing__in=Listing.objects.visible_to(user))

    def public(self):
        """Pictures of what everybody may read without an account."""
        return self.filter(listing__in=Listing.objects.public())


class Attachment(models.Model):
    """One picture as it was written anew by the product; the file that came in is not kept."""

    listing = models.ForeignKey(
        Listing, models.CASCADE, related_name="attachments", verbose_name=_("清单条目")
    )
    position = models.PositiveSmallIntegerField(_("顺序"))
    caption = models.CharField(_("说明"), max_length=60, blank=True)
    content_type = models.CharField(_("格式"), max_length=20)
    content = models.BinaryField(_("内容"))
    width = models.PositiveIntegerField(_("宽"))
    height = models.PositiveIntegerField(_("高"))
    added_at = models.DateTimeField(_("添加时间"), default=timezone.now)
    added_by = models.ForeignKey("members.User", models.PROTECT, related_name="+", verbose_name=_("添加人"))

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("附件")
        ordering = ["listing", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(position__range=(1, MOST_ATTACHMENTS)), name="attachment_at_most_three"
            ),
            models.UniqueConstraint(
                fields=["listing", "position"],
                name="attachment_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(content_type__in=["image/jpeg", "image/webp"]), name="attachment_type_known"
            ),
            models.CheckConstraint(
                condition=models.lookups.LessThanOrEqual(Length("content"), MOST_BYTES),
                name="attachment_small",
            ),
        ]

    def __str__(self):
        return f"{self.listing_id}: {self.position}"

    def get_absolute_url(self):
        return reverse("attachment", args=[self.pk])
