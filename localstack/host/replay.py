"""Replays of an archive on the bus.

LocalStack archives an event with its time as text and reads it back as an instant: every replay that finds an event
ends with an internal error.
"""

import datetime


def install() -> None:
    from localstack.services.events.archive import ArchiveService

    keep = ArchiveService.put_events

    def put_events(self, events) -> None:
        keep(self, [{**event, "time": instant(event["time"])} for event in events])

    ArchiveService.put_events = put_events


def instant(time) -> datetime.datetime:
    return datetime.datetime.fromisoformat(time) if isinstance(time, str) else time
