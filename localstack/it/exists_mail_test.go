//go:build localstack

package it

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
)

func (d *describers) configurationSet(ctx context.Context, name string, _ map[string]any) (map[string]any, error) {
	s, err := d.mail.GetConfigurationSet(ctx, &sesv2.GetConfigurationSetInput{ConfigurationSetName: &name})
	if err != nil {
		return nil, err
	}
	out, err := told(s, nil)
	if err != nil {
		return nil, err
	}
	l, err := tagged(s.Tags, nil)
	return out, with(out, "Tags", l, err)
}

// eventDestination is one of a set, which is all that is asked of it: a set has one.
func (d *describers) eventDestination(ctx context.Context, _ string, want map[string]any) (map[string]any, error) {
	set := pointer(want["ConfigurationSetName"])
	found, err := d.mail.GetConfigurationSetEventDestinations(ctx, &sesv2.GetConfigurationSetEventDestinationsInput{ConfigurationSetName: set})
	if err != nil {
		return nil, err
	}
	if len(found.EventDestinations) != 1 {
		return nil, none("destination of " + aws.ToString(set))
	}
	destination, err := told(found.EventDestinations[0], nil)
	if err != nil {
		return nil, err
	}
	// The service says RENDERING_FAILURE where CloudFormation says renderingFailure.
	var kinds []any
	for _, kind := range found.EventDestinations[0].MatchingEventTypes {
		words := strings.Split(strings.ToLower(string(kind)), "_")
		for i := 1; i < len(words); i++ {
			words[i] = strings.ToUpper(words[i][:1]) + words[i][1:]
		}
		kinds = append(kinds, strings.Join(words, ""))
	}
	destination["MatchingEventTypes"] = kinds
	return map[string]any{"ConfigurationSetName": *set, "EventDestination": destination}, nil
}

func (d *describers) identity(ctx context.Context, name string, _ map[string]any) (map[string]any, error) {
	i, err := d.mail.GetEmailIdentity(ctx, &sesv2.GetEmailIdentityInput{EmailIdentity: &name})
	if err != nil {
		return nil, err
	}
	out, err := told(i, nil)
	if err != nil {
		return nil, err
	}
	out["EmailIdentity"] = name
	out["ConfigurationSetAttributes"] = map[string]any{"ConfigurationSetName": out["ConfigurationSetName"]}
	out["FeedbackAttributes"] = map[string]any{"EmailForwardingEnabled": i.FeedbackForwardingStatus}
	l, err := tagged(i.Tags, nil)
	return out, with(out, "Tags", l, err)
}
