"""Makes EventBridge Scheduler fire: community LocalStack stores schedules (in moto) and never runs them.

Once a second every schedule is looked at; what is due is fired in a thread of its own.
"""

import logging
import sys
import threading
import time
from datetime import datetime, timezone

from host import schedule_expression, schedule_target

LOG = logging.getLogger(__name__)


def install() -> None:
    threading.Thread(target=run, daemon=True, name="scheduler").start()


def run() -> None:
    while True:
        time.sleep(1 - time.time() % 1)
        look(datetime.now(timezone.utc))


def look(now: datetime) -> None:
    """Fires what is due at `now`. A schedule that cannot be read is logged and left alone."""
    for backend, group, schedule in schedules():
        try:
            consider(backend, group, schedule, now)
        except Exception:
            LOG.exception("schedule %s", schedule.arn)


def schedules():
    """All schedules there are, with their backend and group.

    moto is not imported here: this thread would race the import of moto by the first call of a service. Before that
    there is no schedule.
    """
    backends = getattr(sys.modules.get("moto.scheduler.models"), "scheduler_backends", {})
    for regions in list(backends.values()):
        for backend in list(regions.values()):
            for group in list(backend.schedule_groups.values()):
                for schedule in list(group.schedules.values()):
                    yield backend, group, schedule


def consider(backend, group, schedule, now: datetime) -> None:
    expression, zone = schedule.schedule_expression, schedule.schedule_expression_timezone
    # A schedule that was changed starts afresh.
    form = (expression, zone, schedule.state, str(schedule.start_date))
    if getattr(schedule, "senda_form", None) != form:
        schedule.senda_form, schedule.senda_fired = form, False
        begin = max(now, moment(schedule.start_date) or now)
        schedule.senda_due = schedule_expression.next_due(expression, zone, begin, False)
    due = schedule.senda_due
    if schedule.state != "ENABLED" or due is None or due > now:
        return
    schedule.senda_fired = True
    end = moment(schedule.end_date)
    over = end is not None and due > end
    schedule.senda_due = None if over else schedule_expression.next_due(expression, zone, due, True)
    if not over:
        threading.Thread(target=schedule_target.fire, args=(backend, schedule, due), daemon=True).start()
    if schedule.senda_due is None and schedule.action_after_completion == "DELETE":
        group.schedules.pop(schedule.name, None)


def fire_now(name: str) -> bool:
    """Fires the schedules of a name at once, whatever they say (control endpoint); False when there is none."""
    found = [(backend, schedule) for backend, _, schedule in schedules() if schedule.name == name]
    for backend, schedule in found:
        schedule_target.fire(backend, schedule, datetime.now(timezone.utc))
    return bool(found)


def moment(value) -> datetime | None:
    """A date as moto keeps it: nothing, seconds since 1970 or ISO 8601."""
    if value in (None, ""):
        return None
    text = str(value)
    if text.replace(".", "").isdigit():
        return datetime.fromtimestamp(float(text), timezone.utc)
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=timezone.utc)
