"""Three corrections to JSONata in LocalStack's Step Functions.

1. Variables are written into an expression as JSON literals: LocalStack writes strings unescaped, so a quote breaks it.
2. An error of an expression is States.QueryEvaluationError, which a Catch sees; LocalStack ends the execution with
   States.Runtime, which nothing catches.
3. $states is there inside of brackets too: LocalStack overlooks what stands there, so that $max([1, $states.input.n]) is 1,
   and a task whose TimeoutSeconds says so times out after a second.
"""

import json
import re


def install() -> None:
    escape_variables()
    make_errors_catchable()
    look_into_brackets()


def declarations(bindings: dict) -> str:
    """`$name:=value;` for each variable; bindings holds the names with their dollar."""
    return "".join(f"{name}:={json.dumps(value, separators=(',', ':'), default=str)};" for name, value in bindings.items())


def escape_variables() -> None:
    from localstack.services.stepfunctions.asl.eval import states, variable_store
    from localstack.services.stepfunctions.asl.jsonata import jsonata

    for module in (jsonata, states, variable_store):
        if hasattr(module, "encode_jsonata_variable_declarations"):
            module.encode_jsonata_variable_declarations = declarations


STATES = re.compile(r"\$states(?:\.[A-Za-z_][A-Za-z0-9_]*)*")


def look_into_brackets() -> None:
    from localstack.services.stepfunctions.asl.component.common.string import string_expression

    references = string_expression.extract_jsonata_variable_references
    string_expression.extract_jsonata_variable_references = lambda text: references(text) | set(STATES.findall(text))


def make_errors_catchable() -> None:
    from localstack.aws.api.stepfunctions import EvaluationFailedEventDetails, HistoryEventType
    from localstack.services.stepfunctions.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
    from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name import StatesErrorName
    from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
    from localstack.services.stepfunctions.asl.component.common.string.string_expression import StringJSONata
    from localstack.services.stepfunctions.asl.eval.event.event_detail import EventDetails
    from localstack.services.stepfunctions.asl.jsonata.jsonata import JSONataException

    evaluate = StringJSONata._eval_body

    def eval_body(self, env):
        try:
            evaluate(self, env)
        except JSONataException as failure:
            name = StatesErrorName(typ=StatesErrorNameType.StatesQueryEvaluationError)
            cause = f"The JSONata expression '{self.expression}' threw an error during evaluation. {failure.details or failure}"
            details = EventDetails(evaluationFailedEventDetails=EvaluationFailedEventDetails(error=name.error_name, cause=cause))
            kind = HistoryEventType.EvaluationFailed
            env.event_manager.add_event(context=env.event_history_context, event_type=kind, event_details=details)
            raise FailureEventException(
                FailureEvent(env=env, error_name=name, event_type=kind, event_details=details)
            ) from failure

    StringJSONata._eval_body = eval_body
