//go:build localstack

package localstack

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
	"github.com/aws/smithy-go"
)

// sesEvent is an event of SES as it comes out of the default bus.
type sesEvent struct {
	DetailType string   `json:"detail-type"`
	Source     string   `json:"source"`
	Resources  []string `json:"resources"`
	Detail     struct {
		EventType string `json:"eventType"`
		Mail      struct {
			MessageID   string              `json:"messageId"`
			Destination []string            `json:"destination"`
			Tags        map[string][]string `json:"tags"`
		} `json:"mail"`
		Bounce    struct{ BounceType, BounceSubType string }
		Complaint struct{ ComplaintFeedbackType, ComplaintSubType string }
		Click     struct {
			Link      string
			IsMachine bool `json:"isMachine"`
		}
	} `json:"detail"`
}

// house is a domain with a configuration set whose events go into a queue.
type house struct {
	t      *testing.T
	ses    *sesv2.Client
	domain string
	set    string
	queue  string
}

func newHouse(t *testing.T, name string) *house {
	t.Helper()
	cfg := as(t, "mailer-"+name)
	cfg.RetryMaxAttempts = 1 // a mail is never sent twice, and each fault is seen
	h := &house{t: t, ses: sesv2.NewFromConfig(cfg), domain: named(name) + ".test", set: named(name)}
	must[*sesv2.CreateEmailIdentityOutput](t)(h.ses.CreateEmailIdentity(t.Context(), &sesv2.CreateEmailIdentityInput{EmailIdentity: &h.domain}))
	must[*sesv2.CreateConfigurationSetOutput](t)(h.ses.CreateConfigurationSet(t.Context(), &sesv2.CreateConfigurationSetInput{ConfigurationSetName: &h.set}))
	must[*sesv2.CreateConfigurationSetEventDestinationOutput](t)(h.ses.CreateConfigurationSetEventDestination(t.Context(), &sesv2.CreateConfigurationSetEventDestinationInput{
		ConfigurationSetName: &h.set, EventDestinationName: aws.String("bus"),
		EventDestination: &types.EventDestinationDefinition{
			Enabled: true, MatchingEventTypes: types.EventType("").Values(),
			EventBridgeDestination: &types.EventBridgeDestination{EventBusArn: aws.String("arn:aws:events:" + region + ":" + account + ":event-bus/default")},
		},
	}))
	var arn string
	h.queue, arn = queue(t, named(name))
	events := eventbridge.NewFromConfig(cfg)
	pattern := `{"source":["aws.ses"],"detail":{"mail":{"tags":{"ses:configuration-set":["` + h.set + `"]}}}}`
	must[*eventbridge.PutRuleOutput](t)(events.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: &h.set, EventPattern: &pattern}))
	must[*eventbridge.PutTargetsOutput](t)(events.PutTargets(t.Context(), &eventbridge.PutTargetsInput{
		Rule: &h.set, Targets: []ebtypes.Target{{Id: aws.String("1"), Arn: &arn}},
	}))
	return h
}

// mail is a message with what a mail of Senda has: umlauts, a folded header, one-click headers.
func (h *house) mail(to string) []byte {
	return []byte("From: =?utf-8?q?H=C3=B6hle?= <shop@news." + h.domain + ">\r\nTo: " + to + "\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n" +
		"X-Folded: one\r\n two\r\nList-Unsubscribe: <https://x.test/u?t=1>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" +
		"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n")
}

func (h *house) send(to string) (string, error) {
	out, err := h.ses.SendEmail(h.t.Context(), &sesv2.SendEmailInput{
		Destination: &types.Destination{ToAddresses: []string{to}}, ConfigurationSetName: &h.set,
		Content:   &types.EmailContent{Raw: &types.RawMessage{Data: h.mail(to)}},
		EmailTags: []types.MessageTag{{Name: aws.String("message"), Value: aws.String("m-1")}},
	})
	if err != nil {
		return "", err
	}
	return *out.MessageId, nil
}

// hear waits for the events of a message and gives them by their types.
func (h *house) hear(id string, kinds ...string) map[string]sesEvent {
	h.t.Helper()
	heard := map[string]sesEvent{}
	until(h.t, strings.Join(kinds, ", "), func() bool {
		for _, body := range receive(h.t, h.queue) {
			var e sesEvent
			if err := json.Unmarshal([]byte(body), &e); err != nil {
				h.t.Fatal(err)
			}
			if e.Detail.Mail.MessageID == id {
				heard[e.Detail.EventType] = e
			}
		}
		return !slices.ContainsFunc(kinds, func(k string) bool { _, ok := heard[k]; return !ok })
	})
	if len(heard) != len(kinds) {
		h.t.Errorf("heard %v, want %v", heard, kinds)
	}
	return heard
}

func codeOf(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

func TestAMailIsKeptWhole(t *testing.T) {
	h := newHouse(t, "kept")
	id := must[string](t)(h.send("ana@example.test"))
	var kept struct {
		Messages []struct {
			ID, Source, ConfigurationSet, Caller, Raw string
			Destination                               map[string][]string
			Tags                                      map[string]string
			Headers                                   []struct{ Name, Value string }
		}
	}
	control(t, "GET", "/_senda/ses/messages?id="+id, nil, &kept)
	if len(kept.Messages) != 1 {
		t.Fatalf("%d messages are kept under %s", len(kept.Messages), id)
	}
	m := kept.Messages[0]
	raw, err := base64.StdEncoding.DecodeString(m.Raw)
	if err != nil || string(raw) != string(h.mail("ana@example.test")) {
		t.Errorf("the message was changed: %v\n%s", err, raw)
	}
	if m.Tags["message"] != "m-1" || m.ConfigurationSet != h.set || m.Caller != "mailer-kept" || m.Destination["ToAddresses"][0] != "ana@example.test" {
		t.Errorf("kept %+v", m)
	}
	if !slices.Contains(m.Headers, struct{ Name, Value string }{"X-Folded", "one two"}) {
		t.Errorf("headers %v", m.Headers)
	}
	var shown struct {
		Messages []struct{ Subject, RawData string }
	}
	control(t, "GET", "/_aws/ses?id="+id, nil, &shown)
	if len(shown.Messages) != 1 || shown.Messages[0].Subject != "Grüße" {
		t.Errorf("LocalStack's own endpoint shows %+v", shown)
	}
}

func TestTheMailboxSimulator(t *testing.T) {
	h := newHouse(t, "simulator")
	for address, then := range map[string][]string{
		"success+x@simulator.amazonses.com":       {"Delivery"},
		"ooto@simulator.amazonses.com":            {"Delivery"},
		"bounce+a.b@simulator.amazonses.com":      {"Bounce"},
		"complaint@simulator.amazonses.com":       {"Delivery", "Complaint"},
		"suppressionlist@simulator.amazonses.com": {"Bounce"},
		"ana@example.test":                        {"Delivery"},
	} {
		t.Run(address, func(t *testing.T) {
			h.t = t
			id := must[string](t)(h.send(address))
			heard := h.hear(id, append(then, "Send")...)
			sent := heard["Send"]
			if sent.DetailType != "Email Sent" || sent.Source != "aws.ses" || sent.Detail.Mail.Tags["message"][0] != "m-1" || sent.Detail.Mail.Destination[0] != address {
				t.Errorf("Send is %+v", sent)
			}
			if want := "arn:aws:ses:" + region + ":" + account + ":configuration-set/" + h.set; sent.Resources[0] != want {
				t.Errorf("resources %v, want %s", sent.Resources, want)
			}
			switch b := heard["Bounce"].Detail.Bounce; {
			case strings.HasPrefix(address, "bounce") && (b.BounceType != "Permanent" || b.BounceSubType != "General"),
				strings.HasPrefix(address, "suppression") && b.BounceSubType != "Suppressed":
				t.Errorf("bounce %+v", b)
			}
			if c := heard["Complaint"].Detail.Complaint; strings.HasPrefix(address, "complaint") && c.ComplaintFeedbackType != "abuse" {
				t.Errorf("complaint %+v", c)
			}
		})
	}
}

func TestTheSuppressionList(t *testing.T) {
	h := newHouse(t, "suppression")
	ctx, address := t.Context(), named("dead")+"@example.test"
	must[*sesv2.PutSuppressedDestinationOutput](t)(h.ses.PutSuppressedDestination(ctx, &sesv2.PutSuppressedDestinationInput{EmailAddress: &address, Reason: types.SuppressionListReasonBounce}))
	got := must[*sesv2.GetSuppressedDestinationOutput](t)(h.ses.GetSuppressedDestination(ctx, &sesv2.GetSuppressedDestinationInput{EmailAddress: &address}))
	if got.SuppressedDestination.Reason != types.SuppressionListReasonBounce {
		t.Errorf("reason %s", got.SuppressedDestination.Reason)
	}
	heard := h.hear(must[string](t)(h.send(address)), "Send", "Bounce")
	if b := heard["Bounce"].Detail.Bounce; b.BounceType != "Permanent" || b.BounceSubType != "OnAccountSuppressionList" {
		t.Errorf("bounce %+v", b)
	}

	// A configuration set that heeds complaints alone sends; its own list goes before the account's.
	must[*sesv2.PutConfigurationSetSuppressionOptionsOutput](t)(h.ses.PutConfigurationSetSuppressionOptions(ctx, &sesv2.PutConfigurationSetSuppressionOptionsInput{
		ConfigurationSetName: &h.set, SuppressedReasons: []types.SuppressionListReason{types.SuppressionListReasonComplaint},
	}))
	h.hear(must[string](t)(h.send(address)), "Send", "Delivery")

	must[*sesv2.DeleteSuppressedDestinationOutput](t)(h.ses.DeleteSuppressedDestination(ctx, &sesv2.DeleteSuppressedDestinationInput{EmailAddress: &address}))
	_, err := h.ses.GetSuppressedDestination(ctx, &sesv2.GetSuppressedDestinationInput{EmailAddress: &address})
	if codeOf(err) != "NotFoundException" {
		t.Errorf("after deleting: %v", err)
	}

	// Who complains comes onto the list, and is not mailed again.
	id := must[string](t)(h.send(address))
	h.hear(id, "Send", "Delivery")
	control(t, "POST", "/_senda/ses/messages/"+url.PathEscape(id)+"/events", map[string]any{"type": "Complaint"}, nil)
	h.hear(id, "Complaint")
	heard = h.hear(must[string](t)(h.send(address)), "Send", "Complaint")
	if c := heard["Complaint"].Detail.Complaint; c.ComplaintSubType != "OnAccountSuppressionList" {
		t.Errorf("complaint %+v", c)
	}
}

func TestEventsOnDemand(t *testing.T) {
	h := newHouse(t, "demand")
	id := must[string](t)(h.send("ana@example.test"))
	h.hear(id, "Send", "Delivery")
	path := "/_senda/ses/messages/" + url.PathEscape(id) + "/events"
	control(t, "POST", path, map[string]any{"type": "Click", "detail": map[string]any{"link": "https://x.test/a", "isMachine": true}}, nil)
	control(t, "POST", path, map[string]any{"type": "Bounce", "detail": map[string]any{"bounceType": "Transient", "bounceSubType": "MailboxFull"}}, nil)
	heard := h.hear(id, "Click", "Bounce")
	if c := heard["Click"].Detail.Click; c.Link != "https://x.test/a" || !c.IsMachine {
		t.Errorf("click %+v", c)
	}
	if b := heard["Bounce"].Detail.Bounce; b.BounceSubType != "MailboxFull" {
		t.Errorf("bounce %+v", b)
	}
	if heard["Click"].DetailType != "Email Clicked" {
		t.Errorf("detail type %s", heard["Click"].DetailType)
	}
}

func TestWhatSESRefuses(t *testing.T) {
	h := newHouse(t, "refused")
	raw := func(from, tag string) error {
		_, err := h.ses.SendEmail(t.Context(), &sesv2.SendEmailInput{
			FromEmailAddress: &from, Destination: &types.Destination{ToAddresses: []string{"ana@example.test"}},
			Content:   &types.EmailContent{Raw: &types.RawMessage{Data: h.mail("ana@example.test")}},
			EmailTags: []types.MessageTag{{Name: aws.String("t"), Value: &tag}},
		})
		return err
	}
	if err := raw("shop@nobody.example", "1"); codeOf(err) != "MessageRejected" {
		t.Errorf("an unverified domain: %v", err)
	}
	if err := raw("shop@"+h.domain, "not so"); codeOf(err) != "BadRequestException" {
		t.Errorf("a tag with a space: %v", err)
	}
	if err := raw("shop@deep.news."+h.domain, "1"); err != nil {
		t.Errorf("a domain below a verified one: %v", err)
	}
	h.set = "none"
	if _, err := h.send("ana@example.test"); codeOf(err) != "NotFoundException" {
		t.Errorf("a configuration set that is not there: %v", err)
	}
}

func TestFaultsOfSending(t *testing.T) {
	h := newHouse(t, "faults")
	defer control(t, "DELETE", "/_senda/ses/faults", nil, nil)
	sent := func() int {
		var kept struct {
			Messages []struct{ ConfigurationSet string }
		}
		control(t, "GET", "/_senda/ses/messages?to=faults@example.test", nil, &kept)
		return len(kept.Messages)
	}
	for kind, want := range map[string]struct {
		code  string
		mails int
	}{"throttle": {"TooManyRequestsException", 0}, "error": {"InternalServiceErrorException", 0}, "reject": {"MessageRejected", 0}, "cut": {"", 1}} {
		before := sent()
		control(t, "POST", "/_senda/ses/faults", map[string]any{"kind": kind, "next": 1}, nil)
		_, err := h.send("faults@example.test")
		if err == nil || codeOf(err) != want.code {
			t.Errorf("%s: %v", kind, err)
		}
		if got := sent() - before; got != want.mails {
			t.Errorf("%s: %d mails went, want %d", kind, got, want.mails)
		}
		if _, err := h.send("other@example.test"); err != nil {
			t.Errorf("after %s: %v", kind, err)
		}
	}
}

func TestTheSandbox(t *testing.T) {
	h := newHouse(t, "sandbox")
	const path = "/_senda/ses/account"
	control(t, "PUT", path, map[string]any{"ProductionAccessEnabled": false, "Max24HourSend": 200, "MaxSendRate": 1}, nil)
	defer control(t, "PUT", path, map[string]any{"ProductionAccessEnabled": true, "Max24HourSend": 50000, "MaxSendRate": 14}, nil)
	got := must[*sesv2.GetAccountOutput](t)(h.ses.GetAccount(t.Context(), &sesv2.GetAccountInput{}))
	if got.ProductionAccessEnabled || got.SendQuota.MaxSendRate != 1 || got.SendQuota.Max24HourSend != 200 {
		t.Errorf("account %+v %+v", got, got.SendQuota)
	}
	if _, err := h.send("ana@example.test"); codeOf(err) != "MessageRejected" {
		t.Errorf("a stranger in the sandbox: %v", err)
	}
	if _, err := h.send("success@simulator.amazonses.com"); err != nil {
		t.Errorf("the simulator in the sandbox: %v", err)
	}
}
