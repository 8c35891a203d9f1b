"""What the demo's alliance talks about: the words of its items, decisions and duties, told by `quarter` and `duties`."""

from dataclasses import dataclass

from members.states import UnitType


@dataclass(frozen=True)
class Topic:
    """An item; `proposer` is a member as `Table.member` reads it."""

    proposer: str | UnitType
    title: str
    body: str
    minutes: int
    note: str = ""
    discussion: str = ""
    resolution: str = ""


PARKING = Topic(
    "南园", "医院、银行停车场夜间向居民开放",
    "小区夜间缺车位，医院和银行的停车场夜里大多空着。建议工作日 19:00 至次日 7:00、周末全天向居民开放。",
    30,
    note="南园社区居民代表会议",
    discussion="医院介绍了夜间空余车位和道闸情况；物业同意承担登记和引导；银行提出夜间安保费用没有着落。",
    resolution="同意医院、银行停车场工作日 19:00 至次日 7:00、周末全天向居民开放，先试三个月，试行期满再定长期办法。",
)  # fmt: skip
CLASSES = Topic(
    UnitType.SCHOOL, "四点半课堂扩到五个社区",
    "现有两个社区开办四点半课堂，双职工家庭需求大。学校可提供教室和教具，请各社区报名，请志愿服务队招募助教。",
    20,
    note="学校家长会收集的意见",
    discussion="五个社区表示愿意开办；志愿服务队可以安排助教；市场监管所提醒不得收费、不得变成培训班。",
    resolution="四点半课堂由学校提供教室和教具，扩到五个社区，北苑、锦安先开，一律不收费。",
)  # fmt: skip
CANOPY = Topic(
    "锦安", "南门雨棚加固方案",
    "锦安家园南门雨棚松动，台风天有安全隐患。物业已请专业机构鉴定，有原样加固和拆除重建两个方案，报价单位中有成员单位，申请票决。",
    20,
    note="网格巡查记录",
    discussion="鉴定结论为可以加固。拆除重建要停用南门一个月，居民意见较大。因报价单位中有成员单位，采用无记名票决。",
    resolution="南门雨棚按原样加固方案实施，费用从小区公共收益中列支，施工期间南门保留一条通道。",
)  # fmt: skip
UNLOADING = Topic(
    UnitType.ENTERPRISE, "商圈卸货时段调整",
    "沿街商户清晨卸货与居民上学、上班冲突。建议卸货改到 9:00 至 11:00、21:00 以后，并划出两处临时装卸点。",
    20,
    note="商圈党支部收集",
    discussion="派出所支持错开上学时段；餐饮单位担心生鲜到货晚；三家主要商户未到会，意见不全。",
    resolution="会后由街道补听未到会商户的意见，列入下次会议。",
)  # fmt: skip
#: The four items of last quarter's meeting, in the order of its agenda.
PAST = (PARKING, CLASSES, CANOPY, UNLOADING)
#: Proposed by the first unit of the street, and returned.
RETURNED = Topic(
    "unit", "为本单位职工协调子女入学名额", "本单位新引进职工较多，希望联盟出面协调学校名额。", 10
)
RETURN_REASON = "招生名额由教育部门按政策安排，不属于联席会议议事范围。建议直接向区教育部门咨询。"

#: Proposed for the meeting of this quarter and accepted.
PRESENT = (
    Topic(
        UnitType.BANK, "反诈宣传进网点、进楼道", "年底电信诈骗多发，建议网点和社区共用一套宣传材料。", 15
    ),
    Topic("竹影", "冬季独居老人上门走访排班", "请成员单位志愿者与网格员结对，腊月前每户走访一次。", 20),
    Topic(
        "street", "下一季度三张清单集中对接安排", "通报清单办理情况，商定下一轮集中对接的时间和场地。", 20
    ),
)
#: Proposed for it on the last days and not answered yet.
WAITING = Topic(
    UnitType.HOSPITAL,
    "家庭医生进楼宇",
    "医院可每月派一名家庭医生到商务楼宇坐诊，请非公企业联合党委协调场地。",
    15,
)
#: Proposed for the consultation that still calls for items: one accepted, one not.
CONSULTED = (
    Topic("望河", "望河路北段停车位怎么分", "十二个新车位，先听沿线单位和居民的意见。", 30),
    Topic(UnitType.PROPERTY, "非机动车充电桩放在哪里", "地下车库和北门两处可选，请一并商量。", 20),
)
#: What the meeting at short notice is about.
DETOUR = Topic(
    "锦安", "南门雨棚施工期间的绕行安排", "施工要占半幅通道，请商定送学、送医车辆的绕行路线。", 20
)


@dataclass(frozen=True)
class Task:
    """A duty of a decision; `lead` and `partners` are members as `Table.member` reads them."""

    lead: str | UnitType
    title: str
    done_means: str
    partners: tuple[str | UnitType, ...] = ()


OPENING_HOURS = Task(
    UnitType.HOSPITAL, "车库夜间开放，先试三个月", "道闸改造完成，居民凭登记车牌夜间进出满三个月",
    (UnitType.PROPERTY, "南园"),
)  # fmt: skip
GUARDS = Task(
    UnitType.BANK, "夜间安保费用方案", "形成费用分担方案，经医院、银行、物业三方书面同意", ("南园",)
)
ROOMS = Task(
    UnitType.SCHOOL, "四点半课堂开班", "北苑、锦安两个社区各开一个班，每周不少于三次", ("北苑", "锦安")
)
HELPERS = Task("北苑", "招募四点半课堂志愿者", "招到 10 名志愿者，排出学期值班表")
BRACING = Task(
    UnitType.PROPERTY, "南门雨棚加固", "加固完工，鉴定机构出具合格意见，居民可以正常通行", ("锦安",)
)
