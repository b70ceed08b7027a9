package doctor

import (
	"context"
	"fmt"
	"io"

	senda "github.com/senda-dev/senda"
)

// Level says how bad it is.
type Level string

// The levels. Missing: something will not work until it is mended. Warning: it works,
// and somebody should look.
const (
	OK      Level = "ok"
	Warning Level = "warning"
	Missing Level = "missing"
)

// Finding is the answer of one check.
type Finding struct {
	Check string `json:"check"`
	Level Level  `json:"level"`
	Say   string `json:"say"`
	// Mend is the way out, empty where nothing is wrong.
	Mend string `json:"mend,omitempty"`
}

// Report is all findings, in the order of the checks.
type Report []Finding

// Sick says whether something is missing.
func (r Report) Sick() bool {
	for _, f := range r {
		if f.Level == Missing {
			return true
		}
	}
	return false
}

// Write tells the report to a reader at a terminal.
func (r Report) Write(w io.Writer) {
	n, wide := map[Level]int{}, 0
	for _, f := range r {
		wide = max(wide, len(f.Check))
	}
	for _, f := range r {
		n[f.Level]++
		fmt.Fprintf(w, "%-8s %-*s  %s\n", f.Level, wide, f.Check, f.Say)
		if f.Mend != "" {
			fmt.Fprintf(w, "         help: %s\n", f.Mend)
		}
	}
	fmt.Fprintf(w, "%d fine, %d to look at, %d missing\n", n[OK], n[Warning], n[Missing])
}

// Patient is what is examined. What is nil or empty is not looked at.
type Patient struct {
	Machine Machine
	// Account answers for the account and the region of the credentials at hand.
	Account Account
	// Senders are the domains that the brands send from.
	Senders []Sender
	// Names are asked for DMARC records.
	Names Names
	// Open opens the deployment that should stand in the account. NotFound: it does not,
	// and the error says what is missing.
	Open func(ctx context.Context) (Deployment, error)
	// Audience is how many people a journey may mail at once; 0: those of the
	// deployment are counted, if there is one.
	Audience int
}

// Sender is a domain that a brand sends from.
type Sender struct {
	Domain string
	Brand  string
}

// Examine runs every check. It ends early only when ctx does.
func Examine(ctx context.Context, p Patient) (Report, error) {
	var r Report
	if p.Machine != nil {
		r = append(r, programs(ctx, p.Machine)...)
	}
	if p.Account != nil {
		r = append(r, account(ctx, &p)...)
	}
	if p.Names != nil {
		r = append(r, dmarc(ctx, &p)...)
	}
	if ctx.Err() != nil {
		return nil, senda.Wrap(senda.Unavailable, "examine", ctx.Err())
	}
	return r, nil
}

func ok(check, format string, args ...any) Finding {
	return Finding{Check: check, Level: OK, Say: fmt.Sprintf(format, args...)}
}

func (f Finding) warn(mend string, args ...any) Finding {
	f.Level, f.Mend = Warning, fmt.Sprintf(mend, args...)
	return f
}

func (f Finding) missing(mend string, args ...any) Finding {
	f.Level, f.Mend = Missing, fmt.Sprintf(mend, args...)
	return f
}

// unasked is the finding when a question was not answered: nobody knows.
func unasked(check string, err error) Finding {
	f := ok(check, "could not be asked: %s", reason(err))
	if senda.CodeOf(err) == senda.Denied {
		return f.warn("give the role that you use the right to ask, or ask somebody who has it")
	}
	return f.warn("try again; if it stays, see https://health.aws.amazon.com")
}

// reason is what a service said, without its requests' ids and addresses.
func reason(err error) string {
	switch senda.CodeOf(err) {
	case senda.Denied:
		return "the credentials do not allow it"
	case senda.Unavailable:
		return "the service did not answer"
	default:
		return "the service refused"
	}
}
