package demo_test

import (
	"bytes"
	"context"
	"regexp"
	"sync"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/demo"
	"github.com/senda-dev/senda/internal/demo/page"
	"github.com/senda-dev/senda/internal/demo/report"
	"github.com/senda-dev/senda/internal/hours"
	"github.com/senda-dev/senda/internal/task"
	"github.com/senda-dev/senda/journeys"
)

// theRun is the demo as make demo runs it, once for all tests.
var theRun = sync.OnceValues(func() (*demo.Run, error) { return play(0) })

func play(customers int) (*demo.Run, error) {
	return demo.Play(context.Background(), demo.Config{Journeys: journeys.Files, Name: "journeys", Customers: customers})
}

func run(t *testing.T) *demo.Run {
	t.Helper()
	r, err := theRun()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What is shown as an example shows everything: no way of a journey is empty, the
// rules that hold mail back each hold some, and nothing fails.
func TestEveryWayIsWalked(t *testing.T) {
	r := run(t)
	for _, j := range r.Report.Journeys {
		for i, n := range j.Counts.Edges {
			if e := j.Graph.Edges[i]; n == 0 {
				t.Errorf("%s: nobody goes from %q to %q (%s)", j.Name, j.Graph.Nodes[e.From].Title, j.Graph.Nodes[e.To].Title, e.Label)
			}
		}
		if j.Inside > 0 {
			t.Errorf("%s: %d people are still inside when the history ends", j.Name, j.Inside)
		}
		if j.Sent == 0 {
			t.Errorf("%s sent nothing", j.Name)
		}
	}
	refused := map[senda.Guard]int{}
	for _, f := range r.Report.Refusals {
		refused[f.Guard] = f.Mails
	}
	for _, g := range []senda.Guard{senda.GuardDead, senda.GuardComplained, senda.GuardWithdrawn, senda.GuardBasis, senda.GuardSunset, senda.GuardCap, senda.GuardQuiet} {
		if refused[g] == 0 {
			t.Errorf("%s refuses nobody", g)
		}
	}
	if n := refused["cannot-be-made"]; n > 0 {
		t.Errorf("%d mails could not be made", n)
	}
	for _, c := range r.Report.Caps {
		if c.Hits == 0 {
			t.Errorf("the cap %s is never hit", c.Rule)
		}
	}
	if len(r.Failed) > 0 {
		t.Errorf("%d executions failed: %s %s", len(r.Failed), r.Failed[0].Error, r.Failed[0].Cause)
	}
	if len(r.Alarms) > 0 {
		t.Errorf("alarms were raised: %v", r.Alarms)
	}
	enough := 0
	for _, j := range r.Report.Journeys {
		if j.Effect.Enough {
			enough++
			if j.Effect.Low > 0 || j.Effect.High < 0 {
				t.Errorf("%s: history cannot answer, and yet the interval is %.2f to %.2f", j.Name, j.Effect.Low, j.Effect.High)
			}
		}
	}
	if enough == 0 {
		t.Error("no journey has arms that are large enough for an interval")
	}
}

// Every mail that came up is sent, refused for one reason, or would have been sent;
// every person is in one line of the funnel; whatever is counted twice comes to the
// same.
func TestSumsAgree(t *testing.T) {
	r := run(t)
	m, f := r.Report.Mails, r.Report.Funnel
	same := func(what string, a, b int) {
		t.Helper()
		if a != b {
			t.Errorf("%s: %d and %d", what, a, b)
		}
	}
	same("decided", m.Decided, m.Sent+m.Refused+m.Would)
	same("sent and handed over", m.Sent, len(r.Handed))
	same("sent, as told one by one", m.Sent, r.Tried[task.OutcomeSent])
	same("would have been, as told one by one", m.Would, r.Tried[task.OutcomeWouldHave])
	same("classes", m.Sent, m.Marketing+m.Service+m.Transactional)
	same("fates", m.Unsure, 0)
	reasons, sent, refused, would, entries := 0, 0, 0, 0, 0
	for _, why := range r.Report.Refusals {
		by := 0
		for _, n := range why.By {
			by += n
		}
		same("journeys of "+string(why.Guard), by, why.Mails)
		reasons += why.Mails
	}
	same("reasons", reasons, m.Refused)
	for _, j := range r.Report.Journeys {
		of, left := 0, 0
		for _, n := range j.Reasons {
			of += n
		}
		for _, n := range j.Left {
			left += n
		}
		same("reasons of "+j.Name, of, j.Refused)
		same("ends of "+j.Name, left+j.Inside, j.Entries)
		same("arms of "+j.Name, j.Treated+j.HeldOut, j.Entries)
		same("people on the drawing of "+j.Name, j.Counts.Nodes[0], j.Entries)
		sent, refused, would, entries = sent+j.Sent, refused+j.Refused, would+j.Would, entries+j.Entries
	}
	same("sent by journey", sent, m.Sent)
	same("refused by journey", refused, m.Refused)
	same("would by journey", would, m.Would)
	same("entries", entries, r.Speed.Entries)
	days, capped, hits, reached, mails := 0, 0, 0, 0, 0
	for _, d := range r.Report.Days {
		for _, n := range d.Sent {
			days += n
		}
		capped += d.Capped
	}
	for _, c := range r.Report.Caps {
		hits += c.Hits
	}
	for n, people := range m.Reached {
		reached += people
		mails += n * people
	}
	same("sent by day", days, m.Sent)
	same("caps by day and by rule", capped, hits)
	same("people by number of mails", reached, f.Entered)
	same("mails by person", mails, m.Sent)
	stages := []int{f.People, f.Entered, f.Treated, f.Mailed, f.Delivered, f.Opened, f.Acted}
	for i := 1; i < len(stages); i++ {
		if stages[i] > stages[i-1] {
			t.Errorf("stage %d of the funnel has more people than the one before: %v", i, stages)
		}
	}
	lost := 0
	for _, n := range f.Lost {
		lost += n
	}
	same("people who got no mail", lost, f.Treated-f.Mailed)
}

// No offer passes its limits, and the counters say what the decisions say.
func TestOffersKeepTheirLimits(t *testing.T) {
	used := 0
	for _, o := range run(t).Report.Offers {
		if o.Chosen != o.Reserved+o.Spent+o.Released {
			t.Errorf("%s: %d chosen, %d reserved, %d spent, %d released", o.Name, o.Chosen, o.Reserved, o.Spent, o.Released)
		}
		if o.Reserved > 0 {
			t.Errorf("%s: %d are reserved when everybody has left", o.Name, o.Reserved)
		}
		if o.Total.Most > 0 && (o.Total.Used > o.Total.Most || o.Total.Used != int64(o.Spent+o.Reserved)) {
			t.Errorf("%s: %d of %d, and %d are out", o.Name, o.Total.Used, o.Total.Most, o.Spent+o.Reserved)
		}
		sum := int64(0)
		for _, b := range o.Budget {
			sum += b.Used
			if b.Used > b.Most {
				t.Errorf("%s: %d of a budget of %d from %s on", o.Name, b.Used, b.Most, b.From.Format(time.DateOnly))
			}
		}
		if len(o.Budget) > 0 && sum != o.Paid.Minor {
			t.Errorf("%s: the budgets say %d, the mails that show it %d", o.Name, sum, o.Paid.Minor)
		}
		used += o.Used
	}
	if used == 0 {
		t.Error("nobody ever uses an offer")
	}
}

func TestNobodyIsMailedTwice(t *testing.T) {
	seen := map[senda.MessageID]bool{}
	for _, h := range run(t).Handed {
		if seen[h.Message] {
			t.Errorf("%s left twice", h.Message)
		}
		seen[h.Message] = true
	}
}

// Caps are counted again from the outbox alone: in no window does anybody get more
// marketing of the family than it allows.
func TestCapsHoldInTheOutbox(t *testing.T) {
	r := run(t)
	type left struct {
		day  calendar.Date
		high bool
	}
	by := map[senda.PersonID][]left{}
	for _, l := range marketing(r) {
		p, _, _, err := senda.Read[senda.Person](t.Context(), r.Store, senda.PersonKey(l.Person))
		if err != nil {
			t.Fatal(err)
		}
		zone := hours.PlaceOf(p, r.Family.Zone).Zone()
		now := left{calendar.DateIn(l.At, zone), l.Priority == senda.High}
		by[l.Person] = append(by[l.Person], now)
		for _, c := range r.Family.Caps {
			all, others := 0, 0
			for _, m := range by[l.Person] {
				if m.day.Before(now.day.AddDays(1 - c.Days)) {
					continue
				}
				all++
				if !m.high {
					others++
				}
			}
			if all > c.Max || !now.high && others > c.Max-c.Keep {
				t.Errorf("%s got %d mails (%d of them not of high priority) in the %d days to %s: %s", l.To, all, others, c.Days, now.day, c)
			}
		}
	}
}

func marketing(r *demo.Run) []report.Letter {
	var out []report.Letter
	for _, l := range r.Report.Letters {
		if l.Envelope.Class == senda.Marketing {
			out = append(out, l)
		}
	}
	return out
}

// Whatever somebody said last about a brand before a mail of it left was not no. What
// they said is read from what the town told and clicked, not from the register.
func TestNobodyIsMailedAfterAWithdrawal(t *testing.T) {
	r := run(t)
	words, address := r.Words, map[string]string{}
	for _, e := range r.Told {
		if a := e.Identifiers["email"]; a != "" {
			address[e.Identifiers["customer"]] = a
		}
		if k := e.Kind; k == "consent.withdrawn" || k == "consent.granted" {
			words = append(words, demo.Word{Address: address[e.Identifiers["customer"]], Brand: e.Data.Get("brand").Str(), At: e.Time, Agrees: k == "consent.granted"})
		}
	}
	said := map[string][]demo.Word{}
	noes := 0
	for _, w := range words {
		said[w.Address+" "+w.Brand] = append(said[w.Address+" "+w.Brand], w)
		if !w.Agrees {
			noes++
		}
	}
	if noes < 100 {
		t.Fatalf("only %d people ever say no", noes)
	}
	for _, l := range marketing(r) {
		var last demo.Word
		for _, w := range said[l.To+" "+l.Envelope.Brand] {
			// A yes may let the very mail leave that waited for it.
			before := w.At.Before(l.At) || w.Agrees && w.At.Equal(l.At)
			if before && w.At.After(last.At) {
				last = w
			}
		}
		if !last.At.IsZero() && !last.Agrees {
			t.Errorf("%s was mailed by %s on %s and had said no on %s", l.To, l.Envelope.Journey, l.At, last.At)
		}
	}
}

func TestTheHeldOutGetNoMarketing(t *testing.T) {
	r := run(t)
	for _, l := range marketing(r) {
		e, _, ok, err := senda.Read[senda.Entry](t.Context(), r.Store, senda.EntryKey(l.Person, l.Entry))
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if e.Arm != senda.Treated {
			t.Errorf("%s is %s in %s and got %s", l.To, e.Arm, e.Journey, l.Envelope.Step)
		}
	}
}

// Mail leaves only when the family allows it: outside quiet hours and closed days, in
// every zone in which the person may be.
func TestNobodyIsMailedInQuietHours(t *testing.T) {
	r := run(t)
	for _, l := range r.Report.Letters {
		if l.Envelope.Class == senda.Transactional {
			continue
		}
		p, _, _, err := senda.Read[senda.Person](t.Context(), r.Store, senda.PersonKey(l.Person))
		if err != nil {
			t.Fatal(err)
		}
		for _, zone := range hours.PlaceOf(p, r.Family.Zone).Zones {
			at := l.At.In(zone)
			if clock := at.Hour()*60 + at.Minute(); clock < 9*60 || clock >= 21*60+30 || at.YearDay() == 1 || at.Month() == time.December && at.Day() == 25 {
				t.Errorf("%s got %s at %s", l.To, l.Envelope.Step, at)
			}
		}
	}
}

// The same history gives the same page, byte for byte.
func TestThePageIsTheSameEachTime(t *testing.T) {
	first, again := pages(t), pages(t)
	if len(first) != len(again) {
		t.Fatalf("%d files, then %d", len(first), len(again))
	}
	for i := range first {
		if first[i].Path != again[i].Path || !bytes.Equal(first[i].Body, again[i].Body) {
			t.Errorf("%s differs", first[i].Path)
		}
	}
}

// pages are those of a small town.
func pages(t *testing.T) []page.File {
	t.Helper()
	r, err := play(150)
	if err != nil {
		t.Fatal(err)
	}
	files, err := page.Make(r.Report)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

var (
	// mails are the mails within the page: they may name addresses, and their frames load none.
	mails = regexp.MustCompile(`srcdoc="[^"]*"`)
	links = regexp.MustCompile(`<a href="([^"]+)"`)
)

// inText says that a place is within a text, such as the headers of a letter.
func inText(body []byte, at int) bool {
	open, shut := bytes.LastIndexByte(body[:at], '<'), bytes.LastIndexByte(body[:at], '>')
	return shut > open
}

// The page needs nothing from elsewhere, and no script.
func TestThePageStandsAlone(t *testing.T) {
	files, err := page.Make(run(t).Report)
	if err != nil {
		t.Fatal(err)
	}
	index := files[0]
	if index.Path != page.Index || len(index.Body) > 3<<20 {
		t.Fatalf("%s has %d bytes", index.Path, len(index.Body))
	}
	body := mails.ReplaceAll(index.Body, nil)
	for _, word := range []string{"<script", "<link", "<img", " src=", "@import", "url(", "http://", "https://"} {
		bare := bytes.ReplaceAll(body, []byte("http://www.w3.org/2000/svg"), nil)
		if i := bytes.Index(bare, []byte(word)); i >= 0 && !inText(bare, i) {
			t.Errorf("the page has %q: …%s…", word, bare[max(0, i-60):min(len(bare), i+60)])
		}
	}
	paths := map[string]bool{}
	for _, f := range files {
		paths[f.Path] = true
		for _, word := range []string{"googleapis", "@import"} {
			if bytes.Contains(f.Body, []byte(word)) {
				t.Errorf("a mail of %s fetches something when it is opened: %s", f.Path, word)
			}
		}
	}
	for _, link := range links.FindAllSubmatch(body, -1) {
		if p := string(link[1]); p[0] != '#' && !paths[p] {
			t.Errorf("the page leads to %s, which there is not", p)
		}
	}
}
