package town_test

import (
	"testing"
	"time"

	"github.com/senda-dev/senda/internal/demo/town"
)

var marketing = town.Mail{Journey: "win-back", Step: "come-back", At: time.Date(1997, 11, 3, 10, 0, 0, 0, time.UTC), Marketing: true}

// What comes of a mail comes after it, in order of time, and is the same each time.
func TestReactionsFollowTheMail(t *testing.T) {
	for _, p := range population(t) {
		last := marketing.At
		for i, r := range p.Reactions(marketing) {
			if r.At.Before(last) {
				t.Fatalf("%s: %s comes at %s, before %s", p.Number, r.Act, r.At, last)
			}
			if again := p.Reactions(marketing)[i]; again != r {
				t.Fatalf("%s: %v, and then %v", p.Number, r, again)
			}
			last = r.At
		}
	}
}

// A dead address sends everything back, and nobody there opens anything.
func TestDeadAddressesBounce(t *testing.T) {
	dead := 0
	for _, p := range population(t) {
		if !p.Dead {
			continue
		}
		dead++
		if r := p.Reactions(marketing); len(r) != 1 || r[0].Act != town.Bounced {
			t.Errorf("%s: %v", p.Number, r)
		}
	}
	if dead == 0 {
		t.Error("no address is dead")
	}
}

// Whoever never confirms does not, whatever they are sent; and everybody who needs
// to be there is: those who confirm at once, after the reminder, and those who answer,
// click, withdraw and complain.
func TestEveryReactionHappens(t *testing.T) {
	acts := map[town.Act]int{}
	ask := town.Mail{Journey: "welcome", Step: town.FirstAsking, At: marketing.At, Confirms: true}
	remind := ask
	remind.Step = "one-reminder"
	survey := marketing
	survey.Step, survey.Asks = "how-was-it", true
	first, second := 0, 0
	for _, p := range population(t) {
		one, two := confirms(p, ask), confirms(p, remind)
		if p.Consent == town.Unconfirmed && (one || two) {
			t.Errorf("%s confirms and never does", p.Number)
		}
		if one {
			first++
		} else if two {
			second++
		}
		for _, m := range []town.Mail{marketing, survey, ask} {
			for _, r := range p.Reactions(m) {
				acts[r.Act]++
				if r.Act == town.Answers && (r.Answer < 0 || r.Answer > 10) {
					t.Errorf("%s answers %d", p.Number, r.Answer)
				}
			}
		}
	}
	if first < 500 || second < 100 {
		t.Errorf("%d people confirm at once and %d after the reminder", first, second)
	}
	for _, a := range []town.Act{
		town.Delivered, town.Bounced, town.Full, town.MachineOpened, town.MachineClicked, town.Opened, town.Clicked,
		town.Confirms, town.Answers, town.Withdraws, town.ReportsAbuse, town.WritesToCare, town.CareCloses,
	} {
		if acts[a] == 0 {
			t.Errorf("nobody ever %s", a)
		}
	}
}

func confirms(p town.Person, m town.Mail) bool {
	for _, r := range p.Reactions(m) {
		if r.Act == town.Confirms {
			return true
		}
	}
	return false
}

// Nobody registers before the town has people, and guests of old register once the
// journeys are open.
func TestGuestsRegisterLate(t *testing.T) {
	guests := 0
	for _, p := range population(t) {
		at := p.Registers()
		if p.Guest {
			guests++
		}
		if p.Guest != !at.Before(town.Opening) {
			t.Errorf("%s registers on %s, guest %v", p.Number, at, p.Guest)
		}
	}
	if guests < 400 {
		t.Errorf("only %d guests", guests)
	}
}
