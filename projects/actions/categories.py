"""How the words for what is needed and offered are extended."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils.translation import gettext as _

from projects import permissions
from projects.models import Category
from workflow.actions import action
from workflow.exceptions import BadInput
from workflow.text import read_line


@action
def add_category(*, code: str, name: str, parent: Category | None, by, name_en: str = "") -> Category:
    """A further group (without `parent`) or a type in one. District administrators only.

    Nothing is renamed or taken away: records of earlier years name it. Raises `BadInput` with the field.
    """
    permissions.check_can_add_category(by)
    code, name = read_line(code, field="code"), read_line(name, field="name")
    try:
        validate_slug(code)
    except ValidationError as error:
        raise BadInput(_("代码只能用英文字母、数字、横线和下划线。请改正。"), field="code") from error
    if not name:
        raise BadInput(_("请填写类别名称。"), field="name")
    if Category.objects.filter(code=code).exists():
        raise BadInput(_("已有代码为 %(code)s 的类别。请换一个代码。") % {"code": code}, field="code")
    if parent is not None and parent.parent_id is not None:
        raise BadInput(
            _("类别只有两级，“%(parent)s”已在第二级。请选择它所在的大类。") % {"parent": parent},
            field="parent",
        )
    return Category.objects.create(
        code=code, name=name, name_en=read_line(name_en, field="name_en"), parent=parent
    )
