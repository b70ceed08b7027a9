package ses

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/awsfault"
)

// sight is what is known of a call's way to the service.
type sight struct {
	begun  atomic.Bool // the request was given to the HTTP client
	dialed atomic.Bool // a connection was looked for
	joined atomic.Bool // a connection was had: bytes may have left
}

// watch makes the connection tell of itself.
func (s *sight) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(context.WithValue(ctx, sightKey{}, s), &httptrace.ClientTrace{
		GetConn: func(string) { s.dialed.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { s.joined.Store(true) },
	})
}

// stayed says that no byte of the message can have reached the service: the call ended
// before the HTTP client had it, as for want of credentials, or while a connection
// was looked for. A client that tells nothing of its connections proves nothing.
func (s *sight) stayed() bool {
	return !s.begun.Load() || s.dialed.Load() && !s.joined.Load()
}

type sightKey struct{}

// watched is an HTTP client that says when it was given a request.
type watched struct{ next aws.HTTPClient }

// Do implements the HTTP client of the SDK.
func (w watched) Do(r *http.Request) (*http.Response, error) {
	if s, ok := r.Context().Value(sightKey{}).(*sight); ok {
		s.begun.Store(true)
	}
	return w.next.Do(r)
}

// refusals are the errors with which SES says that it did not take a message
// (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html), and what a
// person can do.
var refusals = map[string]struct {
	code senda.Code
	help string
}{
	// "The message can't be sent because it contains invalid content." An account in the
	// sandbox says so of unverified recipients too.
	"MessageRejected": {senda.Denied, "look at the content of the mail; an account in the sandbox mails verified addresses only"},
	// "The input you provided is invalid."
	"BadRequestException": {senda.Invalid, ""},
	// "The message can't be sent because the sending domain isn't verified."
	"MailFromDomainNotVerifiedException": {senda.Denied, "verify the brand's domain and its MAIL FROM domain in SES"},
	// "... the account's ability to send email has been permanently restricted."
	"AccountSuspendedException": {senda.Unavailable, "the account may not send; write to AWS support"},
	// "... the account's ability to send email is currently paused."
	"SendingPausedException": {senda.Unavailable, "sending is paused for the account or the configuration set; see its reputation in SES"},
	// "The resource you attempted to access doesn't exist": the configuration set.
	"NotFoundException": {senda.Unavailable, "the configuration set is gone; deploy again"},
	// "Too many requests have been made to the operation": the rate a second.
	"TooManyRequestsException": {senda.Unavailable, ""},
	// "There are too many instances of the specified resource type": the quota of a day.
	"LimitExceededException": {senda.Unavailable, "the sending quota of the day may be used up; ask SES for more"},
}

// verdict says whether the message may have left.
//
//   - a refusal of the table, or any other answer below 500: it did not. Throttling and what is
//     wrong with credentials may work later; whatever else the service does not
//     take, it never will.
//   - no connection: it did not, and may be tried again.
//   - an answer of 500 and above, no answer, or one that cannot be read: nobody knows.
//
// The service's own words are not repeated: they name addresses.
func verdict(op string, err error, s *sight) error {
	name, status := awsfault.Name(err), awsfault.Status(err)
	told := func(code senda.Code) *senda.Error {
		return senda.Errorf(code, op, "the mail service answered %d %s", status, name)
	}
	known, refused := refusals[name]
	switch {
	case status == 0 && s.stayed():
		return senda.Errorf(senda.Unavailable, op, "the mail service was not reached")
	case status < http.StatusBadRequest: // none, or a success that could not be read
		return senda.Errorf(senda.Unsure, op, "the answer of the mail service was lost")
	case awsfault.Throttled(err):
		return told(senda.Unavailable).WithHelp("%s", known.help)
	case status >= http.StatusInternalServerError:
		return told(senda.Unsure)
	case refused:
		return told(known.code).WithHelp("%s", known.help)
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return told(senda.Unavailable).WithHelp("look at the credentials and permissions of the function that sends")
	case awsfault.Code(err) == senda.Unavailable:
		return told(senda.Unavailable)
	default:
		return told(senda.Invalid)
	}
}
