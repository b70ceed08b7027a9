//go:build localstack

package it

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/scenario"
)

// travelled are the scenarios that between them take every task of a machine.
var travelled = map[string][]string{
	"reference":       {"nobody buys, and the reminder follows"},
	"second-purchase": {"no answer, and a small thing for the next order", "six or less gets a person, and nothing to buy"},
	"welcome":         {"who thinks better of it after the welcome is left in peace"},
	"win-back":        {"a short word, and the sister house where it may"},
}

// traffic makes every function do what it is there for.
func (w *world) traffic(t *testing.T, a *assembly) {
	t.Helper()
	var all sync.WaitGroup
	for _, j := range w.house.Journeys {
		list, found := scenario.Read(j.ScenariosFile, j.Scenarios)
		if err := found.Err(); err != nil {
			t.Fatal(err)
		}
		for _, name := range travelled[j.Name()] {
			i := slices.IndexFunc(list, func(s scenario.Scenario) bool { return s.Name.Value == name })
			if i < 0 {
				t.Fatalf("%s has no scenario %q any more", j.Name(), name)
			}
			all.Go(func() { t.Run(j.Name()+"/"+name, func(t *testing.T) { w.rehearse(t, j, list[i]) }) })
		}
	}
	all.Go(func() { t.Run("pages", w.visits) })
	all.Go(func() { t.Run("signal", w.failure) })
	all.Go(func() { t.Run("publish", func(t *testing.T) { w.publishes(t, a) }) })
	all.Wait()
	// Somebody must have a log of consent before prune looks whose the others are.
	t.Run("schedules", func(t *testing.T) { w.schedules(t, a) })
}

// customer is somebody of a shop, in whose zone it is about noon: nobody is woken.
type customer struct {
	*world
	address string
	id      string
}

func (w *world) registers(t *testing.T, name string) *customer {
	t.Helper()
	c := &customer{w, fmt.Sprintf("%s-%d@example.org", name, time.Now().UnixNano()), fmt.Sprintf("%s-%d", name, time.Now().UnixNano())}
	w.tells(t,
		c.event("customer.updated", "email", c.address, "zone", atNoon(t), "locale", "en"),
		c.event("consent.asked", "brand", "cellar", "purpose", "offers", "source", "form", "form", "sign-up-v3", "wording", "1", "language", "en"),
		c.event("customer.registered", "brand", "cellar", "form", "sign-up-v3", "newsletter", "true"),
	)
	return c
}

// event is one that a source tells of the customer, with members by name.
func (c *customer) event(kind string, members ...string) senda.Event {
	var data []jsonata.Member
	for pair := range slices.Chunk(members, 2) {
		value := jsonata.String(pair[1])
		if pair[1] == "true" {
			value = jsonata.True
		}
		data = append(data, jsonata.Member{Key: pair[0], Value: value})
	}
	return senda.Event{
		Source: "shop", ID: c.id + "/" + kind, Kind: kind, Time: time.Now().UTC(),
		Identifiers: map[string]string{"customer": c.id}, Data: jsonata.Object(data...),
	}
}

// atNoon is a zone in which it is between ten and half past five.
func atNoon(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"Europe/Madrid", "America/New_York", "Pacific/Honolulu", "Pacific/Auckland", "Asia/Kolkata"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		if h := time.Now().In(zone).Hour(); h >= 10 && h < 17 {
			return name
		}
	}
	t.Fatal("it is noon nowhere")
	return ""
}

// gets waits for the mail of a step.
func (c *customer) gets(t *testing.T, step string) letter {
	t.Helper()
	var got letter
	eventually(t, room, func(ctx context.Context) error {
		all, err := c.letters(ctx, c.address)
		if err != nil {
			return err
		}
		envelopes, err := c.envelopes(ctx, c.address)
		if err != nil {
			return err
		}
		for i, e := range envelopes {
			if e.Step == step {
				got = all[i]
				return nil
			}
		}
		return fmt.Errorf("%d mails and none of %s", len(all), step)
	})
	return got
}

// links are those of a mail to the public pages, by the first word of their path. They
// stand in its text and in its headers.
func (c *customer) links(t *testing.T, l letter) map[string]string {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(string(l.Raw)))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(m.Body)
	if err != nil {
		t.Fatal(err)
	}
	// Quoted-printable breaks lines with = and writes = as =3D; tokens have neither.
	text := strings.NewReplacer("=\r\n", "", "=\n", "").Replace(string(body)) + m.Header.Get("List-Unsubscribe")
	out := map[string]string{}
	for _, found := range regexp.MustCompile(regexp.QuoteMeta(c.at.Links)+`(/([a-z]+)/[A-Za-z0-9_.~-]+)`).FindAllStringSubmatch(text, -1) {
		if out[found[2]] == "" {
			out[found[2]] = found[1]
		}
	}
	return out
}

// opens calls a public page at the emulator, whatever name the page has.
func (w *world) opens(t *testing.T, method, path string, form url.Values) {
	t.Helper()
	if path == "" {
		t.Fatal("the mail has no such link")
	}
	base, err := url.Parse(w.at.Links)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, w.endpoint+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = base.Host
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it is read to its end
	page, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= http.StatusBadRequest {
		kind, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		t.Fatalf("%s of %s: %s %s %v", method, kind, resp.Status, page, err)
	}
}

// visits are what people do on the public pages, and what SES tells of their mails.
func (w *world) visits(t *testing.T) {
	// One complaint among so few mails may close the journey, as it should.
	w.reopens(t, "welcome")
	t.Cleanup(func() { w.reopens(t, "welcome") })
	c := w.registers(t, "reader")
	asked := c.gets(t, "please-confirm")
	links := c.links(t, asked)
	c.opens(t, http.MethodGet, links["confirm"], nil)
	c.opens(t, http.MethodPost, links["confirm"], url.Values{})
	welcomed := c.gets(t, "come-in")
	links = c.links(t, welcomed)
	c.opens(t, http.MethodGet, links["click"], nil)
	c.opens(t, http.MethodGet, links["preferences"], nil)
	c.opens(t, http.MethodPost, links["preferences"], url.Values{"choose": {string(consent.LevelLess)}})
	if err := c.happens(t.Context(), welcomed.ID, "Delivery", map[string]any{}); err != nil {
		t.Fatal(err)
	}
	c.opens(t, http.MethodPost, links["preferences"], url.Values{"choose": {string(consent.LevelProfiling)}})
	c.complains(t, welcomed)
	c.opens(t, http.MethodPost, links["withdraw"], url.Values{"List-Unsubscribe": {"One-Click"}})
	w.tells(t, c.event("person.erased", "request", c.id))
}

// reopens lets people enter a journey again.
func (w *world) reopens(t *testing.T, journey string) {
	if err := w.register().Set(context.WithoutCancel(t.Context()), journey, senda.StateLive); err != nil {
		t.Error(err)
	}
}

// complains makes SES tell of a complaint, which is a withdrawal, and waits until it
// is one of the person's happenings.
func (c *customer) complains(t *testing.T, l letter) {
	t.Helper()
	if err := c.happens(t.Context(), l.ID, "Complaint", map[string]any{"complaintFeedbackType": "abuse"}); err != nil {
		t.Fatal(err)
	}
	of := c.claimed(t, l)
	eventually(t, room, func(ctx context.Context) error {
		all, err := c.store.Range(ctx, senda.Range{Kind: senda.KindHappening, Part: string(of.Person)})
		if err != nil {
			return err
		}
		for _, v := range all {
			h, _, _, err := senda.As[senda.Happening](v)
			if err != nil || h.Kind == "mail.complained" {
				return err
			}
		}
		return fmt.Errorf("the complaint has not come")
	})
}

// claimed is the claim of a mail.
func (c *customer) claimed(t *testing.T, l letter) senda.Claim {
	t.Helper()
	var of senda.Claim
	eventually(t, room, func(ctx context.Context) error {
		all, err := c.envelopes(ctx, c.address)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(e senda.Envelope) bool { return string(e.MIME) == string(l.Raw) })
		if i < 0 {
			return none("the mail")
		}
		found, err := c.store.Find(ctx, senda.IndexRange{Index: senda.IndexMessages, Part: string(all[i].Message)})
		if err != nil || len(found) == 0 {
			return fmt.Errorf("no claim of the mail: %w", err)
		}
		of, _, _, err = senda.As[senda.Claim](found[0])
		return err
	})
	return of
}

// failure is an execution that dies while somebody is in it.
func (w *world) failure(t *testing.T) {
	c := w.registers(t, "lost")
	of := c.claimed(t, c.gets(t, "please-confirm"))
	standing := func(ctx context.Context) (senda.Entry, error) {
		e, _, ok, err := senda.Read[senda.Entry](ctx, w.store, senda.EntryKey(of.Person, of.Entry))
		if err == nil && !ok {
			err = none("the entry")
		}
		return e, err
	}
	var bundle string
	eventually(t, room, func(ctx context.Context) error {
		e, err := standing(ctx)
		if err == nil && e.Pause == nil {
			err = fmt.Errorf("the entry is in no pause")
		}
		bundle = e.Bundle
		return err
	})
	version, err := w.register().Machine(t.Context(), of.Journey, bundle)
	if err != nil {
		t.Fatal(err)
	}
	// ...:stateMachine:NAME:VERSION runs ...:execution:NAME:EXECUTION.
	execution := strings.Replace(version[:strings.LastIndex(version, ":")+1], ":stateMachine:", ":execution:", 1) + of.Entry.Execution(of.Person)
	if _, err := sfn.NewFromConfig(w.cfg).StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: &execution}); err != nil {
		t.Fatal(err)
	}
	eventually(t, room, func(ctx context.Context) error {
		e, err := standing(ctx)
		if err == nil && e.Status != senda.StatusEnded {
			err = fmt.Errorf("the entry is %s, its execution is no more", e.Status)
		}
		return err
	})
}

// publishes lets CloudFormation publish a journey that is published already.
func (w *world) publishes(t *testing.T, a *assembly) {
	i := slices.IndexFunc(a.resources, func(r resource) bool { return r.kind == "Custom::SendaJourney" })
	if i < 0 {
		t.Fatal("the template has no journey")
	}
	p, err := a.stated(t.Context(), a.resources[i])
	if err != nil {
		t.Fatal(err)
	}
	buckets := s3.NewFromConfig(w.cfg, func(o *s3.Options) { o.UsePathStyle = true })
	bucket, key := asText(p["AssetBucket"]), fmt.Sprintf("answers/%d.json", time.Now().UnixNano())
	where, err := s3.NewPresignClient(buckets).PresignPutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	event, err := json.Marshal(map[string]any{
		"RequestType": "Update", "RequestId": key, "ResponseURL": where.URL, "StackId": "arn:aws:cloudformation:" + region + ":" + account + ":stack/" + a.resources[i].stack + "/1",
		"LogicalResourceId": a.resources[i].logical, "PhysicalResourceId": a.resources[i].physical, "ResourceType": a.resources[i].kind,
		"ResourceProperties": p, "OldResourceProperties": p,
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := lambda.NewFromConfig(w.cfg).Invoke(t.Context(), &lambda.InvokeInput{FunctionName: pointer(p["ServiceToken"]), Payload: event})
	if err != nil || out.FunctionError != nil {
		t.Fatalf("publish: %s, %v", out.Payload, err)
	}
	got, err := buckets.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close() //nolint:errcheck // it is read to its end
	var answer struct{ Status, Reason string }
	if err := json.NewDecoder(got.Body).Decode(&answer); err != nil || answer.Status != "SUCCESS" {
		t.Errorf("publish answered %+v, %v", answer, err)
	}
}

// schedules fires every schedule, with something for each to do: an audience whose run
// is due, and a proof about nobody that is older than it is kept.
func (w *world) schedules(t *testing.T, a *assembly) {
	now := time.Now().UTC()
	const journey = "win-back"
	due := senda.Membership{Journey: journey, Since: now.Add(-48 * time.Hour), Run: now.Add(-48 * time.Hour)}
	if err := w.store.Commit(t.Context(), senda.Write{Key: due.Key(), Any: true, Record: due}); err != nil {
		t.Fatal(err)
	}
	old := senda.Proof{Subject: fmt.Sprintf("nobody-%d", now.UnixNano()), N: 1, State: senda.ConsentWithdrawn, Time: now.AddDate(-5, 0, 0), Recorded: now.AddDate(-5, 0, 0)}
	if err := w.store.Commit(t.Context(), senda.Put(old, 0)); err != nil {
		t.Fatal(err)
	}
	for _, r := range a.resources {
		if r.kind != "AWS::Scheduler::Schedule" {
			continue
		}
		if err := w.do(t.Context(), http.MethodPost, "/_senda/schedules/"+last(r.physical)+"/fire", nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, room, func(ctx context.Context) error {
		m, _, ok, err := senda.Read[senda.Membership](ctx, w.store, due.Key())
		if err == nil && (!ok || !m.Run.After(due.Run)) {
			err = fmt.Errorf("no run of the audience")
		}
		return err
	})
	eventually(t, room, func(ctx context.Context) error {
		_, _, ok, err := senda.Read[senda.Proof](ctx, w.store, old.Key())
		if err == nil && ok {
			err = fmt.Errorf("the old proof is still there")
		}
		return err
	})
}
