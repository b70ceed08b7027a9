package ses

import (
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// A connection that outlived the service's patience would make a message's fate unsure.
func TestConnectionsDoNotWaitLong(t *testing.T) {
	for name, c := range map[string]aws.HTTPClient{"none given": nil, "the SDK's": awshttp.NewBuildableClient().WithTimeout(time.Minute)} {
		b, ok := fresh(c).(*awshttp.BuildableClient)
		if !ok || b.GetTransport().IdleConnTimeout != 5*time.Second {
			t.Fatalf("%s: %+v", name, b)
		}
		if c != nil && b.GetTimeout() != time.Minute {
			t.Errorf("%s: it lost its time-out", name)
		}
	}
	if own := (&http.Client{}); fresh(own) != aws.HTTPClient(own) {
		t.Error("a client of somebody's own was exchanged")
	}
}
