"""Publishes the events of a mail to the default bus, by the event destinations of its configuration set.

One thread publishes in order, after SendEmail was answered or while it is: on AWS too nobody can rely on which is first.
"""

import json
import logging
import queue
import threading

from host.sesv2 import event, state

LOG = logging.getLogger(__name__)

_waiting: queue.SimpleQueue = queue.SimpleQueue()


def install() -> None:
    threading.Thread(target=run, daemon=True, name="ses-events").start()


def publish(account: state.Account, message: state.Message, kind: str, about: dict) -> None:
    """Keeps an event with its mail and queues it for each destination that wants its type."""
    record = {"type": kind, "published": []}
    with account.lock:
        message.events.append(record)
        chosen = account.configuration_sets.get(message.configuration_set or "")
        wanted = [
            (name, one["EventBridgeDestination"]["EventBusArn"])
            for name, one in (chosen.destinations if chosen else {}).items()
            if one["Enabled"] and event.MATCHING[kind] in one["MatchingEventTypes"]
        ]
    for name, bus in wanted:
        detail = event.detail(kind, about, account, message)
        entry = {
            "Source": "aws.ses",
            "DetailType": event.DETAIL_TYPES[kind],
            "Detail": json.dumps(detail),
            "Resources": [account.arn("configuration-set", chosen.name)],
            "EventBusName": bus,
            "Time": state.now(),
        }
        _waiting.put((account, entry, record, name))


def run() -> None:
    while True:
        account, entry, record, name = _waiting.get()
        try:
            # Imported when it is needed: at the start this thread would race the imports of the main one.
            from localstack.aws.connect import connect_to

            events = connect_to(aws_access_key_id=account.id, region_name=account.region).events
            answer = events.put_events(Entries=[entry])
            if answer.get("FailedEntryCount"):
                LOG.error("SES event %s was not taken: %s", entry["DetailType"], answer["Entries"])
            else:
                record["published"].append(name)
        except Exception:
            LOG.exception("SES event %s was not published", entry["DetailType"])
