//go:build localstack

package ses_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"github.com/senda-dev/senda/internal/porttest"
	"github.com/senda-dev/senda/internal/ses"

	senda "github.com/senda-dev/senda"
)

// mailbox is what the emulator shows of what left.
type mailbox struct {
	Messages []struct {
		RawData     string
		Destination struct{ ToAddresses []string }
		EmailTags   []struct{ Name, Value string }
	} `json:"messages"`
}

func TestMailer(t *testing.T) {
	url := os.Getenv("AWS_ENDPOINT_URL")
	if url == "" {
		t.Fatal("AWS_ENDPOINT_URL does not name an emulator")
	}
	porttest.TestMailer(t, func(*testing.T) porttest.Mailer {
		run := time.Now().UnixNano()
		brand := fmt.Sprintf("brand-%d", run) // tells the mails of this run from those of others
		set := fmt.Sprintf("set-%d", run)
		prepare(t, url, set)
		mailer := ses.New(config(url), ses.Sets{brand: {senda.Transactional: set}})
		return porttest.Mailer{Mailer: mailer, Brand: brand, Left: func(t *testing.T, address string) [][]byte {
			var out [][]byte
			for _, m := range box(t, url).Messages {
				ours := false
				for _, tag := range m.EmailTags {
					ours = ours || tag.Name == ses.TagBrand && tag.Value == brand
				}
				if ours && len(m.Destination.ToAddresses) == 1 && m.Destination.ToAddresses[0] == address {
					out = append(out, []byte(m.RawData))
				}
			}
			return out
		}}
	})
}

// prepare makes the configuration set, and the identity of the suite's sender, as a stack
// would. That the identity is there from another run is no trouble.
func prepare(t *testing.T, url, set string) {
	t.Helper()
	admin := sesv2.NewFromConfig(config(url))
	if _, err := admin.CreateConfigurationSet(t.Context(), &sesv2.CreateConfigurationSetInput{ConfigurationSetName: aws.String(set)}); err != nil {
		t.Fatal(err)
	}
	var there *types.AlreadyExistsException
	_, err := admin.CreateEmailIdentity(t.Context(), &sesv2.CreateEmailIdentityInput{EmailIdentity: aws.String("cellar.example")})
	if err != nil && !errors.As(err, &there) {
		t.Fatal(err)
	}
}

func box(t *testing.T, url string) mailbox {
	t.Helper()
	r, err := http.Get(url + "/_aws/ses")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close() //nolint:errcheck // read whole
	var b mailbox
	if err := json.NewDecoder(r.Body).Decode(&b); err != nil {
		t.Fatal(err)
	}
	return b
}
