package cost

import "fmt"

// Share is how many of all customers walk a path.
type Share struct {
	Path string
	Of   float64
}

// Figures of the reference journey: of those who are treated one in ten buys before the reminder, so
// that a customer gets 1.9 mails.
var (
	Treated = []Share{{Silent, 0.9}, {Buyers, 0.1}}
	// Everybody has the hold-outs in it: 10 % of the journey's and 2 % of the family's.
	Everybody = []Share{{Silent, 0.9 * treated}, {Buyers, 0.1 * treated}, {HeldOutSilent, 0.9 * (1 - treated)}, {HeldOutBuyers, 0.1 * (1 - treated)}}
)

const treated = (1 - 0.10) * (1 - 0.02)

// Million is how many customers a bill is for, Days over how many days they come.
const (
	Million = 1e6
	Days    = 30
)

// Line is what one function did for one step, for a million customers.
type Line struct {
	Step, Function string
	Use            Use
}

// Bill is what a million customers cost.
type Bill struct {
	Mails float64 // a customer
	Lines []Line
	// Wall is what Lambda's GB-seconds would be with durations as the emulator saw them.
	Wall float64
}

// Total is the sum of a bill's lines.
func (b *Bill) Total() Use {
	sum := Use{}
	for _, l := range b.Lines {
		sum = sum.Plus(l.Use, 1)
	}
	return sum
}

// New makes the bill of a million customers of whom some walk each path, over a month.
func New(c *Counts, mix []Share) (*Bill, error) { return Over(c, mix, Days) }

// Over is the bill of a million who come evenly over so many days: the slower they come,
// the more of their requests are traced.
func Over(c *Counts, mix []Share, days float64) (*Bill, error) {
	b := new(Bill)
	at := map[string]int{}
	line := func(step, function string) *Line {
		key := step + "/" + function
		i, ok := at[key]
		if !ok {
			i = len(b.Lines)
			at[key] = i
			b.Lines = append(b.Lines, Line{step, function, Use{}})
		}
		return &b.Lines[i]
	}
	for _, s := range mix {
		p, err := c.path(s.Path)
		if err != nil {
			return nil, err
		}
		b.Mails += s.Of * float64(p.Mails) / float64(p.People)
		times := s.Of * Million / float64(p.People)
		for _, r := range p.Rows {
			l, f := line(r.Step, r.Function), c.Functions[r.Function]
			l.Use = l.Use.Plus(use(r, f), times)
			b.Wall += times * gbSeconds(r.Wall, f)
		}
	}
	line(OfExecutions, "").Use = Use{Trace: Million}
	b.sample(days)
	return b, nil
}

func (c *Counts) path(name string) (Path, error) {
	for _, p := range c.Paths {
		if p.Name == name && p.People > 0 {
			return p, nil
		}
	}
	return Path{}, fmt.Errorf("nobody was recorded who %s", name)
}

// OfExecutions is the line of what executions cost beside their transitions.
const OfExecutions = "(executions)"

// What Lambda writes for each invocation, in bytes, in the JSON format: platform.start and
// platform.report. CloudWatch adds to each line.
const (
	platformBytes = 600
	platformLines = 2
	lineBytes     = 26 // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
)

const gigabyte = 1 << 30

// use is what a row's people used together. Calls at the start of a process are the deployment's, not theirs.
func use(r Row, f Function) Use {
	r = alone(r)
	n := float64(r.Invocations)
	u := Use{
		Transition: float64(r.Transitions), Invocation: n, GBSecond: gbSeconds(Duration(r, f), f),
		Write: r.Writes, Read: r.Reads, Event: float64(r.Events), ServiceEvent: float64(r.ServiceEvents),
		ArchivedGB: float64(r.EventBytes) / gigabyte,
		LoggedGB:   (float64(r.LogBytes) + float64(r.LogLines)*lineBytes + n*(platformBytes+platformLines*lineBytes)) / gigabyte,
	}
	if r.Messages > 0 {
		// One sends a message into the queue, one receives it, one deletes it.
		u[QueueRequest] = 3 * n
		u[Trace] = n // functions of a state machine are in the trace of the execution
	}
	return u
}

// alone makes each message of a queue an invocation. Batches of a run depend on how fast the
// emulator was; a million customers in a month are some two messages a second, of which most come alone.
func alone(r Row) Row {
	if r.Messages <= r.Invocations {
		return r
	}
	if r.Invocations > 0 {
		more := float64(r.Messages) / float64(r.Invocations)
		r.LogBytes, r.LogLines = int(float64(r.LogBytes)*more), int(float64(r.LogLines)*more)
	}
	r.Invocations = r.Messages
	return r
}

// Lambda and Step Functions trace one in a second and one in twenty of the others
// (https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html).
const (
	tracedEachSecond = 1.0
	tracedOfOthers   = 0.05
)

// sample leaves the traces that are recorded when the million comes evenly over so many days. Each function, and the machines together, samples for itself.
func (b *Bill) sample(days float64) {
	all := map[string]float64{}
	for _, l := range b.Lines {
		all[l.Function] += l.Use[Trace]
	}
	for i, l := range b.Lines {
		if n := all[l.Function]; n > 0 {
			b.Lines[i].Use[Trace] *= Sampled(n / (days * 86400))
		}
	}
}

// Sampled is the share of requests that are traced at a rate, in requests a second.
func Sampled(rate float64) float64 {
	if rate <= tracedEachSecond {
		return 1
	}
	return (tracedEachSecond + tracedOfOthers*(rate-tracedEachSecond)) / rate
}

// Naive is the bill of the same journey compiled as one would write it by hand, by the
// same functions: its own count of transitions, and one invocation more for the pause
// of the length of the goal and, for those who bought, for the question how the pause ended, which Senda's
// machine asks only of those whose time was up.
func Naive(c *Counts, mix []Share) (*Bill, error) {
	b, err := New(c, mix)
	if err != nil {
		return nil, err
	}
	for _, l := range b.Lines {
		delete(l.Use, Transition)
	}
	silent, err := c.path(Silent)
	if err != nil {
		return nil, err
	}
	begin, ok1 := silent.pause(false)
	asked, ok2 := silent.pause(true)
	if !ok1 || !ok2 {
		return nil, fmt.Errorf("no pause was recorded of those who %s", Silent)
	}
	each := func(r Row) Use {
		u := use(r, c.Functions[r.Function])
		delete(u, Transition)
		return Use{}.Plus(u, 1/float64(silent.People))
	}
	more := Line{Step: "(pause of the goal, questions)", Function: "pause", Use: Use{}}
	states := Line{Step: "(states)", Use: Use{}}
	for _, s := range mix {
		p, err := c.path(s.Path)
		if err != nil {
			return nil, err
		}
		states.Use[Transition] += s.Of * Million * float64(p.Naive)
		more.Use = more.Use.Plus(each(begin), s.Of*Million)
		if s.Path == Buyers || s.Path == HeldOutBuyers {
			more.Use = more.Use.Plus(each(asked), s.Of*Million)
		}
	}
	b.Lines = append(b.Lines, states, more)
	return b, nil
}

// pause is the row of a pause, or of its end.
func (p Path) pause(end bool) (Row, bool) {
	for _, r := range p.Rows {
		if r.Function == "pause" && r.Step != OfTheEnd && isTimeUp(r.Step) == end {
			return r, true
		}
	}
	return Row{}, false
}
