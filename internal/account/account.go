package account

import (
	"context"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/awsfault"
	"github.com/senda-dev/senda/internal/doctor"
)

// Account is the account and region of a configuration.
type Account struct {
	cfg aws.Config
}

var _ doctor.Account = (*Account)(nil)

// New makes an Account. Nothing is called before the first question.
func New(cfg aws.Config) *Account { return &Account{cfg} }

// fault gives an error its code. What the credentials do not allow is Denied, since a
// person can get the right; what does not exist is NotFound.
func fault(op string, err error) error {
	switch awsfault.Name(err) {
	case "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "UnauthorizedException":
		return senda.Wrap(senda.Denied, op, err)
	case "NotFoundException", "ParameterNotFound", "ResourceNotFoundException":
		return senda.Wrap(senda.NotFound, op, err)
	}
	return awsfault.Wrap(op, err)
}

// Identity says whose the credentials are. Where no region is set it asks in the one that
// every account has.
func (a *Account) Identity(ctx context.Context) (doctor.Identity, error) {
	const op = "ask whose the credentials are"
	if a.cfg.Credentials == nil {
		return doctor.Identity{}, senda.Errorf(senda.Denied, op, "there are none")
	}
	if _, err := a.cfg.Credentials.Retrieve(ctx); err != nil {
		return doctor.Identity{}, senda.Wrap(senda.Denied, op, err)
	}
	client := sts.NewFromConfig(a.cfg, func(o *sts.Options) {
		if o.Region == "" {
			o.Region = "us-east-1"
		}
	})
	out, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if awsfault.Name(err) != "" && awsfault.Status(err) < 500 {
		// It answers everybody whose credentials are good.
		return doctor.Identity{}, senda.Wrap(senda.Denied, op, err)
	}
	if err != nil {
		return doctor.Identity{}, awsfault.Wrap(op, err)
	}
	return doctor.Identity{Account: aws.ToString(out.Account), Who: aws.ToString(out.Arn), Region: a.cfg.Region}, nil
}

// bootstrap is where the CDK keeps the version of its bootstrap stack; hnb659fds is the
// qualifier that it uses unless told otherwise
// (https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html).
const bootstrap = "/cdk-bootstrap/hnb659fds/version"

// Bootstrap is the version of the CDK's bootstrap stack.
func (a *Account) Bootstrap(ctx context.Context) (int, error) {
	const op = "read " + bootstrap
	out, err := ssm.NewFromConfig(a.cfg).GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String(bootstrap)})
	if err != nil {
		return 0, fault(op, err)
	}
	v, err := strconv.Atoi(aws.ToString(out.Parameter.Value))
	if err != nil {
		return 0, senda.Wrap(senda.Internal, op, err)
	}
	return v, nil
}

// Mail is how the mail service stands.
func (a *Account) Mail(ctx context.Context) (doctor.Mail, error) {
	out, err := sesv2.NewFromConfig(a.cfg).GetAccount(ctx, &sesv2.GetAccountInput{})
	if err != nil {
		return doctor.Mail{}, fault("ask the mail service", err)
	}
	m := doctor.Mail{
		Production: out.ProductionAccessEnabled, Sending: out.SendingEnabled, Enforcement: aws.ToString(out.EnforcementStatus),
	}
	if q := out.SendQuota; q != nil {
		m.PerDay, m.PerSecond, m.SentToday = q.Max24HourSend, q.MaxSendRate, q.SentLast24Hours
	}
	if s := out.SuppressionAttributes; s != nil {
		for _, r := range s.SuppressedReasons {
			m.Suppresses = append(m.Suppresses, string(r))
		}
	}
	return m, nil
}

// Sender is how a domain stands with the mail service.
func (a *Account) Sender(ctx context.Context, domain string) (doctor.Standing, error) {
	out, err := sesv2.NewFromConfig(a.cfg).GetEmailIdentity(ctx, &sesv2.GetEmailIdentityInput{EmailIdentity: aws.String(domain)})
	if err != nil {
		return doctor.Standing{}, fault("ask for the sender "+domain, err)
	}
	s := doctor.Standing{Verified: out.VerifiedForSendingStatus}
	if d := out.DkimAttributes; d != nil {
		s.DKIM, s.Tokens = string(d.Status), d.Tokens
	}
	if m := out.MailFromAttributes; m != nil {
		s.MailFrom, s.MailFromStatus = aws.ToString(m.MailFromDomain), string(m.MailFromDomainStatus)
	}
	return s, nil
}

// mostNames is how many alarms one call describes.
const mostNames = 100

// Ringing are those of the named alarms that ring.
func (a *Account) Ringing(ctx context.Context, names []string) ([]doctor.Alarm, error) {
	var out []doctor.Alarm
	client := cloudwatch.NewFromConfig(a.cfg)
	for some := range slices.Chunk(names, mostNames) {
		page, err := client.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{
			AlarmNames: some, StateValue: types.StateValueAlarm, MaxRecords: aws.Int32(mostNames),
		})
		if err != nil {
			return nil, fault("ask which alarms ring", err)
		}
		for _, alarm := range page.MetricAlarms {
			out = append(out, doctor.Alarm{Name: aws.ToString(alarm.AlarmName), Why: aws.ToString(alarm.AlarmDescription)})
		}
	}
	return out, nil
}

// Bus looks for a bus. NotFound: there is none of the name.
func (a *Account) Bus(ctx context.Context, name string) error {
	_, err := eventbridge.NewFromConfig(a.cfg).DescribeEventBus(ctx, &eventbridge.DescribeEventBusInput{Name: aws.String(name)})
	if err != nil {
		return fault("look for the bus", err)
	}
	return nil
}
