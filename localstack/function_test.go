//go:build localstack

package localstack

import (
	"io"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
)

func functionLogs(t *testing.T, name string) string {
	t.Helper()
	req := must[*http.Request](t)(http.NewRequestWithContext(t.Context(), "GET", endpoint(t)+"/_senda/lambda/logs?function="+url.QueryEscape(name), nil))
	res := must[*http.Response](t)(http.DefaultClient.Do(req))
	defer res.Body.Close() //nolint:errcheck // it was read
	return string(must[[]byte](t)(io.ReadAll(res.Body)))
}

func table(t *testing.T, name string) *dynamodb.Client {
	t.Helper()
	c := dynamodb.NewFromConfig(as(t, "test"))
	must[*dynamodb.CreateTableOutput](t)(c.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: types.ScalarAttributeTypeS}},
	}))
	return c
}

// TestAFunctionDiesBetweenTwoCalls: the mail of SES is there or not, the item of
// DynamoDB never is, and the next event finds a new process.
func TestAFunctionDiesBetweenTwoCalls(t *testing.T) {
	name, where, domain := named("dies"), named("dies"), named("dies")+".test"
	ses := sesv2.NewFromConfig(as(t, "test"))
	must[*sesv2.CreateEmailIdentityOutput](t)(ses.CreateEmailIdentity(t.Context(), &sesv2.CreateEmailIdentityInput{EmailIdentity: &domain}))
	db := table(t, where)
	function(t, name, 10, map[string]string{"AWS_SDK_UA_APP_ID": name})
	sendOnce := func(id string) string {
		_, failure := invoke(t, name, map[string]any{"Op": "send", "Table": where, "ID": id, "From": "shop@" + domain})
		return failure
	}
	mails := func(id string) int {
		var all struct {
			Messages []struct {
				Caller  string
				Headers []struct{ Name, Value string }
			}
		}
		control(t, "GET", "/_senda/ses/messages", nil, &all)
		n := 0
		for _, m := range all.Messages {
			for _, h := range m.Headers {
				if m.Caller == name && h.Name == "Subject" && h.Value == id {
					n++
				}
			}
		}
		return n
	}
	written := func(id string) bool {
		out := must[*dynamodb.GetItemOutput](t)(db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &where, Key: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: id}}}))
		return len(out.Item) > 0
	}
	defer control(t, "DELETE", "/_senda/lambda/kills", nil, nil)
	for moment, sent := range map[string]int{"arrived": 0, "accepted": 1, "answered": 1} {
		control(t, "POST", "/_senda/lambda/kills", map[string]any{"function": name, "call": "sesv2.SendEmail", "moment": moment}, nil)
		if failure := sendOnce(moment); failure == "" {
			t.Errorf("%s: the function lived", moment)
		}
		if got := mails(moment); got != sent {
			t.Errorf("%s: %d mails, want %d", moment, got, sent)
		}
		if written(moment) {
			t.Errorf("%s: the item was written", moment)
		}
		if failure := sendOnce("after-" + moment); failure != "" || !written("after-"+moment) {
			t.Errorf("%s: the next event failed: %s", moment, failure)
		}
	}
}

func TestFunctionsRunSideBySide(t *testing.T) {
	name := named("side")
	function(t, name, 20, nil)
	var wg sync.WaitGroup
	begun := time.Now()
	for range 4 {
		wg.Go(func() {
			if _, failure := invoke(t, name, map[string]any{"Op": "sleep", "Millis": 3000}); failure != "" {
				t.Error(failure)
			}
		})
	}
	wg.Wait()
	if took := time.Since(begun); took > 9*time.Second {
		t.Errorf("four events of three seconds took %s", took)
	}
	var got struct {
		Invocations []struct {
			Environment  string
			Milliseconds float64
			Memory, Peak int
			Cold         bool
		}
	}
	control(t, "GET", "/_senda/lambda/invocations?function="+name, nil, &got)
	environments := map[string]bool{}
	for _, i := range got.Invocations {
		environments[i.Environment] = true
		if i.Milliseconds < 3000 || i.Memory != 256 || !i.Cold || i.Peak < 1 {
			t.Errorf("invocation %+v", i)
		}
	}
	if len(environments) != 4 {
		t.Errorf("%d environments served four events", len(environments))
	}
	contains(t, functionLogs(t, name), "sleeping", "Billed Duration", "Memory Size: 256 MB")
}

func TestAFunctionIsKilledWhileItRuns(t *testing.T) {
	name := named("killed")
	function(t, name, 30, nil)
	done := make(chan string)
	go func() {
		_, failure := invoke(t, name, map[string]any{"Op": "sleep", "Millis": 25000})
		done <- failure
	}()
	until(t, "a process to kill", func() bool {
		var got struct{ Killed int }
		control(t, "POST", "/_senda/lambda/kills", map[string]any{"function": name}, &got)
		return got.Killed == 1
	})
	if failure := <-done; failure == "" {
		t.Error("the killed function answered")
	}
}

func TestAFunctionThatTakesTooLongIsEnded(t *testing.T) {
	name := named("late")
	function(t, name, 1, nil)
	payload, failure := invoke(t, name, map[string]any{"Op": "sleep", "Millis": 20000})
	if failure == "" {
		t.Error("no error")
	}
	contains(t, payload, "timed out after 1.00 seconds")
}
