package cost

// Change is something that would make a journey cheaper, and what it saves of a million
// customers when the changes before it are made.
type Change struct {
	What  string
	Saves float64
	Left  float64 // dollars
}

// batch is how many notices come together when they wait for company.
const batch = 10

var changes = []struct {
	what  string
	apply func(b *Bill)
}{
	{"Intake does not take in `mail.delivered` where no journey, fact or goal listens to it: the rule of the bus says which kinds it brings, as it does for `mail.sent`", func(b *Bill) {
		b.each(func(l *Line) {
			if l.Step == OfOwnEvents {
				l.Use = Use{}
			}
		})
	}},
	{"Functions behind queues trace only what comes traced (`PassThrough`), and a sampling rule traces one execution in twenty", func(b *Bill) {
		b.each(func(l *Line) {
			if _, ok := l.Use[Trace]; ok {
				l.Use[Trace] = 0
			}
			if l.Step == OfExecutions {
				l.Use[Trace] = Million * tracedOfOthers
			}
		})
	}},
	{"The task at the end of a pause answers \"it happened\" with an error that a Catch names: no Choice behind it", func(b *Bill) {
		b.each(func(l *Line) {
			if l.Step == OfChoices {
				l.Use = Use{}
			}
		})
	}},
	{"The mail behind a pause settles how the pause ended in its own transaction: no task at its end", func(b *Bill) {
		b.each(func(l *Line) {
			if l.Function == "pause" && isTimeUp(l.Step) {
				l.Use = Use{}
			}
		})
	}},
	{"SES tells of deliveries only where a journey, fact or goal asks for them: half of the notices, all that they write and the events about them", func(b *Bill) {
		b.each(func(l *Line) {
			if l.Step != OfNotices {
				return
			}
			for i := range l.Use {
				l.Use[i] /= 2
			}
			delete(l.Use, Write)
			delete(l.Use, Event)
			delete(l.Use, ArchivedGB)
		})
	}},
	{"Lambda's own lines are not logged (system log level WARN)", func(b *Bill) {
		b.each(func(l *Line) {
			l.Use[LoggedGB] -= l.Use[Invocation] * (platformBytes + platformLines*lineBytes) / gigabyte
		})
	}},
	{"Notices of SES wait up to 20 seconds for company, ten in a batch", func(b *Bill) {
		b.each(func(l *Line) {
			if l.Step != OfNotices {
				return
			}
			n := l.Use[Invocation]
			l.Use[Invocation] = n / batch
			l.Use[QueueRequest] = n + 2*n/batch
			l.Use[LoggedGB] /= batch
		})
	}},
	{"A mail's claim carries the line of its step: one part less in the transaction, two units", func(b *Bill) { b.writes("send", 2) }},
	{"Suppression stands in the head of consent, which the same transaction checks: two units", func(b *Bill) { b.writes("send", 2) }},
	{"A score hands nothing over: its line is put without a transaction, one unit for four", func(b *Bill) { b.writes("score", 3) }},
	{"What a task reads and its transaction checks again may be eventually consistent: half the read units", func(b *Bill) {
		b.each(func(l *Line) {
			if l.Function == "score" || l.Function == "choose" || l.Function == "send" || l.Function == "pause" {
				l.Use[Read] /= 2
			}
		})
	}},
}

// writes leaves out so many write units of each invocation of a function.
func (b *Bill) writes(function string, units float64) {
	b.each(func(l *Line) {
		if l.Function == function {
			l.Use[Write] -= units * l.Use[Invocation]
		}
	})
}

// Changes are what would bring the bill down, in the order in which they are counted.
func Changes(c *Counts, mix []Share) ([]Change, error) {
	b, err := New(c, mix)
	if err != nil {
		return nil, err
	}
	var out []Change
	before := b.Total().Dollars()
	for _, c := range changes {
		c.apply(b)
		left := b.Total().Dollars()
		out = append(out, Change{c.what, before - left, left})
		before = left
	}
	return out, nil
}

// each gives every line of the bill a use of its own to change.
func (b *Bill) each(do func(l *Line)) {
	for i := range b.Lines {
		b.Lines[i].Use = b.Lines[i].Use.Plus(nil, 0)
		do(&b.Lines[i])
	}
}
