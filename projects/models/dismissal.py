"""不适合我们: an organisation's word, with its cause, on a listing that was put beside its own."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.change import recorded
from projects.models.listing import Listing


class DismissalCause(models.TextChoices):
    CONTENT = "content", _("内容不对口")
    PLACE = "place", _("地点太远")
    TIME = "time", _("时间不合适")
    QUANTITY = "quantity", _("数量不合适")
    OTHER = "other", _("其他原因")


class DismissalQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The organisation that said it, and those who look after it; not the other side."""
        return self.filter(user.within("listing__organisation__path"))


@recorded
class Dismissal(models.Model):
    """`other` does not suit the owner of `listing`; kept, so that it is not proposed again and its cause counts."""

    listing = models.ForeignKey(
        Listing, models.CASCADE, related_name="dismissals", verbose_name=_("清单条目")
    )
    other = models.ForeignKey(Listing, models.CASCADE, related_name="+", verbose_name=_("对方条目"))
    cause = models.CharField(_("原因"), max_length=8, choices=DismissalCause)
    words = models.CharField(_("补充说明"), max_length=100, blank=True)
    said_at = models.DateTimeField(_("时间"), default=timezone.now)
    said_by = models.ForeignKey("members.User", models.PROTECT, related_name="+", verbose_name=_("填写人"))

    objects = DismissalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("不适合记录")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "other"], name="dismissal_once_per_pair"),
            models.CheckConstraint(condition=~Q(listing=F("other")), name="dismissal_of_another"),
            models.CheckConstraint(
                condition=Q(cause__in=DismissalCause.values), name="dismissal_cause_known"
            ),
            models.CheckConstraint(
                condition=~Q(cause=DismissalCause.OTHER) | ~Q(words=""), name="dismissal_other_in_words"
            ),
        ]

    def __str__(self):
        return f"{self.listing_id} × {self.other_id}"

    def get_absolute_url(self):
        return reverse("listing-matches", args=[self.listing_id])
