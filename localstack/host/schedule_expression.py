"""When an EventBridge Scheduler expression is due: at(…), rate(…), cron(…), in a time zone."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crontab import CronTab

SECONDS = {"minute": 60, "hour": 3600, "day": 86400}


def next_due(expression: str, zone: str | None, after: datetime, fired: bool) -> datetime | None:
    """The first moment later than `after` (with a zone), None when there is none. An at() is due once, also when it is past."""
    kind, argument = re.match(r"(\w+)\((.*)\)$", expression).groups()
    place = ZoneInfo(zone or "UTC")
    if kind == "at":
        return None if fired else datetime.fromisoformat(argument).replace(tzinfo=place)
    if kind == "rate":
        number, unit = argument.split()
        return after + timedelta(seconds=int(number) * SECONDS[unit.rstrip("s")])
    # minute hour day month weekday year; AWS counts weekdays from 1 = Sunday, CronTab from 0.
    fields = argument.split()
    fields[4] = re.sub(r"(?<![#L\d])([1-7])(?!\d)", lambda day: str(int(day[1]) - 1), fields[4])
    seconds = CronTab(" ".join(fields)).next(now=after.astimezone(place).replace(tzinfo=None), default_utc=True)
    return None if seconds is None else after + timedelta(seconds=seconds)
