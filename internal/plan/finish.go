package plan

import (
	"maps"
	"slices"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/journey"
)

// EndName is the name of the node that ends an entry where the steps end and no
// task precedes.
const EndName = "end"

// close gives every way that ends without a task a node that ends the entry, lets
// tasks end it themselves, drops what nobody reaches and puts the rest in the
// order of the text.
func (b *builder) close(start ID) {
	natural := End
	theEnd := func() ID {
		if natural == End {
			natural = b.add(&Exit{Base: Base{Name: EndName, Seq: len(b.Steps) + 1}, Reason: senda.LeftCompleted})
		}
		return natural
	}
	if start == End {
		start = theEnd()
	}
	for _, id := range b.order(start) {
		t, ok := b.Nodes[id].(*Task)
		if !ok {
			for _, s := range Successors(b.Nodes[id]) {
				if *s == End {
					*s = theEnd()
				}
			}
			continue
		}
		if t.Next == End {
			t.Ends = senda.LeftCompleted
		} else if x, ok := b.Nodes[t.Next].(*Exit); ok {
			t.Ends, t.Exit, t.Next = x.Reason, x.Name, End
		}
	}
	b.renumber(start)
}

// renumber keeps what start reaches, in the order of the text.
func (b *builder) renumber(start ID) {
	keep := b.order(start)
	slices.SortStableFunc(keep, func(x, y ID) int {
		a, c := b.Nodes[x].Common(), b.Nodes[y].Common()
		return a.Seq - c.Seq
	})
	to := make(map[ID]ID, len(keep))
	nodes := make([]Node, len(keep))
	for i, id := range keep {
		to[id], nodes[i] = ID(i), b.Nodes[id]
	}
	for _, n := range nodes {
		for _, s := range Successors(n) {
			if *s != End {
				*s = to[*s]
			}
		}
	}
	b.Nodes, b.Start = nodes, to[start]
}

// used notes whose answers are read, by conditions, mails, awaits or facts.
func (b *builder) used() {
	note := func(r Reads) {
		for _, s := range r.Steps {
			b.Used[s] = true
		}
	}
	for _, n := range b.Nodes {
		switch n := n.(type) {
		case *Task:
			note(n.Reads)
		case *Facts:
			note(n.Reads)
		case *Pause:
			note(n.Reads)
		case *Choice:
			for _, c := range n.conds() {
				note(c.Reads)
			}
		}
	}
}

// finish settles the pauses: what may end them, which may follow which, and into
// which the hold of a mail folds.
func (b *builder) finish() {
	for _, n := range b.Nodes {
		if p, ok := n.(*Pause); ok {
			p.Callback = p.Callback || b.Leavable
			p.Spec.Open = b.opening(p.OnTime)
		}
	}
	b.First = b.pauses(b.Start)
	for _, n := range b.Nodes {
		switch n := n.(type) {
		case *Task:
			n.Pauses = b.pauses(n.Next)
		case *Facts:
			n.Pauses = b.pauses(n.Next)
		case *Pause:
			n.EventPauses, n.Pauses = b.pauses(n.OnEvent), b.pauses(n.OnTime)
			n.Expire = n.OnEvent != n.OnTime || len(n.Pauses) > 0 || n.Await != nil && b.Used[n.Name]
			// A timer cannot say when the next pause ends: somebody must be asked.
			n.Callback = n.Callback || n.Expire
		}
	}
}

// pauses are those that may come from id on before a node that calls a function.
func (b *builder) pauses(id ID) map[string]senda.PauseSpec {
	out := map[string]senda.PauseSpec{}
	b.from(id, func(n Node) bool {
		if p, ok := n.(*Pause); ok {
			out[p.Name] = p.Spec
		}
		_, on := n.(*Choice)
		return on
	})
	if len(out) == 0 {
		return nil
	}
	return out
}

// opening is what decides when the mail right after a pause may leave, nil when
// none stands there or nothing holds it. After an await that asks in the end whether
// its event came, the mail stands behind that question.
func (b *builder) opening(id ID) *senda.Opening {
	if c, ok := b.choiceAt(id); ok && len(c.Rules) == 1 && c.Rules[0].If[0].Kind == Happened {
		id = c.Default
	}
	if id == End {
		return nil
	}
	t, ok := b.Nodes[id].(*Task)
	if !ok {
		return nil
	}
	e, ok := t.Step.(*journey.Email)
	if !ok || b.Class[e.Name] == senda.Transactional {
		return nil
	}
	return &senda.Opening{Brand: e.Brand.Value, Purpose: e.Purpose.Value, Window: e.Window.String()}
}

// ahead notes for each step which mails may still come.
func (b *builder) ahead() {
	for i := range b.Steps {
		mails := map[int]string{}
		b.from(b.first[i], func(n Node) bool {
			if t, ok := n.(*Task); ok && t.Step.Kind() == journey.KindEmail {
				mails[t.Seq] = t.Name
			}
			return true
		})
		for _, seq := range slices.Sorted(maps.Keys(mails)) {
			b.Steps[i].Ahead = append(b.Steps[i].Ahead, mails[seq])
		}
	}
}
