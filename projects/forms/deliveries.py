"""Forms of a delivery."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Delivery, Dispute
from projects.states import Rating
from workflow.forms import DateField, WholeNumberField


class ReportForm(forms.Form):
    """What was done when."""

    quantity = WholeNumberField(label=gettext_lazy("交付数量"), min_value=1)
    done_on = DateField(
        label=gettext_lazy("完成日期"), help_text=gettext_lazy("例如 2026年11月21日，或“今天”。")
    )
    report = forms.CharField(
        label=gettext_lazy("简要情况"),
        required=False,
        max_length=Delivery._meta.get_field("report").max_length,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, left: int, **kwargs):
        kwargs.setdefault("initial", {"quantity": left, "done_on": timezone.localdate()})
        super().__init__(*args, **kwargs)
        self.fields["quantity"].help_text = _("可以分次交付，最多 %(left)s。") % {"left": left}


class RatingForm(forms.Form):
    """The word and the line on work that is confirmed."""

    rating = forms.ChoiceField(label=gettext_lazy("评议"), choices=Rating.choices, widget=forms.RadioSelect)
    remark = forms.CharField(
        label=gettext_lazy("评议意见"),
        required=False,
        max_length=Delivery._meta.get_field("remark").max_length,
        help_text=gettext_lazy("只说事情办得怎么样，不评价个人。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AcceptForm(RatingForm):
    """How much the requester counts, and the rating."""

    quantity = WholeNumberField(label=gettext_lazy("确认数量"), min_value=0)
    field_order = ["quantity", "rating", "remark"]


class AnswerForm(forms.Form):
    """The doer's line beside a rating."""

    answer = forms.CharField(
        label=gettext_lazy("回应"),
        max_length=Delivery._meta.get_field("answer").max_length,
        help_text=gettext_lazy("一句话，只能回应一次。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DisputeForm(forms.Form):
    """What the requester counts, and what happened."""

    counted = WholeNumberField(label=gettext_lazy("您确认的数量"), min_value=0)
    statement = forms.CharField(
        label=gettext_lazy("情况说明"),
        max_length=Dispute._meta.get_field("requester_statement").max_length,
        help_text=gettext_lazy("只写事情：到了多少、差在哪里。对方看得到，会一直保留。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StatementForm(forms.Form):
    """What the doer says to a dispute."""

    statement = forms.CharField(
        label=gettext_lazy("情况说明"),
        max_length=Dispute._meta.get_field("provider_statement").max_length,
        help_text=gettext_lazy("只写事情，对方看得到，会一直保留。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecisionForm(forms.Form):
    """What quantity stands, and on which grounds."""

    quantity = WholeNumberField(label=gettext_lazy("认定数量"), min_value=0)
    decision = forms.CharField(
        label=gettext_lazy("处理意见"),
        max_length=Dispute._meta.get_field("decision").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReturnForm(forms.Form):
    """Why a report is sent back."""

    remark = forms.CharField(
        label=gettext_lazy("退回原因"),
        max_length=Delivery._meta.get_field("remark").max_length,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
