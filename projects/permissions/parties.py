"""What several checks ask of an organisation."""

from django.utils.translation import gettext as _

from alliances.models import Alliance
from members.models import Organisation
from workflow.exceptions import InvalidTransition, NotPermitted


def check_acts_for(by, organisation: Organisation) -> None:
    if by is None or not by.acts_for(organisation):
        raise NotPermitted(
            _("只有 %(organisation)s 的人员可以这样做。请由其联络员办理。") % {"organisation": organisation}
        )


def check_belongs(alliance: Alliance, organisation: Organisation) -> None:
    if not alliance.is_open:
        raise InvalidTransition(
            _("%(alliance)s 已终止。请选择仍在运行的联盟。") % {"alliance": alliance}, field="alliance"
        )
    if organisation.closed_on:
        raise NotPermitted(_("%(organisation)s 已终止，不能再办理。") % {"organisation": organisation})
    if not alliance.has_member(organisation):
        raise NotPermitted(
            _("%(organisation)s 目前不是%(alliance)s的成员。请先联系主办组织加入联盟。")
            % {"organisation": organisation, "alliance": alliance}
        )
