package ses

import (
	"context"
	"encoding/json"
	"net/http"
	"net/mail"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/signed"
)

// Sets names the configuration set with which a class of a brand's mails leaves.
// Each set publishes its events and has its own rules of suppression: a complaint about a
// newsletter must not stop receipts.
type Sets map[string]map[senda.Class]string

// Mailer is a senda.Mailer over SES. It is safe for concurrent use.
type Mailer struct {
	caller *signed.Caller
	sets   Sets
}

// New makes a Mailer. Mails of class service leave with the transactional set of
// their brand unless sets names one of their own. Nothing is called before the first message.
func New(cfg aws.Config, sets Sets) *Mailer {
	cfg.HTTPClient = watched{fresh(cfg.HTTPClient)}
	cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	return &Mailer{caller: signed.New(cfg, signed.Service{ID: "SESv2", Name: "ses", Host: "email", Fault: signed.JSONFault}), sets: sets}
}

// idle is how long a connection may wait for the next message. A function sleeps between two
// calls and the service hangs up meanwhile; a message that is written to such a connection has an
// unsure fate, which other calls mend by a retry and this one must not. No endpoint hangs up so soon.
const idle = 5 * time.Second

// fresh is the client with connections that are not used after they waited for longer than idle.
// A client of somebody's own is left as it is.
func fresh(c aws.HTTPClient) aws.HTTPClient {
	b, ours := c.(*awshttp.BuildableClient)
	if c == nil {
		b, ours = awshttp.NewBuildableClient(), true
	}
	if !ours {
		return c
	}
	return b.WithTransportOptions(func(t *http.Transport) { t.IdleConnTimeout = idle })
}

// set is the configuration set of an envelope, empty when none is known.
func (s Sets) set(e senda.Envelope) string {
	if name := s[e.Brand][e.Class]; name != "" || e.Class != senda.Service {
		return name
	}
	return s[e.Brand][senda.Transactional]
}

// HandOver implements senda.Mailer. The service knows no idempotency token, so the call
// is made once and never repeated here. See verdict
// for what each failure means.
func (m *Mailer) HandOver(ctx context.Context, e senda.Envelope) (string, error) {
	op := "hand over " + string(e.Message)
	in, err := m.input(op, e)
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return "", senda.Wrap(senda.Internal, op, err)
	}
	seen := new(sight)
	url, _ := m.caller.Endpoint("")
	text, err := m.caller.Do(seen.watch(ctx), signed.Request{
		Method: http.MethodPost, URL: url + "/v2/email/outbound-emails", Body: body, Most: maxAnswer,
		Header: http.Header{"Content-Type": {"application/json"}},
	})
	var out struct {
		ID string `json:"MessageId"`
	}
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		return "", verdict(op, err, seen)
	}
	return out.ID, nil
}

// maxAnswer bounds the answer to one message, in bytes.
const maxAnswer = 64 << 10

// call is SendEmail
// (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html). It is the
// only one, and the SDK's client would be a thirtieth of every function that mails.
type call struct {
	FromEmailAddress     string
	Destination          destination
	Content              content
	ConfigurationSetName string
	EmailTags            []tag
}

type destination struct{ ToAddresses []string }

type content struct{ Raw raw }

type raw struct{ Data []byte } // in base64

type tag struct{ Name, Value string }

// input is the call for an envelope. What it refuses never leaves.
func (m *Mailer) input(op string, e senda.Envelope) (*call, error) {
	// No text of net/mail is repeated: it quotes the address.
	from, err := mail.ParseAddress(e.From)
	if err != nil {
		return nil, senda.Errorf(senda.Invalid, op, "the sender is no mailbox")
	}
	to, err := mail.ParseAddress(e.To)
	if err != nil || to.Name != "" {
		return nil, senda.Errorf(senda.Invalid, op, "the recipient is no bare address")
	}
	tags, err := tags(op, e)
	if err != nil {
		return nil, err
	}
	set := m.sets.set(e)
	if set == "" {
		return nil, senda.Errorf(senda.Unavailable, op, "no configuration set is known for %s mails of the brand %q", e.Class, e.Brand).
			WithHelp("deploy the brand, so that its mails have a configuration set")
	}
	return &call{
		FromEmailAddress: from.String(), Destination: destination{[]string{to.Address}}, Content: content{raw{e.MIME}},
		ConfigurationSetName: set, EmailTags: tags,
	}, nil
}
