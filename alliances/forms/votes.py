"""The shape of what is typed about votes, opinions and conclusions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from alliances.forms.alliances import OFFERED
from alliances.models import Decision
from alliances.states import BallotValue, ItemOutcome, MotionForm
from members.models import Organisation
from workflow.forms import WholeNumberField

VALUES = BallotValue.choices


class MotionOpenForm(forms.Form):
    text = forms.CharField(
        label=_("表决事项"),
        max_length=1000,
        help_text=_("写成可以回答“赞成”或“反对”的一句话，各单位看到的就是这句话。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    form = forms.ChoiceField(
        label=_("表决方式"),
        choices=[
            (MotionForm.OPEN, _("记名表决：一个单位一票，结果写明各单位的意见")),
            (MotionForm.PAPER, _("无记名票决：在会场填纸质票，只录入总票数，由另一人复核")),
        ],
        widget=forms.RadioSelect,
        initial=MotionForm.OPEN,
    )


class BallotForm(forms.Form):
    """One ballot. `places`: the units whose ballot the reader may cast."""

    #: A unit that has voted, or a vote that is over, leaves nothing here to put right.
    shown_at = {"value": "", "organisation": ""}

    organisation = forms.ModelChoiceField(label=_("单位"), queryset=Organisation.objects.none())
    value = forms.ChoiceField(label=_("意见"), choices=VALUES, widget=forms.RadioSelect)

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.filter(
            pk__in=[place.organisation.pk for place in places]
        )


class HandsForm(forms.Form):
    """The hands of all units that are there and have not voted; a unit without a choice is left out.

    `cleaned_data["values"]`: organisation to value; `rest`, when chosen, stands for every unit left open.
    Units that `voted` since the page was made are named when there is nobody else to record.
    """

    rest = forms.ChoiceField(
        label=_("没有逐一选择的单位"), required=False, choices=[("", _("暂不登记")), *VALUES]
    )

    def __init__(self, *args, places, voted, **kwargs):
        super().__init__(*args, **kwargs)
        self.places, self.voted = places, voted
        for place in places:
            self.fields[self.name_of(place)] = forms.ChoiceField(
                label=str(place.organisation), required=False, choices=VALUES, widget=forms.RadioSelect
            )

    @staticmethod
    def name_of(place) -> str:
        return f"unit_{place.organisation.pk}"

    def rows(self):
        """Each place with its field."""
        return [(place, self[self.name_of(place)]) for place in self.places]

    def clean(self):
        cleaned = super().clean()
        rest = cleaned.get("rest", "")
        cleaned["values"] = {
            place.organisation: value
            for place in self.places
            if (value := cleaned.get(self.name_of(place)) or rest)
        }
        if not self.errors and not cleaned["values"]:
            late = [str(place.organisation) for place in self.voted if self.name_of(place) in self.data]
            if late:
                words = _("%(units)s 已经投票，以已投的一票为准。请核对下面还没有投的单位。")
                raise forms.ValidationError(words % {"units": _("、").join(late)})
            raise forms.ValidationError(_("还没有选择任何单位的意见。请至少选择一个单位。"))
        return cleaned


class WithdrawMotionForm(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].seen_by = _("写入改动记录，本联盟的成员单位看得到")


class RecountForm(WithdrawMotionForm):
    """Why typed totals are sent back."""


def _votes(label) -> WholeNumberField:
    field = WholeNumberField(label=label, min_value=0, max_value=9999)
    field.unit = _("票")
    return field


class PaperCountForm(forms.Form):
    favour = _votes(_("赞成"))
    against = _votes(_("反对"))
    abstain = _votes(_("弃权"))
    not_voting = _votes(_("废票和空白票"))


class OpinionForm(forms.Form):
    """A unit's minority opinion. `organisations`: those for which the reader may record one."""

    organisation = forms.ModelChoiceField(
        label=_("单位"), queryset=Organisation.objects.none(), empty_label=_("请选择")
    )
    text = forms.CharField(
        label=_("意见原文"),
        max_length=1000,
        help_text=_("按单位的原话写，不改写、不概括。"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations
        self.fields["text"].seen_by = _("写明单位名称，随决议印发，本联盟的成员单位都看得到")


class OpinionChangeForm(OpinionForm):
    """Another wording of the same unit's opinion."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, organisations=Organisation.objects.none(), **kwargs)
        del self.fields["organisation"]


class DecisionField(forms.ModelChoiceField):
    """A decision by its number and what it was about."""

    def label_from_instance(self, decision):
        return f"{decision.number} {decision.item}"


class ConcludeForm(forms.Form):
    """`options`: the outcomes that are legal now; `organisations` may take a referred item, `candidates` are offered."""

    outcome = forms.ChoiceField(label=_("结论"), widget=forms.RadioSelect)
    resolution = forms.CharField(
        label=_("结论内容"),
        max_length=1000,
        required=False,
        help_text=_("协商一致和表决通过的，这段话就是决议全文；暂缓和转交的，写明原因和下一步。"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    referred_to = forms.ModelChoiceField(
        label=_("转交给"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("不转交"),
        help_text=_("只有结论为转交时选择。"),
    )
    supersedes = DecisionField(
        label=_("取代原决议"),
        queryset=Decision.objects.none(),
        required=False,
        empty_label=_("不取代"),
        help_text=_("原决议会写明已被本决议取代。"),
    )

    def __init__(self, *args, options, organisations, candidates, decisions, **kwargs):
        super().__init__(*args, **kwargs)
        legal = [option.outcome for option in options if option.is_open]
        # What is only reported may stand as it is; everything else is said in words.
        self.fields["resolution"].required = ItemOutcome.NOTED not in legal
        self.fields["outcome"].choices = [(outcome.value, outcome.label) for outcome in legal]
        if ItemOutcome.REFERRED in legal:
            field = self.fields["referred_to"]
            field.queryset = organisations
            field.widget.choices = [
                ("", field.empty_label),
                *((one.pk, str(one)) for one in candidates[:OFFERED]),
            ]
        else:
            del self.fields["referred_to"]
        if {ItemOutcome.CONSENSUS, ItemOutcome.CARRIED} & set(legal) and decisions.exists():
            self.fields["supersedes"].queryset = decisions
        else:
            del self.fields["supersedes"]
