package entry

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"
)

// oracle is a model of the protocol as one would explain it at a table: a few
// words and lists, told of each thing at the instant at which it takes effect.
// It shares no code with the rules.
type oracle struct {
	status    string // active, leaving, ended
	open      string // the step of the pause that stands open
	winner    []string
	arrivals  []arrival
	known     []int
	consumed  int // how many arrivals the last winner leaves behind
	credits   []int
	touched   time.Time
	withdrawn bool
	claimed   []string
}

type arrival struct {
	ref int
	at  time.Time
}

func (o oracle) won(step string) string {
	for _, w := range o.winner {
		if s, how, _ := strings.Cut(w, "="); s == step {
			return how
		}
	}
	return ""
}

func (o *oracle) win(step, how string) {
	o.winner = append(slices.Clone(o.winner), step+"="+how)
	if o.open == step {
		o.open = ""
	}
}

// hear: kind is clicked, which the awaits want, or bought, which is the exit and the goal.
func (o *oracle) hear(ref int, kind string, happened, arrived time.Time) {
	if kind == "bought" && !slices.Contains(o.credits, ref) && !o.touched.IsZero() && !happened.Before(o.touched) {
		o.credits = append(slices.Clone(o.credits), ref)
	}
	if slices.Contains(o.known, ref) || o.status != "active" {
		return
	}
	o.known = append(slices.Clone(o.known), ref)
	switch {
	case kind == "bought" && o.open != "":
		o.win(o.open, "leaving")
		o.status = "ended"
	case kind == "bought":
		o.status = "leaving"
	case o.open != "":
		o.win(o.open, fmt.Sprint("event ", ref))
		o.consumed = len(o.arrivals)
	default:
		o.arrivals = append(slices.Clone(o.arrivals), arrival{ref, arrived})
	}
}

// pause: a registration, or the question how the pause ended when due.
func (o *oracle) pause(step string, since, until time.Time, due bool) {
	if o.status != "active" {
		o.status = "ended"
		return
	}
	if o.won(step) != "" {
		return
	}
	if o.open == step {
		if due {
			o.win(step, "time")
		}
		return
	}
	if o.open != "" {
		o.win(o.open, "time")
	}
	for i, a := range o.arrivals {
		if i >= o.consumed && !a.at.Before(since) && !a.at.After(until) {
			o.win(step, fmt.Sprint("event ", a.ref))
			o.consumed = i + 1
			return
		}
	}
	if due {
		o.win(step, "time")
		return
	}
	o.open = step
}

// act: an acting step takes effect.
func (o *oracle) act() {
	if o.status != "active" {
		o.status = "ended"
		return
	}
	if o.open != "" {
		o.win(o.open, "time")
	}
}

// append adds what tells two oracles apart.
func (o oracle) append(b []byte) []byte {
	b = append(append(append(append(b, o.status...), '|'), o.open...), '|')
	for _, w := range o.winner {
		b = append(append(b, w...), ',')
	}
	for _, a := range o.arrivals {
		b = binary.LittleEndian.AppendUint64(append(b, byte(a.ref)), uint64(a.at.Unix()))
	}
	b = append(b, '|')
	for _, k := range o.known {
		b = append(b, byte(k))
	}
	b = append(b, '|', byte(o.consumed))
	for _, k := range o.credits {
		b = append(b, byte(k))
	}
	b = binary.LittleEndian.AppendUint64(append(b, '|'), uint64(o.touched.Unix()))
	for _, c := range o.claimed {
		b = append(b, c...)
	}
	if o.withdrawn {
		b = append(b, '!')
	}
	return b
}
