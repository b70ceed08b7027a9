//go:build localstack

package ses_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

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
		mailer := ses.New(config(url), ses.Sets{brand: {senda.Transactional: "senda-ses-transactional"}})
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
