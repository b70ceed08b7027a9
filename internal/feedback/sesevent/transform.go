package sesevent

import "maps"

// Pattern is the pattern of the rule, as JSON: events of SES about messages that bear
// the tag of a senda.MessageID.
const Pattern = `{"source":["aws.ses"],"detail":{"mail":{"tags":{"message":[{"prefix":"m-"}]}}}}`

// InputTemplate is the template of the rule's InputTransformer.
//
// Each value stands in quotation marks, as the service wants it for what is no object: a
// path that leads nowhere then leaves an empty text, and a truth or a number is
// spelled as text
// (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html). The
// service does not escape what it puts in; every value here is of SES's own making or a tag, and
// has nothing to escape.
const InputTemplate = `{` +
	`"id":"<id>",` +
	`"at":"<at>",` +
	`"type":"<type>",` +
	`"message":"<message>",` +
	`"service":"<service>",` +
	`"sent":"<sent>",` +
	`"delivered":"<delivered>",` +
	`"bounced":"<bounced>",` +
	`"bounce":"<bounce>",` +
	`"bounce-sub":"<bounce-sub>",` +
	`"status":"<status>",` +
	`"complained":"<complained>",` +
	`"complaint":"<complaint>",` +
	`"complaint-sub":"<complaint-sub>",` +
	`"opened":"<opened>",` +
	`"open-machine":"<open-machine>",` +
	`"clicked":"<clicked>",` +
	`"click-machine":"<click-machine>",` +
	`"link":"<link>"` +
	`}`

// InputPathsMap says where the values of InputTemplate stand in an event of SES
// (https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html; the
// detail of an event of EventBridge has the same form).
func InputPathsMap() map[string]string { return maps.Clone(paths) }

var paths = map[string]string{
	"id":      "$.id",
	"at":      "$.time",
	"type":    "$.detail.eventType",
	"message": "$.detail.mail.tags.message[0]",
	"service": "$.detail.mail.messageId",

	"sent":      "$.detail.mail.timestamp",
	"delivered": "$.detail.delivery.timestamp",

	"bounced":    "$.detail.bounce.timestamp",
	"bounce":     "$.detail.bounce.bounceType",
	"bounce-sub": "$.detail.bounce.bounceSubType",
	// The enhanced status code of RFC 3463, such as 5.1.1, and not the diagnosis beside it.
	"status": "$.detail.bounce.bouncedRecipients[0].status",

	"complained":    "$.detail.complaint.timestamp",
	"complaint":     "$.detail.complaint.complaintFeedbackType",
	"complaint-sub": "$.detail.complaint.complaintSubType",

	"opened":        "$.detail.open.timestamp",
	"open-machine":  "$.detail.open.isMachine",
	"clicked":       "$.detail.click.timestamp",
	"click-machine": "$.detail.click.isMachine",
	// The tag that a link bears in the mail: ses:tags="link:3".
	"link": "$.detail.click.linkTags.link[0]",
}
