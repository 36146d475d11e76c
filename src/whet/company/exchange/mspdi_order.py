"""In which order does MS Project's schema want the elements that we write?

Source: mspdi_pj12.xsd, the schema of Project 2007, and the elements that later ones added. Only
those are listed that we write and those that may stand beside them.
"""

PROJECT = (
    "SaveVersion", "UID", "Name", "Title", "Subject", "Category", "Company", "Manager", "Author",
    "CreationDate", "Revision", "LastSaved", "ScheduleFromStart", "StartDate", "FinishDate",
    "FYStartDate", "CriticalSlackLimit", "CurrencyDigits", "CurrencySymbol", "CurrencyCode",
    "CurrencySymbolPosition", "CalendarUID", "DefaultStartTime", "DefaultFinishTime",
    "MinutesPerDay", "MinutesPerWeek", "DaysPerMonth", "DefaultTaskType",
    "DefaultFixedCostAccrual", "DefaultStandardRate", "DurationFormat", "WorkFormat", "StatusDate",
    "CurrentDate", "OutlineCodes", "WBSMasks", "ExtendedAttributes", "Calendars", "Tasks",
    "Resources", "Assignments",
)  # fmt: skip

TASK = (
    "UID", "GUID", "ID", "Name", "Active", "Manual", "Type", "IsNull", "CreateDate", "Contact",
    "WBS", "WBSLevel", "OutlineNumber", "OutlineLevel", "Priority", "Start", "Finish", "Duration",
    "ManualStart", "ManualFinish", "ManualDuration", "DurationFormat", "Work", "Stop", "Resume",
    "ResumeValid", "EffortDriven", "Recurring", "OverAllocated", "Estimated", "Milestone",
    "Summary", "DisplayAsSummary", "Critical", "IsSubproject", "IsSubprojectReadOnly",
    "SubprojectName", "ExternalTask", "ExternalTaskProject", "EarlyStart", "EarlyFinish",
    "LateStart", "LateFinish", "StartVariance", "FinishVariance", "WorkVariance", "FreeSlack",
    "TotalSlack", "StartSlack", "FinishSlack", "FixedCost", "FixedCostAccrual", "PercentComplete",
    "PercentWorkComplete", "Cost", "OvertimeCost", "OvertimeWork", "ActualStart", "ActualFinish",
    "ActualDuration", "ActualCost", "ActualOvertimeCost", "ActualWork", "ActualOvertimeWork",
    "RegularWork", "RemainingDuration", "RemainingCost", "RemainingWork", "RemainingOvertimeCost",
    "RemainingOvertimeWork", "ACWP", "CV", "ConstraintType", "CalendarUID", "ConstraintDate",
    "Deadline", "LevelAssignments", "LevelingCanSplit", "LevelingDelay", "LevelingDelayFormat",
    "PreLeveledStart", "PreLeveledFinish", "Hyperlink", "HyperlinkAddress", "HyperlinkSubAddress",
    "IgnoreResourceCalendar", "Notes", "HideBar", "Rollup", "BCWS", "BCWP",
    "PhysicalPercentComplete", "EarnedValueMethod", "PredecessorLink", "ActualWorkProtected",
    "ActualOvertimeWorkProtected", "ExtendedAttribute", "Baseline", "OutlineCode",
)  # fmt: skip

LINK = ("PredecessorUID", "Type", "CrossProject", "CrossProjectName", "LinkLag", "LagFormat")

RESOURCE = (
    "UID", "GUID", "ID", "Name", "Type", "IsNull", "Initials", "Phonetics", "NTAccount",
    "MaterialLabel", "Code", "Group", "WorkGroup", "EmailAddress", "Hyperlink", "HyperlinkAddress",
    "HyperlinkSubAddress", "MaxUnits", "PeakUnits", "OverAllocated", "AvailableFrom", "AvailableTo",
    "Start", "Finish", "CanLevel", "AccrueAt", "Work", "RegularWork", "OvertimeWork", "ActualWork",
    "RemainingWork", "PercentWorkComplete", "StandardRate", "StandardRateFormat", "Cost",
    "OvertimeRate", "OvertimeRateFormat", "CostPerUse", "CalendarUID", "Notes",
    "ExtendedAttribute",
)  # fmt: skip

ASSIGNMENT = (
    "UID", "GUID", "TaskUID", "ResourceUID", "PercentWorkComplete", "ActualCost", "ActualFinish",
    "ActualStart", "ActualWork", "Cost", "Finish", "RegularWork", "RemainingWork", "Start", "Stop",
    "Resume", "StartVariance", "Units", "UpdateNeeded", "Work", "WorkContour", "TimephasedData",
)  # fmt: skip
