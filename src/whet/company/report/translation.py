"""What do the other parts of the plan say, in Chinese? Their English sentences are of few shapes.

Schedule, operations, team and labels speak English, with names and numbers in fixed places. Each
shape has a Chinese twin here; a text of another shape stays as it is, and the page marks it as
English. Texts of several sentences, and lists of clauses, are translated part by part.
"""

import re
from collections.abc import Sequence

_CHANGES = (
    (r"\+1 person with (.+)", "增加一名具备“{}”技能的人"),
    (r"\+1 week", "所有期限放宽一周"),
    (r"\+(\S+) weeks", "所有期限放宽 {} 周"),
    (r"(.+): 1,000 more requests a month", "{}：每月增加 1,000 次请求"),
    (r"(.+): 10 % more requests", "{}：请求增加 10%"),
    (r"support: 1 more contact a month", "客服：每月增加 1 次咨询"),
    (r"support: 10 % more contacts", "客服：咨询增加 10%"),
    (
        r"support: service level of (\S+) % instead of (\S+) %",
        "客服：服务水平由 {1}% 改为 {0}%",
    ),
    (r"(.+): service level of (\S+) % instead of (\S+) %", "{0}：服务水平由 {2}% 改为 {1}%"),
    (r"support: people only all the time", "客服：始终只由人工处理"),
    (r"support: (\S+)% wrong all the time", "客服：始终允许 {}% 的自动答复出错"),
    (r"(.+): (.+) all the time", "{0}：始终使用 {1}"),
    (r"as now", "维持现状"),
    (r"train", "培训"),
    (r"hire", "招聘"),
    (r"buy days", "购买外部人天"),
    (r"best mix", "最佳组合"),
    (r"what-ifs", "单项改变"),
)
_MARKET = (
    (r"(.+): cheapest that is believed", "{}：可信的最低价"),
    (r"(.+): dearest that is accepted", "{}：可接受的最高价"),
    (r"(.+): fewest object", "{}：反对者最少"),
    (r"(.+): as many find it cheap as dear", "{}：觉得便宜与觉得贵的人一样多"),
    (r"(.+): most profit", "{}：利润最高"),
)
_SENTENCES = (
    (
        r"The budget is spent: one more unit brings (\S+)\.",
        "预算已用尽：再加一单位带来 {}。",
    ),
    (
        r"The budget is spent: one more unit brings (\S+), one less costs (\S+)\.",
        "预算已用尽：再加一单位带来 {}，减少一单位损失 {}。",
    ),
    (
        r"The budget is just enough: more of it brings nothing, less of it would cost\.",
        "预算刚好够用：增加无益，减少有损。",
    ),
    (
        r"The limit (.+) is used up: one more unit brings (\S+)\.",
        "限制“{}”已用尽：再放宽一单位带来 {}。",
    ),
    (
        r"(\S+) is at its most \((\S+)\) though its next unit would bring (\S+) more than it "
        r"costs elsewhere\.",
        "{} 已达上限（{}），其下一单位比用于别处多带来 {}。",
    ),
    (
        r"(\S+) is held at its least \((\S+)\): its last unit would bring (\S+) more elsewhere\.",
        "{} 保持在下限（{}）：其最后一单位用于别处可多带来 {}。",
    ),
    (
        r"(\S+): (\S+) requests a month, measured over (\d+) days \(the file says (.+)\)\.",
        "{}：每月 {} 次请求，由 {} 天的计量得出（文件中为 {}）。",
    ),
    (
        r"(\S+): (\S+) answers (\S+) requests a second, measured on (\S+) \(the file says (.+)\)\.",
        "{}：{} 每秒处理 {} 次请求，由 {} 次请求测得（文件中为 {}）。",
    ),
    (
        r"support: (\S+) are answered with at most (\S+) wrong, measured by (\S+) of (\S+) \(the "
        r"file says (\S+)\)\.",
        "客服：在错误率不超过 {1} 时自动答复 {0}，由 {3} 的 {2} 测得（文件中为 {4}）。",
    ),
    (
        r"support: no build of (\S+) has measured how much is answered at which risk; the file's "
        r"shares are taken\.",
        "客服：{} 尚无构建测得各风险下的答复比例；采用文件中的比例。",
    ),
    (
        r"not enough answers: (\d+) items need at least (\d+) complete answers; found (\d+)\.",
        "答卷不足：{} 个问题至少需要 {} 份完整答卷，现有 {} 份。",
    ),
    (
        r"not enough differences: everybody answers '(.+)' alike, so nothing can go with it\.",
        "差异不足：所有人对“{}”的回答相同，无法找出相关因素。",
    ),
    (
        r"not enough differences: no other item varies, so nothing can go with it\.",
        "差异不足：其他问题的回答都没有变化，无法找出相关因素。",
    ),
    (
        r"the (\d+) complete answers do not predict '(.+)' better than chance \(p = (\S+)\); no "
        r"driver can be told\.",
        "{0} 份完整答卷对“{1}”的预测不优于随机（p = {2}），无法判断驱动因素。",
    ),
    (r"Ask again, or ask more people\.", "请再次调查，或询问更多人。"),
    (
        r"Planned work fills (\d+)% of people's days; the rest is unplanned\.",
        "计划内工作占人员时间的 {}%，其余为计划外工作。",
    ),
    (
        r"No repository was named\. Give --code FOLDER to see who knows which code\.",
        "未指定代码仓库。用 --code FOLDER 可查看谁熟悉哪些代码。",
    ),
    (
        r"The plan holds no survey\. Add `survey:` with at least five answers\.",
        "计划中没有调查。请添加至少含五份答卷的 `survey:`。",
    ),
    (
        r"What waiting work costs is not given, so training and hiring cannot be weighed\. Set "
        r"team\.waiting_cost_per_day above 0\.",
        "未给出工作等待的成本，无法权衡培训与招聘。请将 team.waiting_cost_per_day 设为大于 0。",
    ),
    (
        r"The plan names no lines or no budget for the team\. Set team\.lines and team\.budget\.",
        "计划未给出团队的项目或预算。请设置 team.lines 与 team.budget。",
    ),
    (
        r"Trainings take (\S+) of the team's money; (\S+) is split\.",
        "培训占用团队资金 {}；其余 {} 用于分配。",
    ),
    (
        r"Channels spend (\S+) (\S+) a month, and the costs? (.+) (?:is|are) paid beside them\.",
        "渠道每月支出 {0} {1}，此外还支付成本 {2}。",
    ),
    (
        r"If (?:it is|they are) the same money, take (?:it|them) out of `cash\.costs`\.",
        "若为同一笔钱，请将其从 `cash.costs` 中删除。",
    ),
    (
        r"(\S+) tasks take too long to be scheduled again and again\.",
        "{} 项任务反复排程耗时过长。",
    ),
    (r"`whet plan schedule --what-if` does\.", "可运行 `whet plan schedule --what-if`。"),
    (
        r"The page shows risks by the money that they take, and the plan says nothing of money\.",
        "本页按资金损失列出风险，而计划未涉及资金。",
    ),
    (
        r"Add a section `cash`, or see what they do to dates by `whet plan risk`\.",
        "请添加 `cash` 一节，或运行 `whet plan risk` 查看其对日期的影响。",
    ),
)
_CURVES = (
    (
        r"The curve (\S+) must have at least (\d+) sizes to be extrapolated; it has (\d+)\.",
        "曲线 {} 至少需要 {} 个数据量才能外推，现有 {} 个。",
    ),
    (
        r"Measure it at more sizes, for example at doublings from (\S+) to (\S+), with 3 seeds "
        r"each\.",
        "请在更多数据量上测量，例如从 {} 逐次翻倍到 {}，每个用 3 个随机种子。",
    ),
    (
        r"The curve (\S+) must not get worse with more (.+); its (.+) goes from (\S+) at (\S+) to "
        r"(\S+) at (\S+), which is (\S+) standard errors\.",
        "曲线 {0} 不应随数据（{1}）增多而变差；其 {2} 由 {4} 时的 {3} 变为 {6} 时的 {5}，"
        "相差 {7} 个标准误。",
    ),
    (
        r"Measure those sizes again with more seeds; if the (.+) stays worse, look for a change "
        r"in the data or in the training between them\.",
        "请用更多随机种子重新测量；若 {} 仍变差，请检查两者之间数据或训练的变化。",
    ),
    (
        r"The curve (\S+) must show that more (.+) help; from (\S+) to (\S+) its (.+) does not "
        r"improve by more than (\S+) standard errors\.",
        "曲线 {0} 须显示增加数据（{1}）有益；从 {2} 到 {3}，其 {4} 的改善不超过 {5} 个标准误。",
    ),
    (
        r"Measure smaller sizes or more seeds to see the slope; if there is none, more (.+) will "
        r"not help: change the model, the labels' quality or the target\.",
        "请测量更小的数据量或更多随机种子以看出斜率；若没有斜率，增加数据（{}）无益："
        "请更换模型、改善标注质量或调整目标。",
    ),
)
_CLAUSES = (
    (r"task (\S+) comes after (\S+)", "任务 {} 在 {} 之后"),
    (r"task (\S+) must end by (\S+)", "任务 {} 须在 {} 前结束"),
    (r"task (\S+) may start on (\S+)", "任务 {} 最早于 {} 开始"),
    (r"task (\S+) is pinned to start on (\S+)", "任务 {} 固定于 {} 开始"),
    (r"task (\S+) is pinned to (.+)", "任务 {} 固定由 {} 完成"),
    (
        r"task (\S+) \((\S+) days\) needs (\d+) people with (\S+) and only (\S+) has it",
        "任务 {0}（{1} 天）需要 {2} 名具备“{3}”技能的人，而只有 {4} 具备",
    ),
    (
        r"task (\S+) \((\S+) days\) needs (\d+) people with (\S+) and (.+) have it",
        "任务 {0}（{1} 天）需要 {2} 名具备“{3}”技能的人，具备的有 {4}",
    ),
    (
        r"task (\S+) \((\S+) days\) needs (\S+) and only (\S+) has it",
        "任务 {}（{} 天）需要“{}”技能，而只有 {} 具备",
    ),
    (
        r"task (\S+) \((\S+) days\) needs (\S+) and (.+) have it",
        "任务 {}（{} 天）需要“{}”技能，具备的有 {}",
    ),
    (
        r"milestone (\S+) \((.+); (\S+) days of work\) is due on (\S+)",
        "里程碑 {}（{}；{} 天工作量）应于 {} 达成",
    ),
    (r"(\S+) is away from (\S+) to (\S+)", "{} 在 {} 至 {} 期间不在"),
    (r"(\S+) is away from (\S+) on", "{} 自 {} 起不在"),
    (r"(\S+) is not always working at full pace", "{} 并非始终全速工作"),
    (r"and (\d+) more", "另有 {} 项"),
)
_FRAMES = (
    (
        r"The solver found no answer to '(.+)' in time: allow more with `whet plan team "
        r"--seconds`\.",
        "求解器未能及时找到“{}”的答案：可用 `whet plan team --seconds` 增加时间。",
    ),
    (r"There is no schedule that keeps all of these: (.+?)\.", "没有进度安排能同时满足：{}。"),
    (r"No operating plan meets all of these at once: (.+?)\.", "没有运营方案能同时满足：{}。"),
    (r"Leave out any one of these and there is one\.", "去掉其中任何一项即可行。"),
    (
        r"Perhaps not all of these are to blame: the time for the search was over\.",
        "未必每一项都是原因：搜索时间已到。",
    ),
    (r"It is so whoever does what\.", "无论由谁承担都是如此。"),
)

_SHAPES = tuple(
    (re.compile(english), chinese)
    for english, chinese in (*_CHANGES, *_MARKET, *_SENTENCES, *_CURVES, *_CLAUSES)
)
_WITH_CLAUSES = tuple((re.compile(english), chinese) for english, chinese in _FRAMES)
_SENTENCE_END = re.compile(r"(?<=[.!?]) +(?=[A-Z`])")
_CLAUSE_END = re.compile(r"; (?![^(]*\))")


def in_chinese(text: str) -> str:
    """Return a text of the other parts in Chinese; as it is where any of it has no known shape.

    >>> in_chinese("+1 person with design"), in_chinese("Something else.")
    ('增加一名具备“design”技能的人', 'Something else.')
    """
    whole = _one(text)
    if whole is not None:
        return whole
    parts = [_one(part) for part in _SENTENCE_END.split(text)]
    known = [part for part in parts if part is not None]
    return "".join(known) if len(known) == len(parts) else text


def _one(text: str) -> str | None:
    """Return one sentence or name in Chinese; None where its shape is not known."""
    for shape, chinese in _SHAPES:
        if found := shape.fullmatch(text):
            return chinese.format(*found.groups())
    for shape, chinese in _WITH_CLAUSES:
        if found := shape.fullmatch(text):
            clauses = _clauses(found.groups())
            return None if clauses is None else chinese.format(*clauses)
    return None


def _clauses(groups: Sequence[str]) -> list[str] | None:
    """Return lists of clauses in Chinese; None where one has no known shape."""
    told = []
    for group in groups:
        parts = [_one(part) for part in _CLAUSE_END.split(group)]
        if any(part is None for part in parts):
            return None
        told.append("；".join(part for part in parts if part is not None))
    return told
