"""What became of each row of the sample lists: a table to read, told by `line.Line`."""

from dataclasses import dataclass

from projects.states import Rating


@dataclass(frozen=True)
class Story:
    """`title` begins the row's title, `ends` names the last act.

    `day` counts from the first day of last quarter, or, when negative, back from today. `lasts`: days of
    validity; `works`: days from the claim to the delivery; `unit`: the claimant's number in its street.
    """

    title: str
    ends: str
    day: int
    claims: int = 1
    takes: int = 1
    quantity: int = 1
    measure: str = ""
    lasts: int = 240
    works: int = 14
    unit: int | None = None
    rating: Rating | None = None
    remark: str = ""
    answer: str = ""
    reason: str = ""
    done_means: str = ""


#: Last quarter, all of it finished one way or another.
PAST = (
    Story("老花镜", "delivered", 2, rating=Rating.EXCELLENT, unit=0),
    Story("党校教学资源", "delivered", 3, rating=Rating.GOOD, measure="场", quantity=4),
    Story(
        "健康、普法、教育讲座", "delivered", 4, claims=12, measure="场", lasts=80,
        done_means="讲座办完，社区确认场次",
    ),
    Story("代交电费", "settled", 5, reason="社区网格员已上门代办，并教会居民用手机缴费。"),
    Story("随身音响", "delivered", 6),
    Story(
        "困难人群帮扶", "delivered", 8, claims=15, takes=2, measure="户", lasts=80, works=21,
        done_means="上门一次，社区确认户数",
    ),
    Story("小区党群服务站用房", "delivered", 10, takes=20, works=9),
    Story("书包和学习用品", "delivered", 12, works=7, rating=Rating.EXCELLENT),
    Story("社区会议室功放音响维修", "delivered", 15, works=10, rating=Rating.EXCELLENT, done_means="两小时内修好，现场试音"),
    Story("暑期小心愿13个", "delivered", 18, claims=4, takes=3, measure="个", works=12),
    Story(
        "课外补习", "delivered", 20, rating=Rating.FAIR, remark="辅导两次后换了人，请下次提前告知。", works=30,
        answer="已固定两名老师，以后换人提前三天告知。",
    ),
    Story("健身广场硬件完善", "shelved", 22, reason="场地产权还在确认，暂不具备施工条件，明年再列入。"),
    Story("高龄老人陪伴", "counted", 25, measure="次", takes=4, works=28),
)  # fmt: skip

#: The last weeks: every stage that waits for somebody, some of it too long.
PRESENT = (
    Story("24小时党员驿站休闲吧", "published", -40),
    Story("人才引进与户籍政策解读", "half signed", -38, lasts=60, unit=4),
    Story("更换轮椅", "reported", -34, lasts=60, unit=5, works=16),
    Story("困难家庭心理关怀", "agreed", -30, lasts=60, unit=0),
    Story("企业文体中心", "declined", -28, takes=200, reason="这个时段已有联赛，请改约工作日白天。"),
    Story("爱心缝纫机服务点", "disputed", -24, measure="场", quantity=8, takes=2, works=18),
    Story("酒店会场与音响设备", "agreed", -22, measure="场", quantity=6),
    Story("电饭煲", "lapsed", -19, lasts=60, unit=6),
    Story("学习机", "declined", -17, lasts=60, unit=7, reason="心愿人已另有着落，感谢贵单位，请认领其他心愿。"),
    Story("订阅日报", "queued", -6, claims=2, takes=3, lasts=60, measure="份", quantity=5),
    Story("沿街小店引流促销活动", "taken back", -14, unit=8, reason="与本单位年底盘点冲突，下季度再认领。"),
    Story("轮椅", "accepted", -12, lasts=60, unit=0),
    Story("城市管理、市场监管", "published", -9),
    Story("增加停车位", "claimed", -7, claims=2, takes=15, quantity=60, measure="个", lasts=120),
    Story("红色书店、红色小院", "claimed", -6),
    Story("羽绒服", "claimed", -4, lasts=60, unit=0),
    Story("社区需求17项", "draft", -2),
)  # fmt: skip
