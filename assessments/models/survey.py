"""What residents were asked, and what they answered, without any way back to who answered."""

import secrets
import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.states import Scale, SurveyGrade, SurveyState
from members.models import Organisation
from members.models.change import Refuse, recorded
from projects.models import Delivery
from workflow.sealing import SEALED_LENGTH


def make_public_id() -> str:
    """The survey's name in its address: ten characters that cannot be guessed, without 0, 1, i, l, o."""
    return "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _ in range(10))


class SurveyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The asking organisation's own, and those of the nodes beneath it, as far as the user reaches."""
        return self.filter(user.within("organisation__path"))

    def open(self):
        return self.filter(state=SurveyState.OPEN)

    def due_to_close(self, day):
        """Open surveys whose last day lies before `day`."""
        return self.open().filter(closes_on__lt=day)


@recorded
class Survey(models.Model):
    """Frozen questions about a delivery, or about a community when `delivery` is null.

    `questions` is a list of sentences answered on `Scale`; one open remark follows them. The private
    key lies outside the database. `envelopes` and `opened` are counted when the survey closes.
    """

    public_id = models.CharField(
        _("编号"), max_length=10, unique=True, default=make_public_id, editable=False
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="surveys", verbose_name=_("发起单位")
    )
    delivery = models.OneToOneField(
        Delivery, models.PROTECT, null=True, blank=True, related_name="survey", verbose_name=_("交付")
    )
    title = models.CharField(_("标题"), max_length=80)
    about = models.CharField(_("做了什么"), max_length=300, blank=True)
    questions = models.JSONField(_("问题"))
    grade = models.CharField(_("级别"), max_length=8, choices=SurveyGrade, default=SurveyGrade.CODED)
    state = models.CharField(_("状态"), max_length=8, choices=SurveyState, default=SurveyState.OPEN)
    opened_at = models.DateTimeField(_("开始时间"), default=timezone.now, editable=False)
    closes_on = models.DateField(_("截止日期"))
    closed_at = models.DateTimeField(_("结束时间"), null=True, editable=False)
    public_key = models.BinaryField(_("公钥"), max_length=32)
    codes_issued = models.PositiveIntegerField(_("发码数"), default=0, editable=False)
    envelopes_counted = models.PositiveIntegerField(_("收回数"), null=True, editable=False)
    answers_opened = models.PositiveIntegerField(_("有效数"), null=True, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("满意度测评")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SurveyState.values), name="survey_state_known"),
            models.CheckConstraint(condition=Q(grade__in=SurveyGrade.values), name="survey_grade_known"),
            models.CheckConstraint(
                condition=Q(
                    state=SurveyState.OPEN, closed_at=None, envelopes_counted=None, answers_opened=None
                )
                | Q(
                    state=SurveyState.CLOSED,
                    closed_at__isnull=False,
                    envelopes_counted__isnull=False,
                    answers_opened__isnull=False,
                ),
                name="survey_closed_is_counted",
            ),
        ]
        indexes = [
            models.Index(fields=["closes_on"], condition=Q(state=SurveyState.OPEN), name="survey_open_due")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="questions_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("questions", "public_key", "organisation_id", "delivery_id"),
                func="""
                    IF (OLD.questions, OLD.public_key, OLD.organisation_id, OLD.delivery_id)
                       IS DISTINCT FROM (NEW.questions, NEW.public_key, NEW.organisation_id, NEW.delivery_id)
                    THEN
                        RAISE EXCEPTION 'the questions of a survey are frozen' USING ERRCODE = 'restrict_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("survey-detail", args=[self.pk])


class Code(models.Model):
    """A one-time code that was dealt: its keyed digest and its survey, in digest order, without time or holder."""

    digest = models.CharField(_("摘要"), max_length=64, primary_key=True)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="codes", verbose_name=_("测评"))

    class Meta:
        verbose_name = verbose_name_plural = _("测评码")

    def __str__(self):
        return self.digest[:8]


class Envelope(models.Model):
    """Code digest and sealed bytes, nothing else. A later answer with the same code replaces the bytes."""

    code = models.OneToOneField(
        Code,
        models.CASCADE,
        primary_key=True,
        related_name="envelope",
        db_column="digest",
        verbose_name=_("摘要"),
    )
    sealed = models.BinaryField(_("密封内容"))

    class Meta:
        verbose_name = verbose_name_plural = _("密封信封")
        constraints = [
            models.CheckConstraint(
                condition=Exact(
                    models.Func(
                        models.F("sealed"), function="octet_length", output_field=models.IntegerField()
                    ),
                    SEALED_LENGTH,
                ),
                name="envelope_one_size",
            )
        ]
        triggers = [
            # The clock of the database decides, whatever the web server believes.
            pgtrigger.Trigger(
                name="only_while_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    PERFORM 1 FROM assessments_code c JOIN assessments_survey s ON s.id = c.survey_id
                      WHERE c.digest = NEW.digest AND s.state = 'open'
                        AND s.closes_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date
                        FOR SHARE OF s;
                    IF NOT FOUND THEN
                        RAISE EXCEPTION 'the survey is closed'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'envelope_only_while_open';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self):
        return self.code_id[:8]


class Answer(models.Model):
    """One opened answer: a value of `Scale` or null for each question, under a random id, without origin."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="answers", verbose_name=_("测评"))
    choices = ArrayField(models.PositiveSmallIntegerField(null=True, choices=Scale), verbose_name=_("选项"))
    is_assisted = models.BooleanField(_("由家人代填"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("测评答案")
        triggers = [Refuse(name="unalterable", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return str(self.pk)[:8]


class Remark(models.Model):
    """One opened remark, shuffled apart from the answers, with no key to them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="remarks", verbose_name=_("测评"))
    text = models.TextField(_("意见"))

    class Meta:
        verbose_name = verbose_name_plural = _("居民意见")

    def __str__(self):
        return str(self.pk)[:8]
