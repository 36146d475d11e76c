"""What are the accounts' lines and the simulation's inputs called in Chinese?

The other parts name what they compute in English, as a kind and perhaps a name: `people`, `effort:
Train on corrections`. The kind is translated; the name comes from the plan and stays.
"""

from whet.company.pictures.wording import Language

_CHINESE = {
    "all estimates together": "全部估计的共同误差",
    "amount of round": "融资金额",
    "budget": "预算",
    "churn": "流失率",
    "compute": "算力",
    "cost": "成本",
    "cost of sales": "销售成本",
    "delay of round": "融资延迟",
    "demand": "需求",
    "demand of the market": "市场需求",
    "effort": "工作量",
    "funding": "融资",
    "labels": "标注",
    "least": "下限",
    "limit": "限制",
    "marketing": "营销",
    "most": "上限",
    "other": "其他",
    "people": "人员",
    "price": "价格",
    "revenue": "收入",
    "risk": "风险",
    "risks": "风险",
    "round": "融资",
    "scenario of the market": "市场情景",
    "the rest": "其余",
    "unit cost": "单位成本",
    "units": "用量",
}


def term(name: str, language: Language) -> str:
    """Return a name with its kind in a language; what is not known stays as it is.

    >>> term("effort: Train", "zh"), term("people", "zh"), term("people", "en"), term("x", "zh")
    ('工作量：Train', '人员', 'people', 'x')
    """
    if language == "en":
        return name
    kind, colon, which = name.partition(": ")
    return f"{_CHINESE.get(kind, kind)}：{which}" if colon else _CHINESE.get(name, name)
