package house

import (
	"sync"
	"time"
)

// Virtual is a clock that stands until it is set. It never goes back.
type Virtual struct {
	mu  sync.Mutex
	now time.Time
}

// NewVirtual makes a clock that stands at an instant.
func NewVirtual(at time.Time) *Virtual { return &Virtual{now: at.UTC()} }

// Now is the instant at which the clock stands.
func (v *Virtual) Now() time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.now
}

// Set moves the clock on to an instant; an earlier one leaves it where it is.
func (v *Virtual) Set(at time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if at.After(v.now) {
		v.now = at.UTC()
	}
}
