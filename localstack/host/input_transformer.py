"""The input transformer of EventBridge rules as AWS has it; LocalStack's loses values and breaks quotes.

A path that is not in the event gives an empty text ("" where the template is JSON). A value that is there stays what it
is: LocalStack makes "" of 0, false and []. Texts stay valid JSON whatever they hold: LocalStack unescapes quotes inside
objects and turns \\n into a line break, and then drops the event as invalid.

Source: EventBridge user guide, "Input transformation"; the empty text is what LocalStack recorded against AWS.
"""

import datetime
import json
import re
from typing import Any

MISSING = object()
VARIABLE = re.compile(r"<([A-Za-z0-9_.\-]+)>")


def install() -> None:
    from localstack.services.events import target

    target.get_template_replacements = values
    target.replace_template_placeholders = fill
    target.StatesTargetSender.send_event = start_execution
    process = target.TargetSender.process_event
    target.TargetSender.process_event = lambda self, event, trace: process(self, dict(event), trace)


def values(input_transformer: dict, event: dict) -> dict[str, Any]:
    from localstack.services.events.target import PREDEFINED_PLACEHOLDERS

    paths = input_transformer.get("InputPathsMap") or {}
    found = {name: at(event, path) for name, path in paths.items() if name not in PREDEFINED_PLACEHOLDERS}
    return {name: "" if value is MISSING else value for name, value in found.items()}


def at(event: Any, path: str) -> Any:
    """The value at a path ($.detail.list[0].name, $.detail.list[*].name), MISSING when there is none."""
    steps = re.findall(r"\.([^.\[\]]+)|\[(\d+|\*)\]", path[1:])
    return walk(event, [name or (int(index) if index.isdigit() else "*") for name, index in steps])


def walk(value: Any, steps: list) -> Any:
    for i, step in enumerate(steps):
        if step == "*":
            if not isinstance(value, list):
                return MISSING
            return [found for one in value if (found := walk(one, steps[i + 1 :])) is not MISSING]
        if isinstance(step, int):
            if not isinstance(value, list) or step >= len(value):
                return MISSING
        elif not isinstance(value, dict) or step not in value:
            return MISSING
        value = value[step]
    return value


def fill(template: str, replacements: dict[str, Any]) -> Any:
    """The event for the target: an object when the template is a JSON object, else text."""
    is_json = template.strip().startswith("{")
    text, place, quoted = "", 0, False
    for variable in VARIABLE.finditer(template):
        between = template[place : variable.start()]
        text, place, quoted = text + between, variable.end(), quoted ^ (unescaped_quotes(between) % 2 == 1)
        text += written(replacements.get(variable[1], ""), is_json, quoted)
    text += template[place:]
    if not is_json:
        return text[1:-1].replace('\\"', '"').replace("\\n", "\n") if text.startswith('"') else text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return None  # AWS drops it too: the template does not give valid JSON


def unescaped_quotes(text: str) -> int:
    return len(re.findall(r'(?<!\\)(?:\\\\)*"', text))


def written(value: Any, is_json: bool, quoted: bool) -> str:
    if isinstance(value, datetime.datetime):
        value = value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    if is_json and not quoted:
        return json.dumps(value, default=str)
    if isinstance(value, str):
        return json.dumps(value)[1:-1] if is_json else value
    inner = json.dumps(value, separators=(",", ":"), default=str)
    # Inside quotes AWS writes an object without its quotes.
    return inner.replace('"', "") if is_json or isinstance(value, (dict, list)) else inner


def start_execution(sender, event, trace_header) -> None:
    """A rule whose target is a state machine: any input will do, and only a whole event names the execution."""
    from localstack.services.events.target import to_json_str

    whole = isinstance(event, dict) and "detail-type" in event and "id" in event
    sender.service = "stepfunctions"
    sender.client.start_execution(
        stateMachineArn=sender.target["Arn"],
        input=event if isinstance(event, str) else to_json_str(event),
        **({"name": event["id"]} if whole else {}),
    )
