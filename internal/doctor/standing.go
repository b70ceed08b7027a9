package doctor

import (
	"context"
	"fmt"
	"strings"

	senda "github.com/senda-dev/senda"
)

// Deployment is one that stands in the account.
type Deployment interface {
	// Parts says of what it needs whether it is there.
	Parts(ctx context.Context) ([]Part, error)
	// DeadLetters counts what could not be done, by the function that should have.
	DeadLetters(ctx context.Context) ([]Dead, error)
	// Alarms are those that ring.
	Alarms(ctx context.Context) ([]Alarm, error)
	// Refused counts the events in quarantine.
	Refused(ctx context.Context) (int, error)
	// People is about how many people it knows.
	People(ctx context.Context) (int, error)
}

// Part is something that a deployment needs. Trouble is empty when it is there and well.
type Part struct {
	Name    string
	Trouble string
}

// Dead are the dead letters of a function.
type Dead struct {
	Hop   string
	Count int
}

// Alarm rings. Why is its own description.
type Alarm struct {
	Name, Why string
}

// open opens the deployment, or says why there is none.
func open(ctx context.Context, do func(context.Context) (Deployment, error)) (Deployment, []Finding) {
	const check = "deployment"
	d, err := do(ctx)
	switch {
	case senda.CodeOf(err) == senda.NotFound:
		return nil, []Finding{ok(check, "%v", err).missing("make deploy; or see that AWS_PROFILE and AWS_REGION are those of the deployment")}
	case err != nil:
		return nil, []Finding{unasked(check, err)}
	}
	return d, nil
}

func deployment(ctx context.Context, d Deployment) []Finding {
	var out []Finding
	parts, err := d.Parts(ctx)
	if err != nil {
		out = append(out, unasked("deployment", err))
	}
	var there []string
	for _, p := range parts {
		if p.Trouble == "" {
			there = append(there, p.Name)
			continue
		}
		out = append(out, ok(p.Name, "%s", p.Trouble).missing("deploy again: make deploy; if it comes back, restore it from its backup first"))
	}
	if len(there) > 0 {
		out = append(out, ok("deployment", "%s", strings.Join(there, ", ")))
	}
	out = append(out, dead(ctx, d), refused(ctx, d))
	return append(out, alarms(ctx, d)...)
}

func dead(ctx context.Context, d Deployment) Finding {
	const check = "dead letters"
	list, err := d.DeadLetters(ctx)
	if err != nil {
		return unasked(check, err)
	}
	var of []string
	for _, q := range list {
		if q.Count > 0 {
			of = append(of, fmt.Sprintf("%s %s", number(float64(q.Count)), q.Hop))
		}
	}
	if len(of) == 0 {
		return ok(check, "none")
	}
	return ok(check, "%s", strings.Join(of, ", ")).warn("senda quarantine list says why; once the cause is mended, senda quarantine redrive brings them back")
}

func refused(ctx context.Context, d Deployment) Finding {
	const check = "refused events"
	n, err := d.Refused(ctx)
	switch {
	case err != nil:
		return unasked(check, err)
	case n == 0:
		return ok(check, "none")
	}
	return ok(check, "%s wait in quarantine; each is dropped 14 days after it came", number(float64(n))).
		warn("senda quarantine list says why; once the cause is mended, senda quarantine redrive takes them in")
}

func alarms(ctx context.Context, d Deployment) []Finding {
	const check = "alarms"
	list, err := d.Alarms(ctx)
	if err != nil {
		return []Finding{unasked(check, err)}
	}
	if len(list) == 0 {
		return []Finding{ok(check, "none rings")}
	}
	var out []Finding
	for _, a := range list {
		out = append(out, ok("alarm", "%s", a.Name).warn("%s", a.Why))
	}
	return out
}

// Names is the DNS.
type Names interface {
	// Text gives the TXT records of a name; none is no error.
	Text(ctx context.Context, name string) ([]string, error)
}

// dmarc looks for the record that Gmail and Yahoo ask of bulk senders, at the domain and
// at those above it, as receivers do (RFC 7489, 6.6.3; the step to the organisational
// domain is made without a list of public suffixes).
func dmarc(ctx context.Context, p *Patient) []Finding {
	var out []Finding
	for _, s := range p.Senders {
		check := "DMARC " + s.Domain
		record, err := policy(ctx, p.Names, s.Domain)
		switch {
		case err != nil:
			out = append(out, ok(check, "could not be looked up").warn("try again with a network that answers for names"))
		case record == "":
			out = append(out, ok(check, "has no record: Gmail and Yahoo refuse bulk mail without").
				missing("put into the DNS: _dmarc.%s TXT \"v=DMARC1; p=none; rua=mailto:dmarc@%s\"; later p=quarantine", s.Domain, s.Domain))
		case strings.Contains(strings.ReplaceAll(record, " ", ""), "p=none"):
			out = append(out, ok(check, "p=none: it only watches").warn("once its reports name nobody of yours, say p=quarantine"))
		default:
			out = append(out, ok(check, "%s", record))
		}
	}
	return out
}

func policy(ctx context.Context, names Names, domain string) (string, error) {
	for d := domain; strings.Contains(d, "."); {
		list, err := names.Text(ctx, "_dmarc."+d)
		if err != nil && senda.CodeOf(err) != senda.NotFound {
			return "", err
		}
		for _, text := range list {
			if strings.HasPrefix(strings.ToLower(text), "v=dmarc1") {
				return text, nil
			}
		}
		_, d, _ = strings.Cut(d, ".")
	}
	return "", nil
}
