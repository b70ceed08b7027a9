package parse

import (
	"slices"
	"strings"

	"github.com/senda-dev/senda/internal/decode"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/outline"
)

// steps reads the list of steps under a key.
func (p parser) steps(m decode.Map, key string) []journey.Step {
	if !m.Has(key) {
		return nil
	}
	var out []journey.Step
	for _, n := range m.List(key) {
		if s := p.step(n); s != nil {
			out = append(out, s)
		}
	}
	return out
}

// step reads one step; nil when it cannot be told what it is.
func (p parser) step(n *outline.Node) journey.Step {
	if n.Kind == outline.Bad {
		return nil
	}
	if n.Kind != outline.Map {
		p.notAStep(n)
		return nil
	}
	action, ok := p.action(n)
	if !ok {
		return nil
	}
	kind, _ := journey.ParseKind(action)
	m, _ := p.Map(n, article(action)+" step", append(StepKeys(kind), others(action)...))
	b := journey.Base{Pos: m.KeyPos(action), Note: m.Words("note")}
	switch kind {
	case journey.KindAwait, journey.KindIf, journey.KindBranch: // "if" is theirs, or not allowed
	default:
		b.If = m.Expr("if")
	}
	s := p.byKind(kind, b, m)
	p.name(s, m)
	return s
}

// others are the other actions: a second one under a dash is reported by action.
func others(action string) []string {
	return slices.DeleteFunc(actions(), func(a string) bool { return a == action || a == "if" })
}

func article(word string) string {
	if strings.ContainsAny(word[:1], "aeio") {
		return "an " + word
	}
	return "a " + word
}

func (p parser) notAStep(n *outline.Node) {
	if n.Kind == outline.Scalar {
		if word, rest, ok := strings.Cut(n.Text.Value, ":"); ok && rest != "" {
			if _, known := journey.ParseKind(word); known {
				p.Add(diag.MissingSpace.At(n.Text.At(0, len(word)+1), "a space is missing after the colon").Try("write %s: %s", word, rest))
				return
			}
		}
	}
	p.Add(diag.NoAction.At(n.Pos, "a step is an action with a value").Try("write - wait: 3 days, or - email: come-back"))
}

// shared are the keys that say nothing of what a step does.
var shared = []string{"if", "as", "note"}

// action finds the key that says what a step does.
func (p parser) action(n *outline.Node) (string, bool) {
	var found []diag.Text
	for _, e := range n.Entries {
		if _, ok := journey.ParseKind(e.Key.Value); ok && e.Key.Value != "if" {
			found = append(found, e.Key)
		} else if slices.Contains(journey.Reserved(), e.Key.Value) {
			p.Add(diag.NotYet.At(e.Key.Pos, "%s is planned and not there yet", e.Key.Value).
				Try("the steps are %s", diag.Words(actions(), 20)))
			return "", false
		}
	}
	choice := n.Get("if") != nil && (n.Get("then") != nil || n.Get("otherwise") != nil)
	switch {
	case len(found) == 0 && choice:
		return "if", true
	case len(found) == 0 && onlyShared(n):
		p.Add(diag.NoAction.At(n.Pos, "this dash has no action").Try("write then: below the if, or the action that it is about"))
		return "", false
	case len(found) == 0:
		p.unknownStep(n)
		return "", false
	}
	for _, second := range found[1:] {
		p.Add(diag.TwoActions.At(second.Pos, "%s and %s stand under one dash", found[0].Value, second.Value).
			Try("give %s a dash of its own", second.Value))
	}
	return found[0].Value, true
}

func onlyShared(n *outline.Node) bool {
	for _, e := range n.Entries {
		if !slices.Contains(shared, e.Key.Value) {
			return false
		}
	}
	return true
}

func (p parser) unknownStep(n *outline.Node) {
	for _, e := range n.Entries {
		if slices.Contains(shared, e.Key.Value) {
			continue
		}
		f := diag.UnknownStep.At(e.Key.Pos, "unknown step %q", e.Key.Value)
		if hint := diag.DidYouMean(e.Key.Value, actions()); hint != "" {
			f = f.Try("%s", hint)
		} else {
			f = f.Try("the steps are %s", diag.Words(actions(), 20))
		}
		p.Add(f)
		return
	}
}

func actions() []string {
	var out []string
	for _, k := range journey.Kinds() {
		out = append(out, k.String())
	}
	return out
}

func (p parser) byKind(kind journey.Kind, b journey.Base, m decode.Map) journey.Step {
	here := b.Pos
	switch kind {
	case journey.KindWait:
		return &journey.Wait{Base: b, For: m.Pause("wait"), ForText: m.Text("wait")}
	case journey.KindAwait:
		return p.await(b, m)
	case journey.KindIf:
		m.Require(here, "then")
		return &journey.If{Base: b, Cond: m.Expr("if"), Then: p.steps(m, "then"), Otherwise: p.steps(m, "otherwise")}
	case journey.KindBranch:
		return p.branch(b, m)
	case journey.KindSplit:
		return p.split(b, m)
	case journey.KindScore:
		return &journey.Score{Base: b, Model: m.Name("score")}
	case journey.KindOffer:
		o := &journey.Offer{Base: b, Slot: m.Name("offer")}
		if m.Has("from") {
			o.From = m.Names("from")
		}
		return o
	case journey.KindEmail:
		return &journey.Email{
			Base: b, Mail: m.Name("email"), Purpose: m.Name("purpose"), Brand: m.Name("brand"),
			Window: m.Window("window"), WindowPos: m.PosOf("window"),
			Expires: m.Span("expires"), ExpiresPos: m.PosOf("expires"),
		}
	case journey.KindSet:
		m.Require(here, "to")
		return &journey.Set{Base: b, Attr: p.attribute(m), To: m.Expr("to")}
	case journey.KindEmit:
		return &journey.Emit{Base: b, Event: m.Event("emit")}
	case journey.KindExit:
		return &journey.Leave{Base: b, Reason: m.Name("exit")}
	case journey.KindInclude:
		return &journey.Include{Base: b, Part: m.Name("include"), As: m.Name("as")}
	}
	return nil
}

// attribute reads "person.tier" and drops the root.
func (p parser) attribute(m decode.Map) diag.Text {
	t := m.Text("set")
	if t.IsZero() {
		return t
	}
	name, ok := strings.CutPrefix(t.Value, "person.")
	if !ok {
		p.Add(diag.BadName.At(t.Pos, "only what belongs to the person can be set").Try("write set: person.%s", decode.Slug(t.Value)))
		return diag.Text{}
	}
	attr := diag.NewText(name, t.At(len("person."), len(t.Value)))
	if f, ok := decode.BadName(attr); !ok {
		p.Add(f)
		return diag.Text{}
	}
	return attr
}

func (p parser) await(b journey.Base, m decode.Map) *journey.Await {
	a := &journey.Await{Base: b, Match: m.Expr("if"), ForPos: m.PosOf("for")}
	if n := m.Node("for"); n != nil && n.Kind == outline.Scalar && strings.HasPrefix(n.Text.Value, "until ") {
		p.Add(diag.BadTime.At(n.Pos, "an await ends after a length of time, not at a moment").Try("write for: 7 days"))
	} else {
		a.For = m.Span("for")
	}
	if !m.Has("for") {
		p.Add(diag.MissingKey.At(b.Pos, "an await needs the time after which people go on").Try("write for: 7 days"))
	}
	nodes := []*outline.Node{m.Node("await")}
	if nodes[0].Kind == outline.List {
		nodes = m.List("await")
	}
	for _, n := range nodes {
		if t := p.Event(n, "await"); !t.IsZero() {
			a.Events = append(a.Events, journey.Awaited{Text: t})
		}
	}
	a.Then, a.Otherwise = p.steps(m, "then"), p.steps(m, "otherwise")
	return a
}

func (p parser) branch(b journey.Base, m decode.Map) *journey.Branch {
	out := &journey.Branch{Base: b}
	arms := m.List("branch")
	for i, n := range arms {
		arm, ok := p.Map(n, "an arm of branch", ArmKeys())
		if !ok {
			continue
		}
		if !arm.Has("otherwise") {
			arm.Require(arm.Pos(), "if", "then")
			out.Arms = append(out.Arms, journey.Arm{Pos: arm.Pos(), Cond: arm.Expr("if"), Then: p.steps(arm, "then")})
			continue
		}
		switch {
		case arm.Has("if") || arm.Has("then"):
			p.Add(diag.TwoActions.At(arm.KeyPos("otherwise"), "otherwise has a dash of its own, the last of the branch").Try("move it below the other arms"))
		case i < len(arms)-1:
			p.Add(diag.NeverReached.At(arm.KeyPos("otherwise"), "what stands below otherwise is never looked at").Try("make otherwise the last of the branch"))
		}
		out.Otherwise, out.OtherwisePos = p.steps(arm, "otherwise"), arm.KeyPos("otherwise")
	}
	if len(arms) > 0 && len(out.Arms) == 0 && !p.Found.HasErrors() {
		p.Add(diag.NothingInside.At(b.Pos, "a branch needs an arm with if and then"))
	}
	return out
}

func (p parser) split(b journey.Base, m decode.Map) *journey.Split {
	m.Require(b.Pos, "ways")
	out := &journey.Split{Base: b}
	whole := true
	var sum journey.Share
	ways := []*outline.Node{}
	if m.Has("ways") {
		ways = m.List("ways")
	}
	for _, n := range ways {
		way, ok := p.Map(n, "a way", WayKeys())
		if !ok {
			whole = false
			continue
		}
		way.Require(way.Pos(), "way", "share")
		w := journey.Way{Name: way.Name("way"), Share: way.Share("share"), SharePos: way.PosOf("share"), Then: p.steps(way, "then")}
		if slices.ContainsFunc(out.Ways, func(o journey.Way) bool { return o.Name.Value == w.Name.Value && !w.Name.IsZero() }) {
			p.Add(diag.DuplicateName.At(w.Name.Pos, "two ways are called %q", w.Name.Value).Try("call one otherwise"))
		}
		whole = whole && w.Share > 0
		sum += w.Share
		out.Ways = append(out.Ways, w)
	}
	if whole && len(out.Ways) > 0 && sum != journey.AllShares {
		p.Add(diag.SharesSum.At(m.KeyPos("ways"), "the shares make %s, not 100%%", sum).Try("change one, so that everybody has a way"))
	}
	if len(out.Ways) == 1 {
		p.Add(diag.NothingInside.At(m.KeyPos("ways"), "a split has two ways or more"))
	}
	return out
}

// name gives a step its name: as, what it is about, or what it does.
func (p parser) name(s journey.Step, m decode.Map) {
	b := s.Common()
	b.NamePos = b.Pos
	about := func(t diag.Text) {
		if !t.IsZero() {
			b.Name, b.NamePos, b.Written = t.Value, t.Pos, true
		}
	}
	switch s := s.(type) {
	case *journey.Email:
		about(s.Mail)
	case *journey.Offer:
		about(s.Slot)
	case *journey.Score:
		about(s.Model)
	case *journey.Split:
		about(m.Name("split"))
	case *journey.Include:
		about(s.Part) // replaced by its steps; the name serves findings only
	}
	if _, include := s.(*journey.Include); !include {
		if as := m.Name("as"); !as.IsZero() {
			about(as)
		}
	}
	if b.Name == "" {
		b.Name = Unwritten(s)
	}
	b.Local = b.Name
}

// Unwritten is the name of a step that has none of its own: what it does.
func Unwritten(s journey.Step) string {
	name := s.Kind().String()
	add := func(text string) {
		if slug := strings.Trim(slugOf(text), "-"); slug != "" {
			name += "-" + slug
		}
	}
	switch s := s.(type) {
	case *journey.Wait:
		add(s.For.String())
	case *journey.Await:
		for i, e := range s.Events {
			if i > 0 {
				name += "-or"
			}
			add(e.Text.Value)
		}
	case *journey.If:
		if s.Cond != nil {
			add(s.Cond.Text.Value)
		}
	case *journey.Set:
		add(s.Attr.Value)
	case *journey.Emit:
		add(s.Event.Value)
	case *journey.Leave:
		add(s.Reason.Value)
	case *journey.Branch:
		if len(s.Arms) > 0 && s.Arms[0].Cond != nil {
			add(s.Arms[0].Cond.Text.Value)
		}
	}
	if len(name) > decode.MaxName {
		name = strings.TrimRight(name[:decode.MaxName], "-")
	}
	return name
}

// slugOf is the text in small letters and digits, with a hyphen for the rest.
func slugOf(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		} else if b.Len() > 0 && !strings.HasSuffix(b.String(), "-") {
			b.WriteByte('-')
		}
	}
	return b.String()
}
