package emit

import (
	"strings"

	"github.com/senda-dev/senda/internal/asl"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/plan"
	"github.com/senda-dev/senda/internal/task"
)

// Transitions is how many states an execution enters at most: on a typical path,
// where nothing is refused or held, nobody leaves and no event comes before its
// time, and on any path but for holds and retries, which are rare and unbounded by
// the journey. AWS bills each (https://aws.amazon.com/step-functions/pricing/).
func Transitions(m *asl.Machine) (typical, longest int) {
	one := func(asl.State) int { return 1 }
	return heaviest(m, quietWays, one), heaviest(m, allWays, one)
}

// Events is the most events that the history of an execution can have, if every
// call is retried as often as it may be and every mail held as often as it may be
// (https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html).
func Events(m *asl.Machine, holds int) int {
	tries := 1
	for _, r := range task.Retries() {
		tries += r.Attempts
	}
	// A try is scheduled, started and succeeds or fails; a callback is submitted too.
	call := 2 + 3*tries
	pause := 2 + 4*tries
	const started, ended = 1, 1
	return started + ended + heaviest(m, allWays, func(s asl.State) int {
		t, ok := s.(*asl.Task)
		switch {
		case !ok:
			return 2
		case t.Resource == task.CallbackResource:
			return pause
		case m.State(task.HoldName(t.Name)) != nil:
			return call + holds*(call+pause)
		}
		return call
	})
}

// heaviest is the greatest sum of weights along any path of the machine. The way
// back of a mail that is sent again after its hold must be in the weight of its state.
func heaviest(m *asl.Machine, ways func(asl.State) []string, weight func(asl.State) int) int {
	memo := map[string]int{"": 0}
	var visit func(name string) int
	visit = func(name string) int {
		if n, ok := memo[name]; ok {
			return n
		}
		s := m.State(name)
		most := 0
		for _, to := range ways(s) {
			most = max(most, visit(to))
		}
		memo[name] = weight(s) + most
		return memo[name]
	}
	return visit(m.StartAt)
}

// allWays are where a state may lead, but for holds.
func allWays(s asl.State) []string {
	switch s := s.(type) {
	case *asl.Task:
		out := []string{s.Next}
		for _, c := range s.Catch {
			if c.Next != task.HoldName(s.Name) {
				out = append(out, c.Next)
			}
		}
		return out
	case *asl.Wait:
		return []string{s.Next}
	case *asl.Choice:
		out := []string{s.Default}
		for _, r := range s.Choices {
			out = append(out, r.Next)
		}
		return out
	}
	return nil
}

// quietWays are where a state leads when nobody leaves and pauses end by their time.
func quietWays(s asl.State) []string {
	switch s := s.(type) {
	case *asl.Task:
		for _, c := range s.Catch {
			if c.ErrorEquals[0] == statesTimeout {
				return []string{c.Next}
			}
		}
		return []string{s.Next}
	case *asl.Choice:
		out := []string{s.Default}
		for _, r := range s.Choices {
			if !strings.Contains(r.Condition.Str(), happened) {
				out = append(out, r.Next)
			}
		}
		return out
	}
	return allWays(s)
}

// Naive is the same of a machine as one would write it by hand: a state a step, a
// Choice an if, a Pass for each score, offer and set that keeps its answer, a facts task for each
// condition that needs one, every pause that is written, a pause of the length of the goal,
// and a Succeed. What the plan saves is measured against it.
func Naive(p *plan.Plan) (typical, longest int) {
	ends := 1
	if p.Journey.Goal != nil {
		ends++
	}
	typical, longest = naiveBlock(p.Journey.Steps)
	return typical + ends, longest + ends
}

func naiveBlock(steps []journey.Step) (typical, longest int) {
	for _, s := range steps {
		t, l := naiveStep(s)
		typical, longest = typical+t, longest+l
	}
	return typical, longest
}

func naiveStep(s journey.Step) (typical, longest int) {
	own := naiveCond(s.Common().If)
	blocks := journey.Blocks(s)
	quiet := blocks
	switch s := s.(type) {
	case *journey.If:
		own += naiveCond(s.Cond)
	case *journey.Branch:
		for _, a := range s.Arms {
			own += naiveCond(a.Cond)
		}
	case *journey.Await:
		own++
		if len(s.Then)+len(s.Otherwise) > 0 {
			own += 2 // ask how it ended, and choose
		}
		quiet = blocks[1:]
	case *journey.Score, *journey.Offer, *journey.Set:
		own += 2
	default:
		own++
	}
	most := func(blocks [][]journey.Step, which func(typical, longest int) int) int {
		n := 0
		for _, b := range blocks {
			n = max(n, which(naiveBlock(b)))
		}
		return n
	}
	typical = own + most(quiet, func(t, _ int) int { return t })
	longest = own + most(blocks, func(_, l int) int { return l })
	return typical, longest
}

func naiveCond(e *journey.Expr) int {
	switch {
	case e == nil:
		return 0
	case e.Personal(), plan.Of("", e).Asks():
		return 2
	}
	return 1
}
