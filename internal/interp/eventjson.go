package interp

import (
	"math"
	"strings"

	"github.com/senda-dev/senda/internal/asl"
	"github.com/senda-dev/senda/internal/jsonata"
)

// MarshalJSON writes the event as GetExecutionHistory returns it, with the
// time as text.
func (e *Event) MarshalJSON() ([]byte, error) { return e.Value().AppendJSON(nil), nil }

// Value is the event as a JSON value in AWS's shape.
func (e *Event) Value() jsonata.Value {
	m := []jsonata.Member{
		{Key: "id", Value: jsonata.Number(float64(e.ID))},
		{Key: "previousEventId", Value: jsonata.Number(float64(e.Previous))},
		{Key: "timestamp", Value: jsonata.String(asl.Timestamp(e.Time))},
		{Key: "type", Value: jsonata.String(string(e.Type))},
	}
	if key, details := e.details(); key != "" {
		m = append(m, jsonata.Member{Key: key, Value: jsonata.Object(details...)})
	}
	return jsonata.Object(m...)
}

// details gives the member that holds the details of the event's type, and
// nothing for the types without any.
func (e *Event) details() (string, []jsonata.Member) {
	var d details
	key := lowerFirst(string(e.Type)) + "EventDetails"
	switch t := string(e.Type); {
	case strings.HasSuffix(t, "StateEntered"):
		key = "stateEnteredEventDetails"
		d.text("name", e.Name)
		d.json("input", e.Input)
	case strings.HasSuffix(t, "StateExited"):
		key = "stateExitedEventDetails"
		d.text("name", e.Name)
		d.json("output", e.Output)
		d.assigned(e.Assigned)
	case e.Type == ExecutionStarted:
		d.json("input", e.Input)
		d.text("roleArn", e.RoleARN)
	case e.Type == ExecutionSucceeded, e.Type == LambdaFunctionSucceeded, e.Type == ActivitySucceeded:
		d.json("output", e.Output)
	case e.Type == EvaluationFailed:
		d.text("state", e.Name)
		d.failure(e)
		d.text("location", e.Location)
	case e.Type == LambdaFunctionScheduled, e.Type == ActivityScheduled:
		d.text("resource", e.Resource)
		d.json("input", e.Input)
		d.deadlines(e)
	case e.Type == TaskScheduled:
		d.integration(e)
		d.text("region", e.Region)
		d.text("parameters", e.Input.String())
		d.deadlines(e)
	case e.Type == TaskStarted:
		d.integration(e)
	case e.Type == TaskSubmitted, e.Type == TaskSucceeded:
		d.integration(e)
		d.json("output", e.Output)
	case e.Type == TaskFailed, e.Type == TaskTimedOut:
		d.integration(e)
		d.failure(e)
	case e.Type == MapStateStarted:
		d.number("length", float64(e.Length))
	case strings.HasPrefix(t, "MapIteration"):
		d.text("name", e.Name)
		d.number("index", float64(e.Index))
	case e.Type == ExecutionFailed, e.Type == ExecutionTimedOut, e.Type == ExecutionAborted,
		e.Type == LambdaFunctionFailed, e.Type == LambdaFunctionTimedOut,
		e.Type == ActivityFailed, e.Type == ActivityTimedOut:
		d.failure(e)
	default:
		return "", nil
	}
	return key, d
}

type details []jsonata.Member

func (d *details) add(key string, v jsonata.Value) {
	*d = append(*d, jsonata.Member{Key: key, Value: v})
}

func (d *details) text(key, s string) {
	if s != "" {
		d.add(key, jsonata.String(s))
	}
}

func (d *details) number(key string, n float64) { d.add(key, jsonata.Number(math.Max(n, 0))) }

// json writes a payload as AWS does: JSON as text, and that it is whole.
func (d *details) json(key string, v jsonata.Value) {
	d.add(key, jsonata.String(v.String()))
	d.add(key+"Details", whole)
}

var whole = jsonata.Object(jsonata.Member{Key: "truncated", Value: jsonata.False})

func (d *details) assigned(vars []jsonata.Member) {
	if len(vars) == 0 {
		return
	}
	texts := make([]jsonata.Member, len(vars))
	for i, m := range vars {
		texts[i] = jsonata.Member{Key: m.Key, Value: jsonata.String(m.Value.String())}
	}
	d.add("assignedVariables", jsonata.Object(texts...))
	d.add("assignedVariablesDetails", whole)
}

func (d *details) failure(e *Event) {
	d.text("error", e.Error)
	d.text("cause", e.Cause)
}

func (d *details) integration(e *Event) {
	d.text("resourceType", e.ResourceType)
	d.text("resource", e.Resource)
}

func (d *details) deadlines(e *Event) {
	if e.TimeoutSeconds > 0 {
		d.number("timeoutInSeconds", e.TimeoutSeconds)
	}
	if e.HeartbeatSeconds > 0 {
		d.number("heartbeatInSeconds", e.HeartbeatSeconds)
	}
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }
