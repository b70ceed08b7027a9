package doctor_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/doctor"
	"github.com/senda-dev/senda/internal/golden"
)

// world is everything that the doctor asks, as a case writes it. A name in Fails is a
// question that is answered with an error of that code.
type world struct {
	Programs map[string]string
	Who      doctor.Identity
	Boot     int
	Post     doctor.Mail
	Domains  map[string]doctor.Standing
	DNS      map[string][]string
	Things   []doctor.Part
	Dead     []doctor.Dead
	Rings    []doctor.Alarm
	Bad      int
	Crowd    int
	Fails    map[string]senda.Code

	Senders  []doctor.Sender
	Audience int
	Deployed bool
}

func (w *world) fails(question string) error {
	if code, ok := w.Fails[question]; ok {
		return senda.Errorf(code, question, "as the case says")
	}
	return nil
}

func (w *world) Version(_ context.Context, program string, _ ...string) (string, error) {
	said, ok := w.Programs[program]
	if !ok {
		return "", senda.Errorf(senda.NotFound, "run "+program, "no such program")
	}
	return said, nil
}

func (w *world) Identity(context.Context) (doctor.Identity, error) { return w.Who, w.fails("identity") }

func (w *world) Bootstrap(context.Context) (int, error) { return w.Boot, w.fails("bootstrap") }

func (w *world) Mail(context.Context) (doctor.Mail, error) { return w.Post, w.fails("mail") }

func (w *world) Sender(_ context.Context, domain string) (doctor.Standing, error) {
	s, ok := w.Domains[domain]
	if err := w.fails("sender"); err != nil || ok {
		return s, err
	}
	return s, senda.Errorf(senda.NotFound, "sender", "unknown")
}

func (w *world) Text(_ context.Context, name string) ([]string, error) {
	return w.DNS[name], w.fails("names")
}

func (w *world) Parts(context.Context) ([]doctor.Part, error) { return w.Things, w.fails("parts") }

func (w *world) DeadLetters(context.Context) ([]doctor.Dead, error) { return w.Dead, w.fails("dead") }

func (w *world) Alarms(context.Context) ([]doctor.Alarm, error) { return w.Rings, w.fails("alarms") }

func (w *world) Refused(context.Context) (int, error) { return w.Bad, w.fails("refused") }

func (w *world) People(context.Context) (int, error) { return w.Crowd, w.fails("people") }

func TestExamine(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		var w world
		d := json.NewDecoder(strings.NewReader(string(c.File("world.json"))))
		d.DisallowUnknownFields()
		if err := d.Decode(&w); err != nil {
			t.Fatal(err)
		}
		p := doctor.Patient{Senders: w.Senders, Audience: w.Audience}
		if w.Programs != nil {
			p.Machine = &w
		}
		if w.Who.Account != "" || w.Fails["identity"] != "" {
			p.Account = &w
		}
		if w.DNS != nil {
			p.Names = &w
		}
		if w.Deployed {
			p.Open = func(context.Context) (doctor.Deployment, error) { return &w, w.fails("open") }
		}
		r, err := doctor.Examine(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		r.Write(&out)
		fmt.Fprintln(&out, "sick:", r.Sick())
		c.Want("text", out.String())
	})
}

// Whoever interrupts the examination gets no half of a report that reads like a whole.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r, err := doctor.Examine(ctx, doctor.Patient{Machine: &world{}}); err == nil {
		t.Errorf("%v", r)
	}
}
