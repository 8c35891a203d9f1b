"""Forms of a delivery."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Delivery
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


class AcceptForm(forms.Form):
    """How much of a report is confirmed, and the rating."""

    quantity = WholeNumberField(label=gettext_lazy("确认数量"), min_value=1)
    rating = forms.ChoiceField(label=gettext_lazy("评议"), choices=Rating.choices, widget=forms.RadioSelect)
    remark = forms.CharField(
        label=gettext_lazy("评议意见"),
        required=False,
        max_length=Delivery._meta.get_field("remark").max_length,
        help_text=gettext_lazy("只说事情办得怎么样，不评价个人。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReturnForm(forms.Form):
    """Why a report is sent back."""

    remark = forms.CharField(
        label=gettext_lazy("退回原因"),
        max_length=Delivery._meta.get_field("remark").max_length,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
