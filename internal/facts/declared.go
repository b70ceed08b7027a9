package facts

import "time"

// Declared is what profile.yaml says today: the attributes and facts there are.
// Immutable once made.
type Declared struct {
	Attributes map[string]Attribute
	Facts      map[string]*Fact
}

// Attribute is a declared attribute of a person.
type Attribute struct {
	// Personal attributes are never answered as such: only the truth of a
	// condition over them travels.
	Personal bool
}

// The bounds of a timeline, per person. What is older than Retention is dropped,
// and of what is left the oldest beyond MaxLines. Trimming happens now and then,
// so that a reader may meet a few more; no fact ever reads more than MaxLines.
const (
	MaxLines  = 1000
	Retention = 5 * 365 * 24 * time.Hour
)
