"""How people get an account, hold a role, and lose it."""

import datetime as dt

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import notifications, permissions
from members.models import Assignment, Organisation, User
from members.states import DESK_ROLES, ROLE_LEVELS, Role
from workflow.actions import action
from workflow.exceptions import BadInput
from workflow.templatetags.workflow import cn_date
from workflow.text import read_line

#: Our own words for Django's verdicts: its Chinese ones lack the remedy, and 5.2 leaves one in English.
WEAK = {
    "password_too_short": gettext_lazy(
        "密码太短，至少要 %(min_length)s 位。请加长，例如用几个不相关的词。"
    ),
    "password_too_common": gettext_lazy("这个密码太常见，容易被猜到。请换一个。"),
    "password_too_similar": gettext_lazy("密码和登录名或姓名太像。请换一个。"),
}


@action
def add_user(
    *,
    username: str,
    name: str,
    password: str,
    role: str,
    organisation: Organisation,
    by: User,
    is_recursive: bool = True,
) -> User:
    """A new account with its first role; `password` is told to the person and changed by them.

    Whoever may assign that role. Raises `BadInput` at `username` when it is taken, at `password`
    when it is too weak, and what `assign_role` raises.
    """
    permissions.check_can_assign_role(by, organisation, Role(role))
    user = open_account(username=username, name=name, password=password)
    assign_role(user=user, role=role, organisation=organisation, is_recursive=is_recursive, by=by)
    return user


@action
def assign_role(
    *,
    user: User,
    role: str,
    organisation: Organisation,
    by: User,
    is_recursive: bool = True,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> Assignment:
    """`user` holds `role` at `organisation` from `starts_on` (today) on; tells them.

    Administrators give the roles of `GRANTABLE` within their reach. Raises `BadInput` at `role` where
    the level has no such role, at `ends_on` for dates out of order, at `starts_on` for a doubled term.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    permissions.check_can_assign_role(by, organisation, Role(role))
    permissions.check_is_another(by, user)
    if organisation.level not in ROLE_LEVELS[Role(role)]:
        raise BadInput(
            _("“%(organisation)s”是%(kind)s，不设%(role)s。请改选角色或组织。")
            % {"organisation": organisation, "kind": organisation.kind, "role": Role(role).label},
            field="role",
        )
    starts_on = starts_on or timezone.localdate()
    if ends_on and ends_on < starts_on:
        raise BadInput(_("结束日期不能早于开始日期。请改正其中一个。"), field="ends_on")
    try:
        with transaction.atomic():
            assignment = Assignment.objects.create(
                user=user,
                role=role,
                organisation=organisation,
                is_recursive=is_recursive,
                starts_on=starts_on,
                ends_on=ends_on,
            )
    except IntegrityError as error:
        if "assignment_once_at_a_time" not in str(error):
            raise
        raise BadInput(
            _("%(user)s在这段时间里已是“%(organisation)s”的%(role)s。请改开始日期，或先结束原任职。")
            % {"user": user, "organisation": organisation, "role": Role(role).label},
            field="starts_on",
        ) from error
    if role in DESK_ROLES and not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    notifications.role_assigned(assignment)
    return assignment


@action
def end_assignment(*, assignment: Assignment, ends_on: dt.date, by: User, reason: str = "") -> Assignment:
    """An assignment gets its last day, that day included, or an earlier one than it had; tells the person.

    Whoever may give the role, not for themselves. Raises `BadInput` at `ends_on` before the first day or
    after the last one that it has.
    """
    assignment = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("organisation__kind", "user")
        .get(pk=assignment.pk)
    )
    permissions.check_can_end_assignment(by, assignment)
    if ends_on < assignment.starts_on:
        raise BadInput(_("结束日期不能早于开始日期。请改为开始之后的日期。"), field="ends_on")
    if assignment.ends_on and ends_on > assignment.ends_on:
        raise BadInput(
            _("这项任职到 %(day)s 为止，只能提前结束。请改为这一天或之前。")
            % {"day": cn_date(assignment.ends_on)},
            field="ends_on",
        )
    assignment.ends_on = ends_on
    assignment.save(update_fields=["ends_on"])
    notifications.role_ended(assignment)
    return assignment


@action
def change_password(*, user: User, old_password: str, password: str, by: User) -> User:
    """One's own password. Raises `BadInput` at `old_password` when wrong, at `password` when too weak."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    permissions.check_can_change_password(by, user)
    if not user.check_password(old_password):
        raise BadInput(_("原密码不对。请重新输入；忘记了请联系管理员。"), field="old_password")
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


def open_account(*, username: str, name: str, password: str, is_staff: bool = False) -> User:
    """A saved account without a role, inside the caller's transaction. Raises as `add_user` does."""
    user = User(username=username, name=read_line(name, field="name"), is_staff=is_staff)
    _check_password(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise BadInput(
            _("登录名“%(username)s”已被使用。请换一个。") % {"username": username}, field="username"
        ) from error
    return user


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        words = [str(WEAK[one.code]) % (one.params or {}) for one in error.error_list]
        raise BadInput(" ".join(words), field="password") from error
