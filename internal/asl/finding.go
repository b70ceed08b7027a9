package asl

import (
	"slices"
	"strings"
)

// Finding is one thing that is wrong with a definition.
type Finding struct {
	// Path is where: a JSON pointer such as /States/Wait/Seconds. A slash in a
	// state's name is written ~1 and a tilde ~0, as RFC 6901 has it.
	Path string
	// Reason says what is wrong in one short sentence.
	Reason string
	// Warning marks what AWS would accept.
	Warning bool
}

// String gives path and reason on one line.
func (f Finding) String() string {
	if f.Warning {
		return f.Path + ": warning: " + f.Reason
	}
	return f.Path + ": " + f.Reason
}

// Findings are all that Parse found, in the order of the definition.
type Findings []Finding

// Err returns the findings as an error when one of them is more than a warning.
func (f Findings) Err() error {
	errors := slices.DeleteFunc(slices.Clone(f), func(f Finding) bool { return f.Warning })
	if len(errors) == 0 {
		return nil
	}
	return &InvalidDefinition{Findings: errors}
}

// InvalidDefinition is the error for a definition that AWS would not create.
type InvalidDefinition struct{ Findings Findings }

// Error lists the findings, one a line.
func (e *InvalidDefinition) Error() string {
	lines := make([]string, 0, len(e.Findings)+1)
	lines = append(lines, "invalid state machine definition")
	for _, f := range e.Findings {
		lines = append(lines, f.String())
	}
	return strings.Join(lines, "\n")
}

// pointer appends a key to a JSON pointer.
func pointer(path, key string) string {
	return path + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}
