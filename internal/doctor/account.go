package doctor

import (
	"context"
	"slices"
	"strings"

	senda "github.com/senda-dev/senda"
)

// Account is an account of AWS, in one region, as the credentials at hand see it. Denied
// means that they do not allow the question.
type Account interface {
	// Identity says whose the credentials are. Denied: there are none that work.
	// Unavailable: nobody answered.
	Identity(ctx context.Context) (Identity, error)
	// Bootstrap is the version of the CDK's bootstrap stack. NotFound: there is none.
	Bootstrap(ctx context.Context) (int, error)
	// Mail is how the mail service stands.
	Mail(ctx context.Context) (Mail, error)
	// Sender is how a domain stands with the mail service. NotFound: it is not known there.
	Sender(ctx context.Context, domain string) (Standing, error)
}

// Identity is whose credentials are at hand.
type Identity struct {
	Account string
	Who     string // the ARN of the user or role
	Region  string // empty: none is set
}

// Mail is how the mail service stands in an account.
type Mail struct {
	Production bool // false: the sandbox, which mails to verified addresses only
	Sending    bool // false: sending is switched off
	// Enforcement is HEALTHY, PROBATION or SHUTDOWN.
	Enforcement string
	PerDay      float64 // messages in 24 hours, -1 without bound
	PerSecond   float64
	SentToday   float64
	// Suppresses are the reasons that put an address on the account's list: BOUNCE, COMPLAINT.
	Suppresses []string
}

// Standing is how a domain stands with the mail service.
type Standing struct {
	Verified bool
	// DKIM and MailFromStatus are SUCCESS, PENDING, FAILED, TEMPORARY_FAILURE, NOT_STARTED.
	DKIM           string
	MailFrom       string // the domain of bounces, empty without one of its own
	MailFromStatus string
	// Tokens are those of the DKIM records.
	Tokens []string
}

// leastBootstrap is the version of the bootstrap stack that the CDK in go.mod asks for
// (https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html).
const leastBootstrap = 6

func account(ctx context.Context, p *Patient) []Finding {
	who, err := p.Account.Identity(ctx)
	if senda.CodeOf(err) == senda.Unavailable {
		return []Finding{ok("credentials", "AWS could not be reached").warn("see that this machine reaches the network, then senda doctor again: what stands in the account was not looked at")}
	}
	if err != nil {
		f := ok("credentials", "there are none that work")
		return []Finding{f.missing("aws configure sso, or set AWS_PROFILE; then senda doctor again: what stands in the account was not looked at")}
	}
	out := []Finding{ok("credentials", "account %s as %s", who.Account, last(who.Who))}
	if who.Region == "" {
		return append(out, ok("region", "none is set").missing("set AWS_REGION, such as eu-west-1: people's data lies where it points"))
	}
	out = append(out, ok("region", "%s", who.Region), bootstrap(ctx, p.Account, who))
	var stands Deployment
	var absent []Finding
	if p.Open != nil {
		stands, absent = open(ctx, p.Open)
	}
	out = append(out, mails(ctx, p, stands)...)
	for _, s := range p.Senders {
		out = append(out, sender(ctx, p.Account, s, who.Region)...)
	}
	if stands != nil {
		out = append(out, deployment(ctx, stands)...)
	}
	return append(out, absent...)
}

// last is the end of an ARN: who somebody is, without the account again.
func last(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	return parts[len(parts)-1]
}

func bootstrap(ctx context.Context, a Account, who Identity) Finding {
	const check = "CDK bootstrap"
	mend := "npx cdk bootstrap aws://" + who.Account + "/" + who.Region
	v, err := a.Bootstrap(ctx)
	switch {
	case senda.CodeOf(err) == senda.NotFound:
		return ok(check, "this region was never bootstrapped: nothing can be deployed").missing("%s", mend)
	case err != nil:
		return unasked(check, err)
	case v < leastBootstrap:
		return ok(check, "version %d is too old, %d is needed", v, leastBootstrap).missing("%s", mend)
	}
	return ok(check, "version %d", v)
}

func mails(ctx context.Context, p *Patient, stands Deployment) []Finding {
	m, err := p.Account.Mail(ctx)
	if err != nil {
		return []Finding{unasked("mail service", err)}
	}
	var out []Finding
	if m.Production {
		out = append(out, ok("mail service", "in production"))
	} else {
		out = append(out, ok("mail service", "in the sandbox: only verified addresses get mail").
			missing("ask for production access in the console of SES (Account dashboard); a first grant is some 50,000 a day and 14 a second"))
	}
	switch m.Enforcement {
	case "PROBATION":
		out = append(out, ok("mail reputation", "under review by AWS: bounces or complaints are too many").
			warn("see the reputation dashboard of SES; stop the journey that causes them (senda stop) before AWS stops all"))
	case "SHUTDOWN":
		out = append(out, ok("mail reputation", "AWS has stopped all sending").missing("answer the case that AWS opened in the support centre"))
	default:
		out = append(out, ok("mail reputation", "healthy"))
	}
	if !m.Sending && m.Enforcement != "SHUTDOWN" {
		out = append(out, ok("mail sending", "is switched off for this account").missing("aws sesv2 put-account-sending-attributes --sending-enabled"))
	}
	var lacks []string
	for _, reason := range []string{"BOUNCE", "COMPLAINT"} {
		if !slices.Contains(m.Suppresses, reason) {
			lacks = append(lacks, strings.ToLower(reason)+"s")
		}
	}
	if len(lacks) > 0 {
		out = append(out, ok("mail suppression", "the account's list does not take %s", strings.Join(lacks, " and ")).
			warn("aws sesv2 put-account-suppression-attributes --suppressed-reasons BOUNCE COMPLAINT; the deployment's own sets do it in any case"))
	} else {
		out = append(out, ok("mail suppression", "bounces and complaints go on the account's list"))
	}
	return append(out, quota(ctx, p.Audience, stands, m))
}

func sender(ctx context.Context, a Account, s Sender, region string) []Finding {
	check := "sender " + s.Domain
	st, err := a.Sender(ctx, s.Domain)
	switch {
	case senda.CodeOf(err) == senda.NotFound:
		return []Finding{ok(check, "is not known to the mail service; brand %s sends from it", s.Brand).
			missing("deploy, which makes it known, then put the records that the stack's output names into the DNS of %s", s.Domain)}
	case err != nil:
		return []Finding{unasked(check, err)}
	}
	var out []Finding
	switch {
	case !st.Verified || st.DKIM != "SUCCESS":
		f := ok(check, "is not verified: DKIM is %s", word(st.DKIM))
		if len(st.Tokens) > 0 {
			t := st.Tokens[0]
			f = f.missing("put into the DNS: %s._domainkey.%s CNAME %s.dkim.amazonses.com (and the %d others)", t, s.Domain, t, len(st.Tokens)-1)
		} else {
			f = f.missing("switch Easy DKIM on for it and put its records into the DNS")
		}
		out = append(out, f)
	default:
		out = append(out, ok(check, "verified, signed by DKIM"))
	}
	switch {
	case st.MailFrom == "":
		out = append(out, ok(check, "bounces go to amazonses.com: SPF is not aligned").
			warn("give it a MAIL FROM domain of its own, such as bounce.%s; DMARC then stands on two legs", s.Domain))
	case st.MailFromStatus != "SUCCESS":
		out = append(out, ok(check, "its MAIL FROM domain %s is %s", st.MailFrom, word(st.MailFromStatus)).
			warn("put into the DNS: %s MX 10 feedback-smtp.%s.amazonses.com and %s TXT \"v=spf1 include:amazonses.com ~all\"", st.MailFrom, region, st.MailFrom))
	}
	return out
}

// word spells a status of the service as people do.
func word(status string) string {
	if status == "" {
		return "off"
	}
	return strings.ToLower(strings.ReplaceAll(status, "_", " "))
}
