"""What an organisation can be in an alliance."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MemberRole(models.TextChoices):
    LEAD = "lead", _("牵头单位")
    DUTY = "duty", _("轮值单位")
    MEMBER = "member", _("成员单位")
