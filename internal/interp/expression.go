package interp

import (
	"strings"

	"github.com/senda-dev/senda/internal/jsonata"
)

// This file is the only door to the expression engine's programs.

// statesSlot is the slot of the variable $states; those of the flow follow.
const statesSlot = 0

// expression is one JSONata expression of a definition.
type expression struct {
	program *jsonata.Program
	source  string
	// field is its place as AWS writes it: Output/customer or Choices[0]/Condition.
	field string
	needs needs
	// path is set when the expression is no more than a path of names, which
	// begins at from.
	path *jsonata.Straight
	from root
}

// root is where a straight path begins.
type root uint8

const (
	rootVariable       root = iota // of the flow, or $states as a whole
	rootInput                      // $states.input
	rootResult                     // $states.result
	rootExecutionInput             // $states.context.Execution.Input
	rootTaskToken                  // $states.context.Task.Token
)

// roots are the members of $states that hardly an expression does without.
var roots = map[root][]string{
	rootInput:          {"input"},
	rootResult:         {"result"},
	rootExecutionInput: {"context", "Execution", "Input"},
	rootTaskToken:      {"context", "Task", "Token"},
}

func compileExpression(field, source string, vars []string) (*expression, error) {
	tree, err := jsonata.Parse(source, jsonata.Options{})
	if err != nil {
		return nil, err
	}
	program, err := jsonata.Compile(tree, jsonata.CompileOptions{Vars: vars})
	if err != nil {
		return nil, err
	}
	e := &expression{program: program, source: source, field: field, needs: needsOf(source)}
	if path, ok := program.Straight(); ok {
		e.path = path
		for from, names := range roots {
			if rest, ok := path.After(names...); ok && path.Variable() == statesSlot {
				e.path, e.from = rest, from
			}
		}
	}
	return e, nil
}

// straight says that the expression hardly ever needs $states built.
func (e *expression) straight() bool {
	return e.path != nil && (e.needs == 0 || e.from != rootVariable)
}

// value evaluates the expression.
func (r *Run) value(t *thread, e *expression) (jsonata.Value, error) {
	if e.straight() {
		var start jsonata.Value
		if e.from == rootVariable {
			start = t.vars[e.path.Variable()]
		} else {
			start = r.member(t, e.from)
		}
		if v, ok := e.path.Of(start); ok {
			return v, nil
		}
	}
	if e.needs&^r.view.built != 0 {
		r.build(t, e.needs)
	}
	return e.program.Eval(jsonata.Nothing, t.vars, &r.env)
}

// eval gives the value, which is data: never Nothing, no function, no infinity.
func (r *Run) eval(t *thread, e *expression) (jsonata.Value, *failure) {
	v, err := r.value(t, e)
	if err != nil {
		return jsonata.Nothing, queryFailure(e.field,
			"The JSONata expression '%s' specified for the field '%s' threw an error during evaluation. %v", e.source, e.field, err)
	}
	switch {
	case v.Kind() == jsonata.KindNothing:
		return jsonata.Nothing, queryFailure(e.field,
			"The JSONata expression '%s' specified for the field '%s' returned nothing (undefined).", e.source, e.field)
	case !isData(v):
		return jsonata.Nothing, queryFailure(e.field,
			"The JSONata expression '%s' specified for the field '%s' returned an unsupported result type.", e.source, e.field)
	}
	return v, nil
}

// wrongType is the failure of an expression whose value a field cannot take.
func (e *expression) wrongType(want string, v jsonata.Value) *failure {
	return queryFailure(e.field,
		"The JSONata expression '%s' specified for the field '%s' returned an unexpected result type. Expected '%s', but was '%s' for value: %s",
		e.source, e.field, want, v.Kind(), v)
}

// needs says which members of $states are read, so that only those are built.
type needs uint16

const (
	needInput needs = 1 << iota
	needResult
	needError
	needExecution
	needState
	needMachine
	needTask
	needMap

	needContext = needExecution | needState | needMachine | needTask | needMap
	needAll     = needInput | needResult | needError | needContext
)

// needsOf scans a source for $states. Whatever is not plainly $states.name is
// taken to read all of it, so a mistake here costs time and never a value.
func needsOf(source string) needs {
	var n needs
	for rest := source; ; {
		i := strings.Index(rest, "$states")
		if i < 0 {
			return n
		}
		rest = rest[i+len("$states"):]
		switch name, after := step(rest); name {
		case "input":
			n |= needInput
		case "result":
			n |= needResult
		case "errorOutput":
			n |= needError
		case "context":
			part, _ := step(after)
			n |= contextNeed(part)
		default:
			n |= needAll
		}
	}
}

func contextNeed(part string) needs {
	switch part {
	case "Execution":
		return needExecution
	case "State":
		return needState
	case "StateMachine":
		return needMachine
	case "Task":
		return needTask
	case "Map":
		return needMap
	default:
		return needContext
	}
}

// step reads .name at the beginning of s.
func step(s string) (name, rest string) {
	if len(s) < 2 || s[0] != '.' {
		return "", s
	}
	n := 1
	for n < len(s) && (s[n] >= 'a' && s[n] <= 'z' || s[n] >= 'A' && s[n] <= 'Z' || s[n] >= '0' && s[n] <= '9' || s[n] == '_' || s[n] >= 0x80) {
		n++
	}
	return s[1:n], s[n:]
}
