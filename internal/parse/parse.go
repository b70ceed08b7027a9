// Package parse reads journey.yaml and the parts that journeys include. It knows
// the grammar and nothing else: whether a brand or a mail exists is for package
// check. It returns every finding of a file and, whatever the file, a journey as
// complete as can be, so that the next pass can find more.
package parse

import (
	"strings"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/decode"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/outline"
)

// parser reads one file.
type parser struct{ *decode.Reader }

// Journey reads a journey.yaml. file is its name in findings. The journey is
// never nil.
func Journey(file string, src []byte) (*journey.Journey, diag.List) {
	root, found := outline.Read(file, src)
	p := parser{&decode.Reader{Found: found}}
	j := &journey.Journey{File: file}
	if m, ok := p.Map(root, "a journey", HeadKeys()); ok {
		p.journey(j, m)
	}
	return j, p.Found
}

// Part reads a file of journeys/parts. The part is never nil.
func Part(file string, src []byte) (*journey.Part, diag.List) {
	root, found := outline.Read(file, src)
	p := parser{&decode.Reader{Found: found}}
	part := &journey.Part{File: file}
	if m, ok := p.Map(root, "a part", PartKeys()); ok {
		m.Require(m.Pos(), "part", "steps")
		part.Name, part.Note = m.Name("part"), m.Words("note")
		part.Steps = p.steps(m, "steps")
		if m.Has("gives") {
			part.Gives = m.Names("gives")
		}
	}
	return part, p.Found
}

func (p parser) journey(j *journey.Journey, m decode.Map) {
	m.Require(m.Pos(), "journey", "owner", "state", "brand", "purpose", "enter", "steps")
	j.Name, j.Note, j.Owner = m.Name("journey"), m.Words("note"), m.Name("owner")
	j.State = senda.State(m.OneOf("state", journey.States()))
	j.StatePos = m.PosOf("state")
	j.Runs = p.runs(m)
	j.Brand, j.Purpose = m.Name("brand"), m.Name("purpose")
	j.Priority = senda.Priority(m.OneOf("priority", journey.Priorities()))
	if n := m.Node("enter"); n != nil {
		j.Enter = p.enter(n)
	}
	if m.Has("exit") {
		for _, n := range m.List("exit") {
			p.exit(j, n)
		}
	}
	p.holdout(j, m)
	if n := m.Node("goal"); n != nil {
		j.Goal = p.goal(n)
	}
	j.Steps = p.steps(m, "steps")
}

const runsHelp = "write 2026-11-20 to 2026-12-24, from 2026-11-20, or until 2026-12-24"

func (p parser) runs(m decode.Map) journey.Runs {
	t := m.Text("runs")
	out := journey.Runs{Pos: t.Pos}
	date := func(from int, s string) calendar.Date {
		d, err := calendar.ParseDate(s)
		if err != nil {
			p.Add(decode.BadTime(t, from, err))
		}
		return d
	}
	from, to, both := strings.Cut(t.Value, " to ")
	switch {
	case t.IsZero():
	case both:
		out.From, out.To = date(0, from), date(len(from)+len(" to "), to)
		if !out.From.IsZero() && !out.To.IsZero() && out.To.Before(out.From) {
			p.Add(diag.BadTime.At(t.Pos, "these days end before they begin").Try("write the earlier day first"))
		}
	case strings.HasPrefix(t.Value, "from "):
		out.From = date(len("from "), t.Value[len("from "):])
	case strings.HasPrefix(t.Value, "until "):
		out.To = date(len("until "), t.Value[len("until "):])
	default:
		p.Add(diag.BadTime.At(t.Pos, "%q is not a range of days", t.Value).Try(runsHelp))
	}
	return out
}

func (p parser) enter(n *outline.Node) journey.Enter {
	m, ok := p.Map(n, "enter", EnterKeys())
	if !ok {
		return journey.Enter{Pos: n.Pos}
	}
	e := journey.Enter{
		Pos: m.Pos(), Event: m.Event("event"), If: m.Expr("if"), Each: m.Expr("each"),
		Audience: m.Name("audience"), SchedulePos: m.PosOf("every"),
	}
	e.Schedule = m.Every("every")
	if m.Has("once") {
		once := m.Once("once")
		if m.Has("every") {
			p.Add(diag.TwoActions.At(m.KeyPos("once"), "an audience is looked at every so often or once, not both").Try("delete one"))
		} else {
			e.Schedule, e.SchedulePos = once, m.PosOf("once")
		}
	}
	switch {
	case m.Has("event") && m.Has("audience"):
		p.Add(diag.TwoActions.At(m.KeyPos("audience"), "people enter by an event or by an audience, not by both").
			Try("write a journey for each, and include the same part"))
	case m.Has("audience"):
		if !m.Has("every") && !m.Has("once") {
			p.Add(diag.MissingKey.At(m.KeyPos("audience"), "an audience needs the time at which it is looked at").
				Try("write every: day at 09:00, every: monday at 09:00 or once: 2026-12-01 09:00"))
		}
		for _, key := range []string{"if", "each", "meanwhile"} {
			if m.Has(key) {
				p.Add(diag.UnknownKey.At(m.KeyPos(key), "%s belongs to an event, and people enter here by an audience", key).
					Try("put the condition into the audience"))
			}
		}
	case m.Has("event"):
		for _, key := range []string{"every", "once"} {
			if m.Has(key) {
				p.Add(diag.UnknownKey.At(m.KeyPos(key), "%s belongs to an audience, and people enter here by an event", key).Try("delete it"))
			}
		}
	default:
		p.Add(diag.MissingKey.At(m.Pos(), "enter needs event or audience").Try("write event: order.completed"))
	}
	e.Again = p.again(m)
	e.Meanwhile, _ = journey.ParseMeanwhile(m.OneOf("meanwhile", journey.Meanwhiles()))
	return e
}

func (p parser) again(m decode.Map) journey.Again {
	t := m.Text("again")
	a := journey.Again{Pos: t.Pos}
	switch {
	case t.IsZero():
	case t.Value == "never":
		a.Kind = journey.AgainNever
	case t.Value == "at once":
		a.Kind = journey.AgainAtOnce
	case strings.HasPrefix(t.Value, "after "):
		const from = len("after ")
		span, err := calendar.ParseSpan(t.Value[from:])
		if err != nil {
			p.Add(decode.BadTime(t, from, err))
			break
		}
		a.Kind, a.Span = journey.AgainAfter, span
	default:
		p.Add(decode.BadWord(t, "again", []string{"never", "at once", "after 90 days"}))
	}
	return a
}

func (p parser) exit(j *journey.Journey, n *outline.Node) {
	m, ok := p.Map(n, "an exit", ExitKeys())
	if !ok {
		return
	}
	m.Require(m.Pos(), "event")
	x := journey.Exit{Pos: m.Pos(), If: m.Expr("if"), Reason: m.Name("reason")}
	if ev := m.Node("event"); ev != nil && ev.Kind == outline.Scalar && ev.Text.Value == senda.GoalEvent {
		x.Event = ev.Text
	} else {
		x.Event = m.Event("event")
	}
	j.Exits = append(j.Exits, x)
}

func (p parser) holdout(j *journey.Journey, m decode.Map) {
	t := m.Text("holdout")
	j.Holdout = journey.Holdout{Pos: t.Pos, Why: m.Words("why-no-holdout")}
	none := t.Value == "none"
	if !none {
		j.Holdout.Share = p.Share(t)
	}
	switch {
	case !m.Has("holdout"):
		p.Add(diag.NoReason.At(m.KeyPos("journey"), "nothing is said of a hold-out").
			Try("%s", "write holdout: 10%, and the report can say what the journey earned").
			Try("or holdout: none with why-no-holdout: and the reason"))
	case none && !m.Has("why-no-holdout"):
		p.Add(diag.NoReason.At(t.Pos, "no hold-out needs its reason, since nobody can say then what the journey earned").
			Try("write why-no-holdout: and the reason below it"))
	case !none && m.Has("why-no-holdout"):
		p.Add(diag.UnknownKey.At(m.KeyPos("why-no-holdout"), "why-no-holdout is written only with holdout: none").Try("delete one"))
	case strings.HasSuffix(t.Value, "%") && strings.Trim(t.Value, "0.%") == "":
		p.Add(diag.NoReason.At(t.Pos, "a hold-out of nobody is none").Try("write holdout: none with why-no-holdout: and the reason"))
	case j.Holdout.Share > journey.AllShares/2:
		p.Add(diag.BadShare.At(t.Pos, "more than half would be held out").Try("%s", "between 5% and 20% is usual"))
	}
}

func (p parser) goal(n *outline.Node) *journey.Goal {
	m, ok := p.Map(n, "a goal", GoalKeys())
	if !ok {
		return nil
	}
	m.Require(m.Pos(), "event", "within")
	g := &journey.Goal{Pos: m.Pos(), Event: m.Event("event"), If: m.Expr("if"), Value: m.Expr("value"), WithinPos: m.PosOf("within")}
	t := m.Text("within")
	if t.IsZero() {
		return g
	}
	span, fromEntry := strings.CutSuffix(t.Value, " of entry")
	s, err := calendar.ParseSpan(span)
	if err != nil {
		p.Add(decode.BadTime(t, 0, err).Try("or 30 days of entry, to count from the entry and not from the first mail"))
		return g
	}
	g.Within, g.FromEntry = s, fromEntry
	return g
}
