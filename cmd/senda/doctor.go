package main

import (
	"context"
	"errors"
	"net"
	"os/exec"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/account"
	"github.com/senda-dev/senda/internal/doctor"
	"github.com/senda-dev/senda/internal/sqs"
)

type doctorCmd struct {
	journeysFlag
	deploymentFlag
	Audience int  `help:"How many people a journey may mail at once, to hold the sending rate against (default: those of the deployment)." placeholder:"N"`
	Local    bool `help:"Look at this machine only."`
	DNS      bool `name:"dns" help:"Look up DMARC records too."`
}

func (cmd *doctorCmd) Help() string {
	return `Looks at what building and deploying need, one line each, with the way out: programs,
credentials, region, the CDK's bootstrap, the mail service (sandbox, quota and rate against
the audience, reputation, suppression), the domains that the brands send from, and with
--deployment the deployment itself: tables, bus, dead letters, refused events, alarms.

It only reads. Exits with 1 when something is missing.

Examples:
  senda doctor --local
  senda doctor --audience 200000 --dns
  senda doctor --deployment SendaJourneys --json`
}

func (cmd *doctorCmd) Run(ctx context.Context, c *console) error {
	p := doctor.Patient{Machine: machine{}, Audience: cmd.Audience}
	if !cmd.Local {
		if err := cmd.cloudSide(ctx, c, &p); err != nil {
			return err
		}
	}
	r, err := doctor.Examine(ctx, p)
	if err != nil {
		return err
	}
	if c.json {
		err = c.writeJSON(map[string]any{"findings": r})
	} else {
		r.Write(c.out)
	}
	if err == nil && r.Sick() {
		err = errFound
	}
	return err
}

// cloudSide says whom to ask in the account.
func (cmd *doctorCmd) cloudSide(ctx context.Context, c *console, p *doctor.Patient) error {
	cfg, err := configured(ctx)
	if err != nil {
		return err
	}
	p.Account = account.New(cfg)
	h, err := cmd.sound(c)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	brands, err := compiledBrands(h)
	if err != nil {
		return err
	}
	for _, b := range brands {
		for _, domain := range []string{b.Domain, b.ServiceDomain} {
			if !seen[domain] {
				p.Senders = append(p.Senders, doctor.Sender{Domain: domain, Brand: b.Name})
			}
			seen[domain] = true
		}
	}
	if cmd.DNS {
		p.Names = names{net.DefaultResolver}
	}
	if cmd.Deployment == "" {
		return nil
	}
	p.Open = func(ctx context.Context) (doctor.Deployment, error) {
		cl, err := cmd.cloud(ctx)
		if err != nil {
			return nil, err
		}
		return &ward{cloud: cl, account: account.New(cfg)}, nil
	}
	return nil
}

// machine is this computer.
type machine struct{}

// slowest is how long a program may take to say its version; npx looks for it in folders.
const slowest = 20 * time.Second

func (machine) Version(ctx context.Context, program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, slowest)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, args...).Output() //nolint:gosec // the doctor's own list
	if errors.Is(err, exec.ErrNotFound) {
		return "", senda.Wrap(senda.NotFound, "run "+program, err)
	}
	var ended *exec.ExitError
	if errors.As(err, &ended) && program == "npx" {
		// It is there, and what it should run is not.
		return "", senda.Wrap(senda.NotFound, "run "+strings.Join(args, " "), err)
	}
	return string(out), err
}

// names is the DNS as this machine sees it.
type names struct{ resolver *net.Resolver }

func (n names) Text(ctx context.Context, name string) ([]string, error) {
	list, err := n.resolver.LookupTXT(ctx, name)
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return nil, nil
	}
	return list, senda.Wrap(senda.Unavailable, "look up "+name, err)
}

// ward is a deployment as the doctor asks it.
type ward struct {
	*cloud
	account *account.Account
}

// Parts reads one record, one bundle, and asks for the bus: whoever gets these has
// what a function needs.
func (w *ward) Parts(ctx context.Context) ([]doctor.Part, error) {
	list, err := w.register().Deployments(ctx)
	parts := []doctor.Part{part("main table", err)}
	_, err = w.store.Range(ctx, senda.Range{Kind: senda.KindProof, Part: "doctor", Limit: 1})
	parts = append(parts, part("consent log", err))
	for _, d := range list {
		_, err := w.bundles.Bundle(ctx, d.Bundle)
		parts = append(parts, part("bundle of "+d.Journey, err))
	}
	return append(parts, part("bus", w.account.Bus(ctx, w.Bus))), nil
}

func part(name string, err error) doctor.Part {
	p := doctor.Part{Name: name}
	switch senda.CodeOf(err) {
	case "":
	case senda.NotFound:
		p.Trouble = "is gone"
	case senda.Unavailable:
		p.Trouble = "does not answer"
	default:
		p.Trouble = "cannot be read: it is gone, or the credentials do not allow it"
	}
	return p
}

// DeadLetters counts each queue.
func (w *ward) DeadLetters(ctx context.Context) ([]doctor.Dead, error) {
	var out []doctor.Dead
	for _, hop := range w.Deployment.DeadLetters {
		n, err := sqs.New(w.cfg, hop.URL).Count(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, doctor.Dead{Hop: hop.Name, Count: n.Waiting + n.InFlight})
	}
	return out, nil
}

// Alarms are those of the stack that ring.
func (w *ward) Alarms(ctx context.Context) ([]doctor.Alarm, error) {
	names, err := w.stacks.Resources(ctx, w.Stack, "AWS::CloudWatch::Alarm")
	if err != nil {
		return nil, err
	}
	return w.account.Ringing(ctx, names)
}

// Refused counts the events in quarantine.
func (w *ward) Refused(ctx context.Context) (int, error) {
	n := 0
	err := quarantined(ctx, w.store, func(senda.Quarantined) error { n++; return nil })
	return n, err
}

// parts is into how many parts the index of people is divided, by chance.
const parts = 16

// People counts one part of the index and takes the others for as many.
func (w *ward) People(ctx context.Context) (int, error) {
	n, q := 0, senda.IndexRange{Index: senda.IndexPeople, Part: "0"}
	for {
		page, err := w.store.Find(ctx, q)
		if err != nil {
			return 0, err
		}
		n += len(page)
		if len(page) < senda.LimitOr(q.Limit) || n >= mostPart {
			return n * parts, nil
		}
		last, _, _, err := senda.As[senda.Person](page[len(page)-1])
		if err != nil {
			return 0, err
		}
		q.After = string(last.ID)
	}
}

// mostPart bounds what a look at the audience may cost: of more people it is enough to
// know that they are very many.
const mostPart = 20000
