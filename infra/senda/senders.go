package senda

import (
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsses"
	"github.com/aws/constructs-go/constructs/v10"
)

// sender is what a brand sends with.
type sender struct {
	// marketing and transactional name its two configuration sets.
	marketing, transactional *string
	// arns are those of its sets and identities.
	arns       []*string
	identities map[string]awsses.EmailIdentity // by domain
}

// The rates at which the mail service looks into an account, and those at which it is too
// late (https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-messages.html).
const (
	bounceRate    = 0.05
	complaintRate = 0.001
)

// newSenders makes two configuration sets a brand and an identity a domain.
func newSenders(scope constructs.Construct, brands []Brand, alarms *alarms) map[string]*sender {
	self := constructs.NewConstruct(scope, text("Senders"))
	out, identities := map[string]*sender{}, map[string]awsses.EmailIdentity{}
	for _, b := range brands {
		marketing := newSet(self, b, "marketing", awsses.SuppressionReasons_BOUNCES_AND_COMPLAINTS, alarms)
		// Whoever complains of a newsletter still wants the receipt of an order.
		transactional := newSet(self, b, "transactional", awsses.SuppressionReasons_BOUNCES_ONLY, alarms)
		s := &sender{
			marketing: marketing.ConfigurationSetName(), transactional: transactional.ConfigurationSetName(), identities: map[string]awsses.EmailIdentity{},
			arns: []*string{arn(self, "configuration-set", marketing.ConfigurationSetName()), arn(self, "configuration-set", transactional.ConfigurationSetName())},
		}
		for domain, set := range map[string]awsses.ConfigurationSet{b.ServiceDomain: transactional, b.Domain: marketing} {
			if identities[domain] == nil {
				identities[domain] = newIdentity(self, domain, set)
			}
			s.identities[domain] = identities[domain]
		}
		for _, domain := range slices.Sorted(maps.Keys(s.identities)) {
			s.arns = append(s.arns, arn(self, "identity", s.identities[domain].EmailIdentityName()))
		}
		out[b.Name] = s
	}
	return out
}

func newSet(scope constructs.Construct, b Brand, class string, suppress awsses.SuppressionReasons, alarms *alarms) awsses.ConfigurationSet {
	self := constructs.NewConstruct(scope, idOf(b.Name, class))
	set := awsses.NewConfigurationSet(self, text("Set"), &awsses.ConfigurationSetProps{
		ReputationMetrics: yes, SuppressionReasons: suppress,
		// A mail holds names, and what somebody bought: never in clear text over the net.
		TlsPolicy: awsses.ConfigurationSetTlsPolicy_REQUIRE,
	})
	set.AddEventDestination(text("Bus"), &awsses.ConfigurationSetEventDestinationOptions{
		Destination: awsses.EventDestination_EventBus(awsevents.EventBus_FromEventBusName(self, text("Default"), text("default"))),
		// No opens: machines open mails, and an invisible picture would watch people. No clicks
		// either: our own signed links count them, and the service would rewrite every link, that
		// of a withdrawal too.
		Events: &[]awsses.EmailSendingEvent{
			awsses.EmailSendingEvent_SEND, awsses.EmailSendingEvent_REJECT, awsses.EmailSendingEvent_DELIVERY,
			awsses.EmailSendingEvent_BOUNCE, awsses.EmailSendingEvent_COMPLAINT,
		},
	})
	for _, r := range []struct {
		name, metric string
		bound        float64
	}{{"Bounces", "Reputation.BounceRate", bounceRate}, {"Complaints", "Reputation.ComplaintRate", complaintRate}} {
		alarms.add(self, r.name+"Alarm", r.name+" of "+b.Title+", "+class+": the mail service looks into the account at this rate, and may stop it.",
			reputation(r.metric, set.ConfigurationSetName()), r.bound, 1)
	}
	return set
}

// reputation is a metric that the mail service keeps of a configuration set.
func reputation(name string, set *string) awscloudwatch.Metric {
	return awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
		Namespace: text("AWS/SES"), MetricName: text(name), DimensionsMap: &map[string]*string{"ses:configuration-set": set},
		Period: span(time.Hour), Statistic: text("Maximum"),
	})
}

func newIdentity(scope constructs.Construct, domain string, set awsses.ConfigurationSet) awsses.EmailIdentity {
	return awsses.NewEmailIdentity(scope, idOf(domain), &awsses.EmailIdentityProps{
		Identity: awsses.Identity_Domain(text(domain)), ConfigurationSet: set, DkimSigning: yes, FeedbackForwarding: no,
		// An aligned envelope sender; mail leaves before its DNS is right too.
		MailFromDomain: text(mailFrom(domain)), MailFromBehaviorOnMxFailure: awsses.MailFromBehaviorOnMxFailure_USE_DEFAULT_VALUE,
	})
}

func mailFrom(domain string) string { return "bounce." + domain }

func arn(scope constructs.Construct, kind string, name *string) *string {
	return awscdk.Stack_Of(scope).FormatArn(&awscdk.ArnComponents{Service: text("ses"), Resource: text(kind), ResourceName: name})
}

// domains are all identities.
func domains(senders map[string]*sender) map[string]awsses.EmailIdentity {
	out := map[string]awsses.EmailIdentity{}
	for _, s := range senders {
		maps.Copy(out, s.identities)
	}
	return out
}

// dns is what the DNS of a domain must say, a record a line: DKIM, the envelope sender and
// a policy for receivers.
func dns(scope constructs.Construct, domain string, i awsses.EmailIdentity) *string {
	var lines []*string
	for _, r := range *i.DkimRecords() {
		lines = append(lines, awscdk.Fn_Join(text(" CNAME "), &[]*string{r.Name, r.Value}))
	}
	region := awscdk.Stack_Of(scope).Region()
	lines = append(lines,
		awscdk.Fn_Join(text(""), &[]*string{text(mailFrom(domain) + " MX 10 feedback-smtp."), region, text(".amazonses.com")}),
		text(mailFrom(domain)+" TXT v=spf1 include:amazonses.com ~all"),
		text("_dmarc."+domain+" TXT v=DMARC1; p=quarantine"),
	)
	return awscdk.Fn_Join(text("\n"), &lines)
}
