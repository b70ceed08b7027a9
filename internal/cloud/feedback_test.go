package cloud

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/deliver"
	"github.com/senda-dev/senda/internal/mail/token"
	"github.com/senda-dev/senda/internal/task"
)

// mailed sends somebody a mail and returns its claim.
func (w *world) mailed(fault func(int, senda.Envelope) (bool, error)) senda.Claim {
	w.t.Helper()
	in := walker(w.entered())
	w.outbox.Fault = fault
	q := task.SendRequest{Head: in.head("thanks", 2), Mail: "thanks", Brand: "alpha", Purpose: "offers", Reached: in.At}
	if _, err := call(w.t, w.open(Send), q.Value()); err != nil {
		w.t.Fatal(err)
	}
	claims := find[senda.Claim](w, senda.KindClaim)
	if len(claims) != 1 {
		w.t.Fatalf("%d claims", len(claims))
	}
	return claims[0]
}

// notice is an event of SES as the rule sends it.
func notice(message senda.MessageID, kind string, at time.Time, more map[string]string) string {
	fields := map[string]string{
		"id": "n-" + kind, "at": at.Format(time.RFC3339), "type": kind, "message": string(message), "service": "ses-1",
		"sent": at.Format(time.RFC3339),
	}
	for k, v := range more {
		fields[k] = v
	}
	text, err := json.Marshal(fields)
	if err != nil {
		panic(err) // of texts
	}
	return string(text)
}

// A Send event proves that a message left of which nobody knew; a bounce of the mailbox
// is told to the bus; what the index does not show yet comes again, alone.
func TestFeedbackTakesABatch(t *testing.T) {
	w := newWorld(t)
	c := w.mailed(func(int, senda.Envelope) (bool, error) {
		return true, senda.Errorf(senda.Unsure, "hand over", "no answer")
	})
	if c.Fate != senda.Claimed {
		t.Fatalf("the claim's fate is %s", c.Fate)
	}
	h, at := w.open(Feedback), w.Now()
	bodies := []string{
		notice(c.Message, "Send", at, nil), notice("m-unknown", "Send", at, nil), "no notice", notice(c.Message, "DeliveryDelay", at, nil),
		notice(c.Message, "Bounce", at, map[string]string{"bounced": at.Format(time.RFC3339), "bounce": "Permanent", "bounce-sub": "NoEmail"}),
	}
	for range 2 {
		if failed := w.deliver(h, bodies...); !slices.Equal(failed, []string{"1", "2"}) {
			t.Errorf("%v failed", failed)
		}
	}
	got := find[senda.Claim](w, senda.KindClaim)[0]
	if got.Fate != senda.Sent || got.Bounce != "hard" {
		t.Errorf("the claim is %+v", got)
	}
	events := w.bus.Events()
	if len(events) != 1 || events[0].Kind != "mail.bounced" {
		t.Errorf("the bus was told %v", events)
	}
}

// Too many complaints close the journey and wake somebody.
func TestComplaintsCloseAJourney(t *testing.T) {
	w := newWorld(t)
	c := w.mailed(nil)
	h, at := w.open(Feedback), w.Now()
	var bodies []string
	for i := range 2 {
		other := c
		other.N, other.Message = 100+i, senda.MessageID(fmt.Sprintf("m-other%d", i))
		if err := w.store.Commit(t.Context(), senda.Put(other, 0)); err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, notice(other.Message, "Complaint", at, map[string]string{"complained": at.Format(time.RFC3339), "complaint": "abuse"}))
	}
	if failed := w.deliver(h, bodies...); len(failed) > 0 {
		t.Errorf("%v failed", failed)
	}
	d, err := bundle.Register{Store: w.store}.Deployment(t.Context(), "orders")
	if err != nil || d.State != senda.StateClosed || w.counted["Alarms orders complaints"] == 0 {
		t.Errorf("the journey is %s (%v), counted %v", d.State, err, w.counted)
	}
}

// One click ends the marketing, through the function URL, and a GET does not.
func TestPreferencesServesTheOneClick(t *testing.T) {
	w := newWorld(t)
	c := w.mailed(nil)
	keys, err := ReadSecret(secret)
	if err != nil {
		t.Fatal(err)
	}
	link, err := keys.Ring.Sign(token.Claims{
		Kind: token.Withdraw, Person: string(c.Person), Brand: "alpha", Purpose: "offers", Message: string(c.Message), Issued: w.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	h := w.open(Preferences)
	ask := func(method, path, body string) int {
		t.Helper()
		event, err := json.Marshal(map[string]any{
			"version": "2.0", "rawPath": path, "rawQueryString": "", "headers": map[string]string{"content-type": "application/x-www-form-urlencoded"},
			"requestContext": map[string]any{"domainName": "links.example", "http": map[string]string{"method": method, "path": path, "sourceIp": "192.0.2.1"}},
			"body":           body, "isBase64Encoded": false,
		})
		if err != nil {
			t.Fatal(err)
		}
		out, err := h(t.Context(), event)
		if err != nil {
			t.Fatal(err)
		}
		var answer struct {
			Status int `json:"statusCode"`
		}
		if err := json.Unmarshal(out, &answer); err != nil {
			t.Fatal(err)
		}
		return answer.Status
	}
	withdrawn := func() bool {
		t.Helper()
		head, _, _, err := senda.Read[senda.ConsentHead](context.Background(), w.store, senda.ConsentKey(c.Person))
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(head.Standings, func(s senda.Standing) bool { return s.State == senda.ConsentWithdrawn })
	}
	if got := ask(http.MethodGet, deliver.WithdrawPath+link, ""); got != http.StatusOK || withdrawn() {
		t.Errorf("a GET was answered with %d, withdrawn: %v", got, withdrawn())
	}
	if got := ask(http.MethodPost, deliver.WithdrawPath+strings.ToUpper(link), "List-Unsubscribe=One-Click"); got == http.StatusOK || withdrawn() {
		t.Errorf("a forged link was answered with %d", got)
	}
	for range 2 {
		if got := ask(http.MethodPost, deliver.WithdrawPath+link, "List-Unsubscribe=One-Click"); got != http.StatusOK || !withdrawn() {
			t.Errorf("the click was answered with %d, withdrawn: %v", got, withdrawn())
		}
	}
}
