//go:build infra

package senda_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Each brand sends marketing and other mail with a configuration set of its own, since a
// complaint about a newsletter must not stop a receipt.
func TestTwoConfigurationSetsABrand(t *testing.T) {
	x := synthesised(t).journeys
	suppressed := map[string]string{}
	for _, id := range x.of("AWS::SES::ConfigurationSet") {
		r := x.Resources[id]
		r.is(t, id, "ReputationOptions.ReputationMetricsEnabled", true)
		r.is(t, id, "DeliveryOptions.TlsPolicy", "REQUIRE")
		suppressed["<"+id+">"] = fmt.Sprint(r.at("SuppressionOptions.SuppressedReasons"))
	}
	senders := fmt.Sprint(x.Outputs["Senders"].Value)
	brands := []string{"cellar", "pantry"}
	for _, brand := range brands {
		_, of, ok := strings.Cut(senders, `"`+brand+`":{"marketing":"`)
		marketing, rest, ok2 := strings.Cut(of, `","transactional":"`)
		transactional, _, ok3 := strings.Cut(rest, `"`)
		if !ok || !ok2 || !ok3 || marketing == transactional {
			t.Fatalf("the brand %s does not have two sets: %s", brand, senders)
		}
		if suppressed[marketing] != "[BOUNCE COMPLAINT]" || suppressed[transactional] != "[BOUNCE]" {
			t.Errorf("%s: marketing stops after %s, other mail after %s", brand, suppressed[marketing], suppressed[transactional])
		}
	}
	if len(suppressed) != 2*len(brands) {
		t.Errorf("there are %d sets for %d brands", len(suppressed), len(brands))
	}
	told := map[string]bool{}
	for _, id := range x.of("AWS::SES::ConfigurationSetEventDestination") {
		r := x.Resources[id]
		told[fmt.Sprint(r.at("ConfigurationSetName"))] = true
		if bus := fmt.Sprint(r.at("EventDestination.EventBridgeDestination.EventBusArn")); !strings.HasSuffix(bus, ":event-bus/default") {
			t.Errorf("%s tells %s; the mail service speaks to the default bus only", id, bus)
		}
		events := words(r.at("EventDestination.MatchingEventTypes"))
		for _, kind := range []string{"SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "REJECT"} {
			if !slices.ContainsFunc(events, func(e string) bool { return strings.EqualFold(e, kind) }) {
				t.Errorf("%s does not tell of %s", id, kind)
			}
		}
		if slices.ContainsFunc(events, func(e string) bool { return strings.EqualFold(e, "open") || strings.EqualFold(e, "click") }) {
			t.Errorf("%s has the service change mails: %v", id, events)
		}
	}
	for set := range suppressed {
		if !told[set] {
			t.Errorf("nobody hears what becomes of mails of %s", set)
		}
	}
}

// Every domain is an identity with keys and an envelope sender of its own, aligned.
func TestIdentities(t *testing.T) {
	x := synthesised(t).journeys
	domains := map[string]bool{}
	for _, id := range x.of("AWS::SES::EmailIdentity") {
		r := x.Resources[id]
		domain := fmt.Sprint(r.at("EmailIdentity"))
		domains[domain] = true
		r.is(t, id, "DkimAttributes.SigningEnabled", true)
		r.is(t, id, "MailFromAttributes.MailFromDomain", "bounce."+domain)
		r.is(t, id, "FeedbackAttributes.EmailForwardingEnabled", false)
		records := fmt.Sprint(x.Outputs["Dns"+output(domain)].Value)
		for _, want := range []string{"<" + id + ".DkimDNSTokenName1> CNAME <" + id + ".DkimDNSTokenValue1>", "<" + id + ".DkimDNSTokenName3> CNAME", "bounce." + domain + " MX 10 ", "v=spf1 ", "v=DMARC1"} {
			if !strings.Contains(records, want) {
				t.Errorf("what the DNS of %s must say lacks %q: %s", domain, want, records)
			}
		}
	}
	for _, want := range []string{"news.cellar.example", "mail.cellar.example", "news.pantry.example", "mail.pantry.example"} {
		if !domains[want] {
			t.Errorf("there is no identity of %s", want)
		}
	}
}

func output(domain string) string {
	var b strings.Builder
	for _, part := range strings.Split(domain, ".") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}

// The public pages are open to everybody, and nothing else is.
func TestPublicPages(t *testing.T) {
	x := synthesised(t).journeys
	pages, _ := x.function(t, "preferences")
	id, url := x.one(t, "AWS::Lambda::Url")
	url.is(t, id, "AuthType", "NONE")
	url.is(t, id, "TargetFunctionArn", "<"+pages+".Arn>")
	allowed := map[string]bool{}
	for _, id := range x.of("AWS::Lambda::Permission") {
		r := x.Resources[id]
		r.is(t, id, "FunctionName", "<"+pages+".Arn>")
		r.is(t, id, "Principal", "*")
		allowed[fmt.Sprint(r.at("Action"))] = true
		if r.at("Action") == "lambda:InvokeFunction" {
			r.is(t, id, "InvokedViaFunctionUrl", true)
		}
	}
	// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
	if !allowed["lambda:InvokeFunctionUrl"] || !allowed["lambda:InvokeFunction"] || len(allowed) != 2 {
		t.Errorf("everybody may %v", allowed)
	}
	_, send := x.function(t, "send")
	if links := fmt.Sprint(send.at("Environment.Variables.SENDA_LINKS")); !strings.HasPrefix(links, "https://") || strings.HasSuffix(links, "/") {
		t.Errorf("mails link to %s", links)
	}
}
