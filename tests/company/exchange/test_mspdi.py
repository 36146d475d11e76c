"""MS Project's XML: round trips, what nobody here knows, calendars, odd files."""

from datetime import date
from xml.etree import ElementTree as ET

import pytest

from whet.company.exchange.draft import Draft, merged, plan_of
from whet.company.exchange.mspdi_in import import_mspdi
from whet.company.exchange.mspdi_out import export_mspdi
from whet.company.exchange.mspdi_xml import MOST_BYTES, NAMESPACE
from whet.company.exchange.rows import Row
from whet.company.exchange.yaml_out import plan_values
from whet.company.plan.schema import Plan
from whet.core.errors import InputError

NS = {"p": NAMESPACE}
DAY = date(2028, 1, 1)

FOREIGN = f"""<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="{NAMESPACE}" xmlns:x="urn:other">
  <Title>Bridge</Title><StartDate>2028-02-28T08:00:00</StartDate><CurrencyCode>CHF</CurrencyCode>
  <CalendarUID>1</CalendarUID><MinutesPerDay>480</MinutesPerDay><DaysPerMonth>20</DaysPerMonth>
  <x:Secret kind="a">keep me</x:Secret>
  <Calendars>
    <Calendar><UID>1</UID><Name>Standard</Name><IsBaseCalendar>1</IsBaseCalendar>
      <WeekDays>
        <WeekDay><DayType>1</DayType><DayWorking>0</DayWorking></WeekDay>
        <WeekDay><DayType>6</DayType><DayWorking>1</DayWorking><WorkingTimes><WorkingTime>
          <FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay>
        <WeekDay><DayType>7</DayType><DayWorking>0</DayWorking></WeekDay>
      </WeekDays>
      <Exceptions>
        <Exception><TimePeriod><FromDate>2028-02-29T00:00:00</FromDate><ToDate>2028-02-29T23:59:00</ToDate>
          </TimePeriod><Occurrences>1</Occurrences><Type>1</Type><DayWorking>0</DayWorking></Exception>
        <Exception><TimePeriod><FromDate>2028-03-25T00:00:00</FromDate><ToDate>2028-03-27T23:59:00</ToDate>
          </TimePeriod><Name>Clocks</Name><Type>1</Type><DayWorking>0</DayWorking></Exception>
        <Exception><TimePeriod><FromDate>2028-04-01T00:00:00</FromDate><ToDate>2030-04-01T23:59:00</ToDate>
          </TimePeriod><Name>Founding</Name><Type>2</Type><DayWorking>0</DayWorking></Exception>
      </Exceptions></Calendar>
  </Calendars>
  <Tasks>
    <Task><UID>0</UID><ID>0</ID><Name>Bridge</Name><OutlineLevel>0</OutlineLevel><Summary>1</Summary></Task>
    <Task><UID>7</UID><ID>1</ID><Name>Deck</Name><OutlineLevel>1</OutlineLevel><Summary>1</Summary></Task>
    <Task><UID>9</UID><ID>2</ID><Name>Pour &lt;concrete&gt;</Name><OutlineLevel>2</OutlineLevel>
      <Duration>PT16H0M0S</Duration><DurationFormat>7</DurationFormat><Work>PT32H0M0S</Work>
      <FixedCost>12000</FixedCost><ConstraintType>4</ConstraintType>
      <ConstraintDate>2028-02-29T08:00:00</ConstraintDate><Notes>wet &amp; cold</Notes>
      <Baseline><Number>0</Number><Start>2028-02-28T08:00:00</Start></Baseline></Task>
    <Task><UID>12</UID><ID>3</ID><Name>Cure</Name><OutlineLevel>2</OutlineLevel>
      <Duration>PT168H0M0S</Duration><DurationFormat>8</DurationFormat><Work>PT0H0M0S</Work>
      <PredecessorLink><PredecessorUID>9</PredecessorUID><Type>1</Type><LinkLag>4800</LinkLag>
        <LagFormat>7</LagFormat></PredecessorLink></Task>
    <Task><UID>13</UID><ID>4</ID><Name>Watch</Name><OutlineLevel>2</OutlineLevel>
      <Duration>PT8H0M0S</Duration><PredecessorLink><PredecessorUID>12</PredecessorUID><Type>3</Type>
        <LinkLag>0</LinkLag></PredecessorLink></Task>
    <Task><UID>14</UID><ID>5</ID><Name>Open</Name><OutlineLevel>2</OutlineLevel><Milestone>1</Milestone>
      <Duration>PT0H0M0S</Duration><Deadline>2028-03-31T17:00:00</Deadline>
      <PredecessorLink><PredecessorUID>12</PredecessorUID><Type>1</Type></PredecessorLink></Task>
  </Tasks>
  <Resources>
    <Resource><UID>3</UID><ID>1</ID><Name>Zoë</Name><Type>1</Type><MaxUnits>0.5</MaxUnits>
      <StandardRate>50</StandardRate><Cost>99</Cost></Resource>
    <Resource><UID>4</UID><ID>2</ID><Name>Sand</Name><Type>0</Type></Resource>
  </Resources>
  <Assignments>
    <Assignment><UID>1</UID><TaskUID>9</TaskUID><ResourceUID>3</ResourceUID><Units>0.5</Units>
      <Delay>7</Delay></Assignment>
    <Assignment><UID>2</UID><TaskUID>9</TaskUID><ResourceUID>4</ResourceUID></Assignment>
  </Assignments>
</Project>
""".encode()


def plan_from(data: bytes) -> Plan:
    return plan_of(import_mspdi(data, "a.xml")[0], "a.xml", today=DAY)


def canonical(data: bytes) -> str:
    return ET.canonicalize(data.decode(), strip_text=True, rewrite_prefixes=True)


def test_a_plan_comes_back_from_ms_project_as_it_went(example: Plan) -> None:
    back, _ = import_mspdi(export_mspdi(example), "a.xml")
    found = plan_of(merged([Draft(plan_values(example)), back]), "both", today=DAY)
    assert back.notes == ()
    assert found == example


def test_an_edit_there_comes_home_and_nothing_else_moves(example: Plan) -> None:
    data = export_mspdi(example).replace(b"Load test and alarms", b"Load test")
    found = plan_of(
        merged([Draft(plan_values(example)), import_mspdi(data, "a.xml")[0]]), "both", today=DAY
    )
    changed = [new.id for old, new in zip(example.tasks, found.tasks, strict=True) if old != new]
    assert changed == ["e-load"]


def test_a_foreign_file_is_read_as_it_is_meant() -> None:
    plan = plan_from(FOREIGN)
    assert plan_values(plan) == {
        "currency": "CHF",
        "start": date(2028, 2, 28),
        "calendars": [
            {
                "id": "standard",
                "half_days": ["fri"],
                "holidays": [date(2028, 2, 29)],
                "closed": [
                    {"first": date(2028, 3, 25), "last": date(2028, 3, 27), "why": "Clocks"}
                ],
            }
        ],
        "people": [
            {"id": "zoe", "name": "Zoë", "role": "team", "share": 0.5, "cost_per_month": 4000}
        ],
        "projects": [
            {
                "id": "deck",
                "goal": "Deck",
                "milestones": [{"id": "open", "title": "Open", "deadline": date(2028, 3, 31)}],
                "tasks": [
                    {
                        "id": "pour-concrete",
                        "title": "Pour <concrete>",
                        "effort": 4,
                        "not_before": date(2028, 2, 29),
                        "only": ["zoe"],
                    },
                    {
                        "id": "cure",
                        "title": "Cure",
                        "kind": "wait",
                        "days": 5,
                        "after": [{"task": "pour-concrete", "lag_days": 1}],
                        "milestone": "open",
                    },
                    {"id": "watch", "title": "Watch", "effort": 1},
                ],
            }
        ],
    }


def test_what_a_plan_cannot_hold_is_told() -> None:
    assert import_mspdi(FOREIGN, "a.xml")[0].notes == (
        "a.xml: calendar standard: the exception 'Founding' opens days or comes again by a rule; a "
        "plan has no such thing. Write its days as holidays.",
        "a.xml: resource 'Sand' is no person; it was left out.",
        "a.xml: watch: the link start to start from task 12 is none that a plan has (end to "
        "start).",
    )


def test_an_unchanged_plan_changes_nothing_in_the_file_it_came_from() -> None:
    assert canonical(export_mspdi(plan_from(FOREIGN), (), FOREIGN)) == canonical(FOREIGN)


def test_changes_are_written_and_all_else_stays() -> None:
    plan = plan_from(FOREIGN)
    project = plan.projects[0]
    pour = project.tasks[0].model_copy(update={"title": "Pour", "not_before": None})
    tasks = [pour, project.tasks[1]]  # `watch` is gone
    new = plan.model_copy(update={"projects": [project.model_copy(update={"tasks": tasks})]})
    rows = [Row("pour-concrete", "Pour", "deck", date(2028, 3, 24), date(2028, 3, 28), ("zoe",))]
    root = ET.fromstring(export_mspdi(new, rows, FOREIGN))
    task = root.find("p:Tasks/p:Task[p:UID='9']", NS)
    assert task is not None
    said = {name: task.findtext(f"p:{name}", None, NS) for name in
            ("Name", "Start", "Finish", "Duration", "FixedCost", "Notes", "ConstraintType",
             "ConstraintDate", "Baseline/p:Start")}  # fmt: skip
    assert said == {
        "Name": "Pour",
        "Start": "2028-03-24T08:00:00",  # the clock is changed on 26 March: days stay days
        "Finish": "2028-03-28T17:00:00",
        "Duration": "PT12H0M0S",  # a half Friday, two closed days at the week's end, a Tuesday
        "FixedCost": "12000",
        "Notes": "wet & cold",
        "ConstraintType": "0",
        "ConstraintDate": None,
        "Baseline/p:Start": "2028-02-28T08:00:00",
    }
    assert root.find("p:Tasks/p:Task[p:UID='13']", NS) is None
    assert root.findtext("{urn:other}Secret") == "keep me"
    assert len(root.findall("p:Assignments/p:Assignment", NS)) == 2


def test_new_tasks_and_people_stand_where_they_belong(short: Plan, rows: list[Row]) -> None:
    data = export_mspdi(short, rows)
    more = short.projects[0].tasks[1].model_copy(update={"id": "more", "title": "More"})
    project = short.projects[0].model_copy(update={"tasks": [*short.projects[0].tasks, more]})
    new = short.model_copy(update={"projects": [project]})
    assert [task.id for task in plan_from(export_mspdi(new, (), data)).tasks] == [
        "build",
        "ship",
        "more",
    ]
    root = ET.fromstring(data)
    starts = [e.text for e in root.findall("p:Tasks/p:Task/p:Start", NS)]
    assert starts[0] == "2028-02-28T08:00:00"
    assert root.findtext("p:Tasks/p:Task[p:UID='2']/p:Duration", None, NS) == "PT24H0M0S"
    mark = plan_from(data).milestones[0]
    assert (mark.hard, mark.deadline) == (True, date(2028, 3, 31))


def test_links_of_summaries_count_for_what_is_below() -> None:
    def task(uid: int, level: int, name: str, link: str = "") -> str:
        return f"<Task><UID>{uid}</UID><Name>{name}</Name><OutlineLevel>{level}</OutlineLevel><Work>PT8H0M0S</Work>{link}</Task>"  # noqa: E501

    after = "<PredecessorLink><PredecessorUID>1</PredecessorUID><Type>1</Type></PredecessorLink>"
    tasks = task(1, 1, "A") + task(2, 2, "a1") + task(3, 2, "a2") + task(4, 1, "B", after)
    tasks += task(5, 2, "b1")
    data = f'<Project xmlns="{NAMESPACE}"><Tasks>{tasks}</Tasks></Project>'.encode()
    last = plan_from(data).tasks[-1]
    assert [after.task for after in last.after] == ["a1", "a2"]
    assert canonical(export_mspdi(plan_from(data), (), data)).count("PredecessorLink>") == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            b'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "c">]>\n<Project>&b;</Project>',
            "a.xml:2: a project file has no DOCTYPE; found one. It could hold entities that fill "
            "the memory: delete it if you know who wrote the file.",
        ),
        (b"<Project>", "a.xml:1: must be XML; found: no element found. Save the project as XML."),
        (
            b"<html/>",
            "a.xml: must be a project saved as XML by MS Project, with <Project> around all; found "
            "<html>. Save it as XML there.",
        ),
        (
            b"<Project><Tasks><Task><UID>1</UID><Name>a</Name><Work>8h</Work></Task></Tasks></Project>",
            "a.xml: <Work> must be a duration such as PT16H0M0S; found '8h'.",
        ),
        (
            b"<Project><StartDate>2027-02-29T08:00:00</StartDate></Project>",
            "a.xml: <StartDate> must be a time such as 2028-02-29T08:00:00; found "
            "'2027-02-29T08:00:00'.",
        ),
        (
            b" " * (MOST_BYTES + 1),
            "a.xml: a project file holds at most 50,000,000 bytes; found 50,000,001.",
        ),
    ],
)
def test_files_that_are_refused(data: bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        import_mspdi(data, "a.xml")
    assert str(caught.value) == said
