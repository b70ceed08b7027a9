package senda

import (
	"encoding/json"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"

	"github.com/senda-dev/senda/internal/feedback/sesevent"
)

// mailPattern finds what the mail service tells of our mails.
func mailPattern() map[string]any {
	var p map[string]any
	if err := json.Unmarshal([]byte(sesevent.Pattern), &p); err != nil {
		panic(err) // it is a constant of ours, which a test of its package reads
	}
	return p
}

// mailInput keeps of it what feedback reads.
func mailInput() *awsevents.CfnRule_InputTransformerProperty {
	return &awsevents.CfnRule_InputTransformerProperty{InputPathsMap: sesevent.InputPathsMap(), InputTemplate: text(sesevent.InputTemplate)}
}
