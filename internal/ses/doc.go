// Package ses hands mail over to Amazon SES: senda.Mailer over the API v2, one
// message a call, one recipient a message.
package ses

// Calls names the IAM actions of each method. SendEmail is granted on the identity
// of the sender and on the configuration set; ses:SendRawEmail is what a call with a raw
// message is checked for
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html).
var Calls = map[string][]string{
	"HandOver": {"ses:SendEmail", "ses:SendRawEmail"},
}
