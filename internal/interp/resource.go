package interp

import "strings"

// family is the set of events that a resource writes into the history.
type family uint8

const (
	// A function named by its own ARN. Strings of unknown form, such as a
	// ${Placeholder} that is not substituted yet, count as one.
	familyLambda family = iota
	familyActivity
	// An integration, arn:…:states:::service:action.
	familyTask
)

// resource is a Task's Resource taken apart.
type resource struct {
	text   string
	family family
	// kind and action are AWS's resourceType and resource of an integration:
	// lambda and invoke.waitForTaskToken.
	kind, action string
	// invoke marks the integration lambda:invoke, whose result wraps that of
	// the function; callback marks .waitForTaskToken.
	invoke, callback bool
	function         string // of a function's own ARN
	region           string
}

func resourceOf(text string) resource {
	r := resource{text: text, function: FunctionName(text)}
	parts := strings.SplitN(text, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return r
	}
	r.region = parts[3]
	if parts[2] != "states" {
		return r
	}
	if strings.HasPrefix(parts[5], "activity:") {
		r.family = familyActivity
		return r
	}
	r.family = familyTask
	r.kind = parts[5]
	if i := strings.LastIndexByte(r.kind, ':'); i >= 0 {
		r.kind, r.action = r.kind[:i], r.kind[i+1:]
	}
	r.callback = strings.HasSuffix(r.action, ".waitForTaskToken")
	r.invoke = r.kind == "lambda" && (r.action == "invoke" || r.callback && strings.HasPrefix(r.action, "invoke."))
	return r
}

// regionOf is the region of an ARN, empty when there is none.
func regionOf(arn string) string {
	parts := strings.SplitN(arn, ":", 5)
	if len(parts) < 5 {
		return ""
	}
	return parts[3]
}

// FunctionName gives the name of a Lambda function from its ARN or the end of
// one, without version or alias; any other string is returned as it is.
func FunctionName(arn string) string {
	_, name, is := strings.Cut(":"+arn, ":function:")
	if !is {
		return arn
	}
	name, _, _ = strings.Cut(name, ":")
	return name
}
