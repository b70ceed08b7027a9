// Command function is the Lambda function that the tests of the emulator deploy:
// it answers custom resources, and sends a mail and writes an item after it.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	sestypes "github.com/aws/aws-sdk-go-v2/service/sesv2/types"
)

// event holds the fields of both kinds of events, a custom resource's and ours.
type event struct {
	RequestType, ResponseURL, StackId, RequestId, LogicalResourceId, PhysicalResourceId string
	ResourceProperties                                                                  map[string]any
	OldResourceProperties                                                               map[string]any

	Op, Table, ID, From string
	Millis              int
}

func main() { lambda.Start(handle) }

func handle(ctx context.Context, e event) (any, error) {
	switch {
	case e.RequestType != "":
		return nil, resource(ctx, e)
	case e.Op == "send":
		return nil, sendThenWrite(ctx, e)
	case e.Op == "sleep":
		log.Println("sleeping")
		time.Sleep(time.Duration(e.Millis) * time.Millisecond) // deaf to its deadline, as a function that hangs
		return map[string]string{"slept": e.ID}, nil
	}
	return nil, errors.New("no such op")
}

// sendThenWrite is the moment at which a function must not be lost: the mail has
// left, and nothing is written of it yet.
func sendThenWrite(ctx context.Context, e event) error {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	raw := fmt.Sprintf("From: %s\r\nTo: success@simulator.amazonses.com\r\nSubject: %s\r\n\r\nhello\r\n", e.From, e.ID)
	out, err := sesv2.NewFromConfig(cfg, func(o *sesv2.Options) { o.RetryMaxAttempts = 1 }).SendEmail(ctx, &sesv2.SendEmailInput{
		FromEmailAddress: aws.String(e.From),
		Content:          &sestypes.EmailContent{Raw: &sestypes.RawMessage{Data: []byte(raw)}},
	})
	if err != nil {
		return err
	}
	_, err = dynamodb.NewFromConfig(cfg).PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(e.Table),
		Item:      map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: e.ID}, "m": &types.AttributeValueMemberS{Value: *out.MessageId}},
	})
	return err
}

// resource answers a custom resource: its name is its physical id, and Shout its one attribute.
func resource(ctx context.Context, e event) error {
	name, _ := e.ResourceProperties["Name"].(string)
	answer := map[string]any{
		"Status": "SUCCESS", "PhysicalResourceId": "thing-" + name,
		"StackId": e.StackId, "RequestId": e.RequestId, "LogicalResourceId": e.LogicalResourceId,
		"Data": map[string]any{"Shout": name + "!"},
	}
	if e.ResourceProperties["Fail"] == "true" && e.RequestType != "Delete" {
		answer["Status"], answer["Reason"] = "FAILED", "as the template wishes"
	}
	log.Printf("%s %s old %v", e.RequestType, name, e.OldResourceProperties["Name"])
	body, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, e.ResponseURL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return res.Body.Close()
}
