"""Words of listings as people write them, so that a search meets frequent, rare and missing ones.

Words are drawn by rank like those of a living language: the first of a list comes often, the last rarely.
"""

import random
from dataclasses import dataclass

WHO = (
    "老年人", "儿童", "居民", "高龄独居老人", "困难家庭", "新就业群体", "残疾人", "企业职工", "退役军人", "青少年",
    "外卖骑手", "快递员", "家长", "孕产妇", "随迁子女", "环卫工人", "租户", "党员", "志愿者", "楼组长",
)  # fmt: skip
WHAT = (
    "义诊", "停车位", "法律咨询", "活动场地", "课后托管", "消防演练", "家电维修", "旧衣回收", "心理疏导", "理发",
    "助餐送餐", "健康讲座", "应急救护培训", "书法教室", "合唱排练厅", "垃圾分类宣传", "招聘会", "轮椅借用", "口腔检查",
    "视力筛查", "反诈宣传", "电动车充电棚", "楼道照明改造", "无障碍坡道", "暑期夏令营", "编程体验课", "太极拳教学",
    "手机使用辅导", "金融知识讲座", "宠物免疫接种", "绿化补种", "井盖维修", "老花镜配制", "中医推拿", "篮球场开放",
    "投影仪借用", "会议室共享", "直播间共享", "公益律师驻点", "遗嘱登记咨询",
)  # fmt: skip
HOW = (
    "每周一次", "工作日晚间", "周末上午", "可上门", "需要提前预约", "长期有效", "免费提供", "自带设备", "雨天顺延",
    "限本街道居民", "名额用完为止", "由专业人员带队", "结束后恢复原状", "提供发票", "可夜间使用", "带WiFi和Ｐ３停车券",
    "使用AED设备", "由物业配合引导", "请穿运动鞋", "可提供手语翻译",
)  # fmt: skip
WHERE = (
    "党群服务中心", "社区活动室", "小区广场", "文化活动中心", "地下车库", "邻里中心", "街心花园", "学校操场", "职工之家",
    "卫生服务站", "社区食堂", "图书室", "地铁站口", "商场中庭", "产业园路演厅", "驿站", "养老院", "少年宫", "法庭旁听席", "码头仓库",
)  # fmt: skip
ROADS = "松柏梧桐银杏海棠丁香玉兰樱桃石榴青竹碧荷金桂红枫白鹭黄鹂听雨望江临湖沿河"
DONE = ("服务对象签字确认", "现场照片不作要求，以签到为准", "居民代表验收", "按次数办结", "双方确认后办结")


@dataclass(frozen=True)
class Words:
    """What one listing says."""

    title: str
    audience: str
    place: str
    note: str
    done_means: str


def words(number: int) -> Words:
    """The words of the listing with this number; the same for the same number."""
    chance = random.Random(number)
    who, what, how, where = (_by_rank(chance, choice) for choice in (WHO, WHAT, HOW, WHERE))
    at = chance.randrange(0, len(ROADS), 2)
    road = f"{ROADS[at : at + 2]}路{chance.randint(1, 999)}号"
    others = "、".join(_by_rank(chance, WHAT) for _each in range(chance.randint(1, 3)))
    return Words(
        title=f"为{who}提供{what}服务" if number % 2 else f"需要{what}（{who}，{chance.randint(2, 60)}人）",
        audience=who,
        place=f"{road}{where}",
        note=f"{how}，{_by_rank(chance, HOW)}。也可以商量{others}，联系人在{where}。"
        + "具体时间由双方约定，有变化请提前两个工作日告知。" * (number % 3 == 0),
        done_means=_by_rank(chance, DONE),
    )


def _by_rank(chance: random.Random, choices: tuple[str, ...]) -> str:
    """One of `choices`; the first twice as often as the second, three times as often as the third."""
    return chance.choices(choices, [1 / rank for rank in range(1, len(choices) + 1)])[0]
