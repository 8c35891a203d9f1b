"""Invented names of units and people, and telephone numbers that nobody can have.

Words are combined by counting, so that every load gives the same names. No unit and no person is real.
"""

from members.states import UnitType

SURNAMES = "陈王李张刘杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("嘉", "敏", "志远", "晓梅", "建平", "雨晴", "文博", "丽娟", "国强", "思齐", "海燕", "子涵", "玉兰")

PLACES = (
    "映月", "云岫", "清和", "听泉", "兰亭", "晨曦", "流霞", "碧波", "远山", "春晖", "知行", "明德", "致和",
    "安澜", "怀远", "长风", "新禾", "同心", "瑞雪", "青禾", "朝阳里", "星河", "曲水", "石桥", "柳岸", "荷塘",
)  # fmt: skip

# (kind of the parent committee, unit type, endings); the parents follow who is attached to whom.
TRADES = (
    ("enterprise_committee", UnitType.ENTERPRISE, ("科技有限公司", "机械制造有限公司", "商贸有限公司")),
    ("administrative_group", UnitType.GOVERNMENT, ("税务所", "市场监管所", "派出所", "司法所")),
    ("residential_committee", UnitType.PROPERTY, ("物业服务有限公司",)),
    ("community", UnitType.SCHOOL, ("小学", "中学", "幼儿园")),
    ("community", UnitType.HOSPITAL, ("医院", "社区卫生服务中心")),
    ("enterprise_committee", UnitType.BANK, ("银行支行", "保险服务部")),
    ("community", UnitType.SOCIAL, ("志愿服务队", "社会工作服务中心")),
    ("enterprise_committee", UnitType.ENTERPRISE, ("超市", "餐饮有限公司", "药房")),
)


def unit(number: int) -> tuple[str, UnitType, str]:
    """The parent's kind, the type and the name of the unit with this number; names repeat after thousands."""
    parent, trade, endings = TRADES[number % len(TRADES)]
    turn = number // len(TRADES)
    place = PLACES[(turn * 7 + number) % len(PLACES)]
    ending = endings[turn % len(endings)]
    lap = number // (len(TRADES) * len(PLACES))
    return parent, trade, f"{place}{'' if not lap else f'第{lap + 1}'}{ending}"


def person(number: int) -> str:
    """A name; the pairs run through all combinations before one comes again."""
    surname = SURNAMES[number % len(SURNAMES)]
    return surname + GIVEN[(number // len(SURNAMES) + number) % len(GIVEN)]


def phone(number: int) -> str:
    """A number without a subscriber: no place has the code 0500, and no local number begins with 0."""
    return f"0500-0000{number % 10_000:04d}"
